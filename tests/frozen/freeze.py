"""Keep a state of this version forever: `python -m tests.frozen.freeze`, once for each release.

The program is tests/frozen/VERSION/program.txt; the states after an up and after a refresh are written beside it.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.local_aws import LocalAws
from tavus_provider.version import __version__
from tests.frozen.world import ADDRESSES, FOLDER, KEY, SECOND_KEY, World, create_by_hand, created_in, set_program
from tests.real_engine.stack import Stack

_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}


def freeze(version: Path, folder: Path) -> None:
    """Run the program of a version in a temporary `folder`, and write the states and the world that they refer to."""
    with LocalAws() as aws, Sandbox(key=KEY) as first, Sandbox(key=SECOND_KEY) as second:
        os.environ.update({**_CREDENTIALS, "AWS_ENDPOINT_URL": aws.url, "TAVUS_STATE_DIR": str(folder / "journal")})
        world, stack = World(first, second), Stack(folder, folder / "state")
        existing, read = create_by_hand(first), create_by_hand(first)
        set_program(stack, (version / "program.txt").read_text(), world.environment(existing, read))
        stack.init()
        for command in ("up", "refresh"):
            stack.pulumi(command, "--yes", "--skip-preview", "--parallel=1")  # so that calls and objects have one order
            (version / f"after-{command}.json").write_text(_without_machine(stack.export(), world))
        about = {"existing": existing, "read": read, "made": [created_in(account) for account in world.accounts]}
        (version / "world.json").write_text(json.dumps(about, indent=1) + "\n")
        stack.destroy()


def _without_machine(state: str, world: World) -> str:
    """Return a state without anything specific to this machine."""
    for account, address in zip(world.accounts, ADDRESSES, strict=True):
        state = state.replace(account.url, address)
    content = json.loads(state)
    for each in content["deployment"]["resources"]:
        for name in ("sourcePosition", "stackTrace"):
            each.pop(name, None)
    return json.dumps(content, indent=1) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        freeze(FOLDER / __version__, Path(made))
