"""Today's code reads, refreshes, changes and destroys states of every version as if nothing had happened between."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

import tavus_provider
from tavus_provider.journal.journal import Journal
from tavus_provider.program.resource import Resource
from tavus_provider.sandbox import Sandbox
from tavus_provider.version import __version__
from tests.frozen.world import FOLDER, KEY, SECOND_KEY, World, set_program, thaw_state
from tests.real_engine.stack import Stack

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if (path / "world.json").is_file())


@dataclass
class Thawed:
    """Stack whose state another version wrote, and today's ids of the conversations that it adopted or only reads."""

    stack: Stack
    world: World
    adopted: str
    read: str

    def planned_steps(self) -> set[str]:
        """Return the steps of a preview for resources that are not left as they are."""
        return {step for step in self.stack.plan().values() if step not in ("same", "read")}


@pytest.fixture
def world(aws: str) -> Iterator[World]:
    """Return two accounts of Tavus and an empty AWS."""
    with Sandbox(key=KEY) as first, Sandbox(key=SECOND_KEY) as second:
        yield World(first, second)


@pytest.fixture
def thaw(world: World, new_stack: Callable[..., Stack], tmp_path: Path) -> Callable[[str, str], Thawed]:
    """Return a function that imports the state which a version left after a command."""

    def thaw(version: str, command: str) -> Thawed:
        about = json.loads((FOLDER / version / "world.json").read_text())
        state, ids = thaw_state((FOLDER / version / f"after-{command}.json").read_text(), about["made"], world)
        stack = new_stack(world.first)
        existing, read = ids[about["existing"]], ids[about["read"]]
        set_program(stack, (FOLDER / version / "program.txt").read_text(), world.environment(existing, read))
        (tmp_path / "state.json").write_text(state)
        stack.pulumi("stack", "import", "--file", str(tmp_path / "state.json"))
        return Thawed(stack, world, existing, read)

    return thaw


def test_this_version_has_its_state() -> None:
    """Each release keeps a state with every resource: `python -m tests.frozen.freeze`."""
    state = json.loads((FOLDER / __version__ / "after-up.json").read_text())
    kept = {each["type"] for each in state["deployment"]["resources"]}
    public = [getattr(tavus_provider, name) for name in tavus_provider.__all__]
    resources = [each for each in public if inspect.isclass(each) and issubclass(each, Resource)]
    assert {f"pulumi-python:{each._resource_type_name}" for each in resources} <= kept


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("command", ["up", "refresh"])
def test_an_upgrade_changes_nothing(thaw: Callable[[str, str], Thawed], version: str, command: str) -> None:
    """The old program finds all that it declares unchanged, and destroy deletes it."""
    then = thaw(version, command)
    then.stack.preview("--expect-no-changes")
    then.stack.destroy()
    assert_gone(then)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_state_lives_on(thaw: Callable[[str, str], Thawed], version: str) -> None:
    """Refresh reads all of it, up repairs drift, updates in place and replaces, and destroy leaves nothing."""
    then = thaw(version, "up")
    opened, objects = then.world.active_ids(), then.world.remaining_objects()
    then.stack.refresh()
    assert then.planned_steps() == {"update"}  # bucket and role are there, but bare
    then.stack.up()
    then.stack.environment.update(DAYS="40", ON_DESTROY="delete", EDIT=" anew")
    assert then.planned_steps() == {"update"}
    then.stack.up()
    assert (then.world.active_ids(), then.world.remaining_objects()) == (opened, objects)

    then.stack.environment["TALK"] = "English"
    then.stack.up()
    assert len(then.world.active_ids()) == len(opened)
    assert then.world.active_ids() & opened == {then.adopted, then.read}
    then.stack.up("--expect-no-changes")
    then.stack.destroy()
    assert_gone(then)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_state_passes_to_the_native_plugin(thaw: Callable[[str, str], Thawed], version: str) -> None:
    """The native plugin updates everything in place and ends no call, and destroy leaves nothing."""
    then = thaw(version, "up")
    opened, objects = then.world.active_ids(), then.world.remaining_objects()
    then.stack.environment["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    then.stack.configure(**{"tavus:plugin": "native"})
    assert then.planned_steps() == {"update", "discard"}  # what is only read is read again
    assert "not declared any more" not in then.stack.up()
    assert (then.world.active_ids(), then.world.remaining_objects()) == (opened, objects)
    then.stack.preview("--expect-no-changes")
    then.stack.destroy()
    assert_gone(then)


def assert_gone(then: Thawed) -> None:
    """Assert that nothing is left except what was only read."""
    assert then.stack.resources() == {}
    assert (then.world.active_ids(), then.world.remaining_objects()) == ({then.read}, [{}, {}])
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert list(Journal().intents()) == []
