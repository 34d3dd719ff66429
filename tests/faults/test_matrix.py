"""Each command of a stack's life meets each fault, on the real engine; then the same command again, and destroy.

A stack has one conversation for each fault, and each fault hits the calls about its own conversation only, so one run of the
engine covers many cells of the matrix. The assertions rest on what the sandbox reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Room
from tavus_provider.sandbox.faults.fault_spec import FaultSpec, When
from tavus_provider.sandbox.faults.operations import OPERATIONS, Operation
from tests.faults.tally import Tally, active_rooms, describe, find_duplicates, find_lost
from tests.real_engine.stack import CommandError, Stack
from tests.support.conversations import PERSONA

FAULTS: Mapping[str, FaultSpec] = {
    "internal": {"status": 500},
    "unavailable": {"status": 503},
    "limited": {"status": 429, "retry_after": 0.3},
    "limiteduntil": {"status": 429, "retry_after_date": 1},
    "delayed": {"delay": 0.4},
    "finished": {"close": "fin"},
    "reset": {"close": "rst"},
    "truncated": {"truncate": 20},
    "slow": {"slow": 0.5},
    "page": {"text": "<html>welcome</html>"},
    "empty": {"json": {}},
    # Somebody between us and Tavus answers in its place.
    "moved": {"status": 302, "text": ""},
    "unmodified": {"status": 304},
    "forbidden": {"status": 403, "text": "<html>forbidden</html>"},
    "missing": {"status": 404, "text": "not here"},
    "unrouted": {"status": 404, "json": {"message": "no route", "request_id": "r1"}},
    "timeout": {"status": 408, "text": ""},
    "early": {"status": 425, "json": {"detail": "too early"}},
    "throttled": {"status": 429, "text": "slow down", "retry_after": 0.3},
    "closed": {"status": 499, "text": ""},
    "blank": {"text": ""},
    "contentless": {"status": 204},
}
"""Faults by the name of the conversation that meets them."""

_ONLY: Mapping[str, When] = {
    "limited": "before",
    "limiteduntil": "before",
    "truncated": "after",
    "slow": "after",
}
"""Faults that occur on one side of processing: refusals before it, parts of the real answer after it."""

WEATHER: Mapping[str, tuple[Operation | None, FaultSpec]] = {
    "lag": ("list", {"lag": 0.5, "times": None}),
    "ahead": (None, {"skew": 90, "times": None}),
    "behind": (None, {"skew": -90, "times": None}),
}
"""Conditions of all calls: a list that lags behind, a clock that is off."""


def find_faults(when: When) -> list[str]:
    """Return the names of the faults that occur on a side of processing."""
    return [name for name in FAULTS if _ONLY.get(name, when) == when]


@dataclass(frozen=True)
class Command:
    """Command: the program before it, the edited program, and how it is run."""

    first: Mapping[str, Any] | None
    then: Mapping[str, Any]
    run: Callable[[Stack], object]


COMMANDS: Mapping[str, Command] = {
    "create": Command(None, {}, lambda stack: stack.up("--parallel=32")),
    "replace": Command({}, {"language": "English"}, lambda stack: stack.up("--parallel=32")),
    "refresh": Command({}, {}, lambda stack: stack.refresh()),
    "update": Command({}, {"on_ended": "recreate"}, lambda stack: stack.up("--refresh", "--parallel=32")),
    "destroy": Command(
        {"on_destroy": "delete"},
        {"on_destroy": "delete"},
        lambda stack: stack.pulumi("destroy", "--yes", "--skip-preview", "--parallel=32"),
    ),
}

MEETINGS: Iterable[tuple[str, Operation]] = [
    ("create", "create"),
    ("replace", "end"),
    ("replace", "create"),
    ("refresh", "get"),
    ("update", "get"),
    ("destroy", "end"),
    ("destroy", "delete"),
]
"""Every call that a command makes."""


@dataclass
class Cells:
    """One stack and its conversations, each of which meets a fault of its own."""

    sandbox: Sandbox
    stack: Stack
    when: When
    named: bool = False
    weather: str = ""

    @property
    def faults(self) -> list[str]:
        """Return the faults on this side of processing."""
        return find_faults(self.when)

    def declare(self, args: Mapping[str, Any]) -> None:
        """Write a program with one conversation for each fault."""
        lines = []
        for name in self.faults:
            given = {"conversation_name": f"{name}-call"} if self.named else {}
            lines.append(f"tavus.Conversation({name!r}, **{ {'persona_id': PERSONA, **given, **args}!r})")
        self.stack.program("\n".join(lines) + "\n")

    def apply_weather(self) -> None:
        """Put all calls under the weather."""
        if self.weather:
            operation, rule = WEATHER[self.weather]
            self.sandbox.control.inject(operation, **rule)

    def inject_faults(self, operation: Operation, times: int | None) -> None:
        """Inject each conversation's fault into its calls of this operation."""
        ids = {name: each["id"] for name, each in self.stack.resources().items()}
        method, path = OPERATIONS[operation]
        for name in self.faults:
            which: FaultSpec = {"path": path.replace("*", ids.get(name, ""))}
            if operation == "create":
                which["contains"] = f'"{name}-'
            rule: FaultSpec = {**FAULTS[name], **which, "method": method, "when": self.when, "times": times}
            self.sandbox.control.inject(**rule)

    def find_unused(self) -> list[Any]:
        """Return the faults that hit no call yet."""
        return [fault["rule"] for fault in self.sandbox.control.faults() if not fault["fired"] and "method" in fault["rule"]]

    def assert_all_hit(self) -> None:
        """Assert that every fault hit a call, and clear them."""
        assert self.find_unused() == []
        self.sandbox.control.clear_faults()
        self.apply_weather()

    def count(self, tally: Tally) -> None:
        """Compare sandbox and state: the state has exactly the active conversations, and never two of one resource at once."""
        rooms, ids = active_rooms(self.sandbox), {each["id"] for each in self.stack.resources().values()}
        tally.lost += find_lost(rooms, ids)
        tally.duplicates += find_duplicates(self.sandbox.control.conversations(), owner)
        assert ids <= {room["conversation_id"] for room in rooms}, "the state has a conversation that is not active"


