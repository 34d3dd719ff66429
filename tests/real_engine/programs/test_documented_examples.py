"""The examples of the resources' pages, all in one program: in Python by the dynamic provider, in YAML by the native plugin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.documented import check_from_up_to_destroy, collect_programs


@pytest.fixture
def stack(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack at a Tavus that trains and reads at once."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    made: Stack = new_stack(recording_sandbox)
    return made


def test_examples_in_python(recording_sandbox: Sandbox, stack: Stack) -> None:
    """Whoever copies an example from a page has a program that works."""
    stack.program("\n".join(collect_programs("python")))
    assert "warning" not in check_from_up_to_destroy(stack, recording_sandbox)


def test_examples_in_yaml(recording_sandbox: Sandbox, stack: Stack) -> None:
    """The examples in YAML declare the same resources with the same inputs."""
    plugins = {"providers": [{"name": "tavus", "path": str(Path(sys.prefix, "bin"))}]}
    program: dict[str, Any] = {"name": "shop", "runtime": "yaml", "plugins": plugins, "resources": {}, "outputs": {}}
    for each in map(yaml.safe_load, collect_programs("yaml")):
        program["resources"].update(each["resources"])
        program["outputs"].update(each.get("outputs", {}))
    (stack.project / "Pulumi.yaml").write_text(yaml.safe_dump(program, sort_keys=False))
    assert "warning" not in check_from_up_to_destroy(stack, recording_sandbox)
