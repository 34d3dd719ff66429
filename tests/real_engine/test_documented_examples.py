"""The examples of the resources' pages, all in one program: in Python by the dynamic provider, in YAML by the native plugin."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tavus_provider.native.registry import MODULE
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.documented import TOKENS, collect_programs
from tests.support.objects import remaining_objects


@pytest.fixture
def stack(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack at a Tavus that trains and reads at once."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    made: Stack = new_stack(recording_sandbox)
    return made


def check_from_up_to_destroy(stack: Stack, sandbox: Sandbox) -> None:
    """Check that everything goes up without a warning, that a second run changes nothing, and that nothing is left."""
    assert "warning" not in stack.up()
    state = json.loads(stack.export())["deployment"]["resources"]
    declared = {each["type"].rpartition(":")[2] for each in state}
    assert {token.removeprefix(MODULE) for token in TOKENS} <= declared
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []
    assert sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_examples_in_python(recording_sandbox: Sandbox, stack: Stack) -> None:
    """Whoever copies an example from a page has a program that works."""
    stack.program("\n".join(collect_programs("python")))
    check_from_up_to_destroy(stack, recording_sandbox)


def test_examples_in_yaml(recording_sandbox: Sandbox, stack: Stack) -> None:
    """The same resources with the same inputs."""
    plugins = {"providers": [{"name": "tavus", "path": str(Path(sys.prefix, "bin"))}]}
    program: dict[str, Any] = {"name": "shop", "runtime": "yaml", "plugins": plugins, "resources": {}, "outputs": {}}
    for each in map(yaml.safe_load, collect_programs("yaml")):
        program["resources"].update(each["resources"])
        program["outputs"].update(each.get("outputs", {}))
    (stack.project / "Pulumi.yaml").write_text(yaml.safe_dump(program, sort_keys=False))
    check_from_up_to_destroy(stack, recording_sandbox)
