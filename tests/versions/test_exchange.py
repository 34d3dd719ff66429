"""One stack under several versions of engine, Python and SDK: what one writes into a state, the others read."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import initialized_project, new_stack
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids
from tests.support.objects import remaining_objects
from tools.stacks import ROOT, environment

__all__ = ["initialized_project", "new_stack"]

VERSIONS = ROOT / ".versions"
HERE = Path(sys.prefix)
MACHINES = {
    "this": [HERE / "bin"],
    "oldest engine": [VERSIONS / "oldest", HERE / "bin"],
    "oldest packages": [VERSIONS / "lowest/bin"],
    "newest Python": [VERSIONS / "newest/bin"],
}
"""What comes first on PATH."""


@pytest.fixture
def on(new_stack: Callable[..., Stack], sandbox: Sandbox) -> Callable[[str], Stack]:
    """Return a function that lets one stack run on a machine."""
    stack: Stack = new_stack(sandbox)
    path = environment(stack.state, "")["PATH"]

    def switch(machine: str) -> Stack:
        stack.environment["PATH"] = os.pathsep.join([*map(str, MACHINES[machine]), path])
        stack.engine = str(VERSIONS / "oldest/pulumi") if machine == "oldest engine" else ""
        return stack

    return switch


@pytest.mark.parametrize("served_by", ["dynamic", "native"])
@pytest.mark.parametrize(("writer", "reader"), list(itertools.permutations(MACHINES, 2)))
def test_what_one_writes_another_reads(
    sandbox: Sandbox, on: Callable[[str], Stack], writer: str, reader: str, served_by: str
) -> None:
    """A stack that one machine made shows no change on another, which refreshes, edits and destroys it."""
    program = (
        "coach = tavus.Persona('coach', system_prompt={!r}, llm={{'model': 'tavus-gpt-oss', 'api_key': 'sk-1'}})\n"
        f"tavus.Conversation('call', persona_id={PERSONA!r}, max_call_duration=600)\n"
    )
    stack = on(writer)
    stack.environment["TAVUS_PLUGIN"] = served_by
    stack.program(program.format("You coach."))
    stack.up()
    (call,) = active_ids(sandbox)
    on(reader)
    stack.up("--refresh", "--expect-no-changes")
    stack.program(program.format("You listen."))
    stack.up()
    assert active_ids(sandbox) == [call]
    stack.destroy()
    assert remaining_objects(sandbox) == []
    assert sandbox.control.books()["active"] == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_each_machine_has_what_its_name_says(machine: str) -> None:
    """The four machines differ: two engines, two versions of Pulumi's SDK, and two of Python."""
    path = os.pathsep.join(map(str, MACHINES[machine]))
    asked = "import sys, importlib.metadata as m; print(m.version('pulumi'), *sys.version_info[:2])"
    python = subprocess.run(
        ["python", "-c", asked], env={"PATH": path}, capture_output=True, text=True, check=True
    ).stdout.split()
    assert (python[0] == "3.235.0") == (machine == "oldest packages")
    assert (python[1:] == ["3", "11"]) == (machine != "newest Python")
