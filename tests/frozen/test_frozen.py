"""States of every version are read, refreshed, changed and destroyed by today's code, as if nothing had happened between."""

from __future__ import annotations

import inspect
import json
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
from tests.frozen.world import FOLDER, KEY, SECOND_KEY, World, program_of, thawed
from tests.real_engine.stack import Stack

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if (path / "world.json").is_file())


@dataclass
class Thawed:
    """A stack whose state was written by another version, and today's ids of the conversations that it adopted or only reads."""

    stack: Stack
    world: World
    adopted: str
    read: str

    def does(self) -> set[str]:
        """Return what a preview would do to resources that are not left as they are."""
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
        state, ids = thawed((FOLDER / version / f"after-{command}.json").read_text(), about["made"], world)
        stack = new_stack(world.first)
        existing, read = ids[about["existing"]], ids[about["read"]]
        program_of(stack, (FOLDER / version / "program.txt").read_text(), world.environment(existing, read))
        (tmp_path / "state.json").write_text(state)
        stack.pulumi("stack", "import", "--file", str(tmp_path / "state.json"))
        return Thawed(stack, world, existing, read)

    return thaw


def test_this_version_has_its_state() -> None:
    """Each release keeps one of all its resources: `python -m tests.frozen.freeze`."""
    state = json.loads((FOLDER / __version__ / "after-up.json").read_text())
    kept = {each["type"] for each in state["deployment"]["resources"]}
    resources = [each for each in vars(tavus_provider).values() if inspect.isclass(each) and issubclass(each, Resource)]
    assert {f"pulumi-python:{each._resource_type_name}" for each in resources} <= kept


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("command", ["up", "refresh"])
def test_an_upgrade_changes_nothing(thaw: Callable[[str, str], Thawed], version: str, command: str) -> None:
    """The program of then finds all that it declares unchanged, and destroy removes it."""
    then = thaw(version, command)
    then.stack.preview("--expect-no-changes")
    then.stack.destroy()
    assert_gone(then)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_of_then_lives_on(thaw: Callable[[str, str], Thawed], version: str) -> None:
    """Refresh reads all of it, up mends what drifted, changes in place, replaces, and destroy leaves nothing."""
    then = thaw(version, "up")
    opened, objects = then.world.active(), then.world.objects()
    then.stack.refresh()
    assert then.does() == {"update"}  # bucket and role are there, but bare
    then.stack.up()
    then.stack.environment.update(DAYS="40", ON_DESTROY="delete", EDIT=" anew")
    assert then.does() == {"update"}
    then.stack.up()
    assert (then.world.active(), then.world.objects()) == (opened, objects)

    then.stack.environment["TALK"] = "English"
    then.stack.up()
    assert len(then.world.active()) == len(opened)
    assert then.world.active() & opened == {then.adopted, then.read}
    then.stack.up("--expect-no-changes")
    then.stack.destroy()
    assert_gone(then)


def assert_gone(then: Thawed) -> None:
    """Nothing is left but what was only read."""
    assert then.stack.resources() == {}
    assert (then.world.active(), then.world.objects()) == ({then.read}, [{}, {}])
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert list(Journal().intents()) == []
