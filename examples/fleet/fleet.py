"""The fleet in several stacks side by side, since one stack has one lock and one state: fleet.py up --stacks 5, fleet.py down."""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulumi import automation as auto
from rows import RowsError, read_rows

FOLDER = Path(__file__).parent
_NAME = re.compile(r"fleet-(\d+)-of-(\d+)")
_SUMMARIES = ("error: update failed", "error: an unhandled error occurred", "error: Resource monitor has terminated")


def main() -> int:
    """Run a command; return 0, or 1 if a stack failed."""
    parser = argparse.ArgumentParser(description="A room for each row of rooms.csv, in several stacks side by side.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="create, change and end rooms").add_argument("--stacks", type=int, required=True)
    commands.add_parser("down", help="end all rooms, and remove the stacks")
    args = parser.parse_args()
    found = find_stacks()
    if args.command == "down":
        return run(take_down, found)  # without stacks there is nothing to do
    try:
        read_rows(FOLDER / "rooms.csv")  # before any stack is changed
        return run(bring_up, name_stacks(args.stacks, found))
    except (RowsError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def find_stacks() -> list[str]:
    """Return the names of the fleet's stacks."""
    stacks = auto.LocalWorkspace(work_dir=str(FOLDER)).list_stacks()
    return sorted(stack.name for stack in stacks if _NAME.fullmatch(stack.name))


def name_stacks(count: int, found: list[str]) -> list[str]:
    """Return the names of so many stacks. Raises ValueError for another number than before, which would end calls."""
    if count < 1:
        raise ValueError("--stacks must be at least 1")
    before = {int(name.rpartition("-")[2]) for name in found}
    if before - {count}:
        raise ValueError(f"the fleet has {max(before)} stacks: run `up --stacks {max(before)}`, or `down` before another number")
    return [f"fleet-{part}-of-{count}" for part in range(1, count + 1)]


def run(operation: Callable[[str], None], names: list[str]) -> int:
    """Run an operation on each stack, all at the same time; a stack that fails stops no other one."""
    with ThreadPoolExecutor(len(names) or 1) as pool:
        return int(not all(list(pool.map(lambda name: succeeds(operation, name), names))))


def succeeds(operation: Callable[[str], None], name: str) -> bool:
    """Run an operation on a stack and tell what became of it."""
    started = time.monotonic()
    try:
        operation(name)
    except auto.CommandError as error:
        lines = [line.strip() for line in str(error).splitlines()]
        reasons = [line for line in lines if line.startswith("error: ") and not line.startswith(_SUMMARIES)]
        tell(name, (reasons or ["error: Pulumi does not say why"])[0])
        return False
    tell(name, f"done in {time.monotonic() - started:.0f} s")
    return True


def bring_up(name: str) -> None:
    """Create the stack if there is none, and bring its rooms up to date."""
    stack = auto.create_or_select_stack(name, work_dir=str(FOLDER))
    stack.set_config("part", auto.ConfigValue("/".join(re.findall(r"\d+", name))))
    stack.up(on_event=Progress(name).note)


def take_down(name: str) -> None:
    """End the rooms of a stack, and remove it."""
    auto.select_stack(name, work_dir=str(FOLDER)).destroy(remove=True, on_event=Progress(name).note)


class Progress:
    """What happens to the rooms of a stack, told line by line."""

    def __init__(self, name: str) -> None:
        self._name, self._counts = name, Counter[str]()

    def note(self, event: auto.EngineEvent) -> None:
        """Tell of each room that has changed, and of all that have not at the end."""
        done = event.res_outputs_event
        if done and done.metadata.type.endswith("Conversation"):
            operation = str(getattr(done.metadata.op, "value", done.metadata.op))
            self._counts[operation] += 1
            if operation != "same":
                tell(self._name, f"{operation} {done.metadata.urn.rpartition('::')[2]}")
        if event.summary_event:
            tell(self._name, ", ".join(f"{count} {operation}" for operation, count in self._counts.items()) or "no rooms")


def tell(name: str, text: str) -> None:
    """Write a line about a stack, at once also where nobody reads along."""
    sys.stdout.write(f"{name}: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