def owner(room: Room) -> str:
    """Return the resource of a conversation."""
    return room["conversation_name"].partition("-")[0]


def run_cells(cells: Cells, tally: Tally, command: Command, operation: Operation, times: int | None) -> None:
    """Run a command whose calls meet the faults, run it again without them, count, and destroy."""
    stack = cells.stack
    stack.environment.update(TAVUS_SETTLE_TIMEOUT="1", TAVUS_RETRY_TIMEOUT="2")
    cells.apply_weather()
    if command.first is not None:
        cells.declare(command.first)
        stack.up()
    cells.declare(command.then)
    cells.inject_faults(operation, times)
    # The engine stops where a deletion before a replacement fails, and has not come to some of the others, whichever they are.
    for _ in range(2 * len(cells.faults)):
        with suppress(CommandError):
            command.run(stack)
        if not cells.find_unused():
            break
    cells.assert_all_hit()
    command.run(stack)
    cells.count(tally)
    tally.cells += len(cells.faults)
    stack.up("--refresh", "--expect-no-changes") if command is not COMMANDS["destroy"] else None
    stack.destroy()
    tally.left += map(describe, active_rooms(cells.sandbox))
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("times", [1, None], ids=["once", "lasting"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("command", "operation"), MEETINGS, ids=str)
def test_what_a_fault_breaks_the_next_command_mends(
    sandbox: Sandbox, stack: Stack, tally: Tally, command: str, operation: Operation, when: When, times: int | None
) -> None:
    """After it the state has every active conversation, and no resource ever had two at once."""
    run_cells(Cells(sandbox, stack, when), tally, COMMANDS[command], operation, times)


@pytest.mark.parametrize("weather", WEATHER)
@pytest.mark.parametrize("named", [False, True], ids=["chosen name", "given name"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("command", ["create", "replace"])
def test_a_lost_answer_is_found_in_any_weather(
    sandbox: Sandbox, stack: Stack, tally: Tally, command: str, when: When, named: bool, weather: str
) -> None:
    """A list that lags and a clock that is off hide no conversation, whether the user named it or we did."""
    run_cells(Cells(sandbox, stack, when, named, weather), tally, COMMANDS[command], "create", 1)
