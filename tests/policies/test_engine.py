"""The pack on the real engine: a violation stops a preview and an up before anything is created."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.settings import PLUGINS
from tests.real_engine.conftest import initialized_project, new_stack  # noqa: F401  # fixtures
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA
from tools.stacks import ROOT, engine

POLICIES = ROOT / "policies"
PACK = f"--policy-pack={POLICIES}"
PAGE = (ROOT / "docs" / "policies.md").read_text()
(PROGRAM,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
(PRINTED,) = re.findall(r"```\n(Policies:.*?)```", PAGE, flags=re.DOTALL)
(CONFIG,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
VIOLATIONS = [
    "test_mode is not True in the stack dev, so the call is billed: write test_mode=True",
    "max_call_duration is 3600: write at most 1800 seconds",
    "limits lacks concurrent_call_limit, max_call_duration: each call of a visitor is billed",
    "retention_days is missing, so recordings stay for ever: write at most 90 days",
]


@pytest.fixture
def stack(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:  # noqa: F811
    """Return a stack of a program that breaks four policies."""
    made: Stack = new_stack(recording_sandbox)
    path = [str(Path(__file__).with_name("bin")), str(Path(sys.executable).parent), str(engine()), os.environ["PATH"]]
    made.environment |= {"PATH": os.pathsep.join(path), "PYTHON_OF_TESTS": sys.executable, "POLICY_PACK": str(POLICIES)}
    made.program(PROGRAM)
    return made


@pytest.mark.parametrize("served_by", PLUGINS)
def test_violations_stop_a_preview_and_an_up_before_anything_is_created(
    recording_sandbox: Sandbox, stack: Stack, served_by: str
) -> None:
    """The output lists all violations with the plugin's names of inputs; Tavus and AWS get no call."""
    stack.environment["TAVUS_PLUGIN"] = served_by
    expected = [rename(each) if served_by == "native" else each for each in VIOLATIONS]
    for command in (["preview"], ["up", "--yes"]):
        printed = stack.pulumi(*command, PACK, fails=True)
        assert [each for each in expected if each not in printed] == []
    assert [call for call in recording_sandbox.control.calls() if call["method"] == "POST"] == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def rename(text: str) -> str:
    """Return a message in the names of the native plugin."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), text)


def test_the_page_shows_what_pulumi_prints(stack: Stack) -> None:
    """The page has each line of the output, except the path of the pack."""
    printed = {line.strip() for line in stack.pulumi("preview", PACK, fails=True).splitlines()}
    assert [line for line in PRINTED.splitlines() if line.strip() not in printed and "local: " not in line] == []


def test_without_a_preview_a_violation_stops_its_own_resource(recording_sandbox: Sandbox, stack: Stack) -> None:
    """Policies judge a resource before the provider creates it; `pulumi up` then ends with the error."""
    stack.program(f"tavus.Conversation('call', persona_id={PERSONA!r}, test_mode=True)\n")
    assert "max_call_duration is missing, so the call may last an hour" in stack.up(PACK, fails=True)
    assert recording_sandbox.control.conversations() == []


def test_the_configuration_of_the_page_decides(stack: Stack, tmp_path: Path) -> None:
    """A file changes limits and levels, as the page about policies has it."""
    (tmp_path / "policies.json").write_text(CONFIG)
    printed = stack.pulumi("preview", PACK, f"--policy-pack-config={tmp_path / 'policies.json'}", fails=True)
    assert "[mandatory]  eu-data" in printed
    assert "policy is missing: write policy='eu'" in printed
    assert [each for each in VIOLATIONS if each in printed] == VIOLATIONS[2:]
