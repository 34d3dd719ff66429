"""The pack on the real engine: a violation stops a preview and an up before anything is created."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.settings import PLUGINS
from tests.real_engine.conftest import initialized_project, new_stack  # noqa: F401  # fixtures
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA
from tools.stacks import ROOT

PACK = f"--policy-pack={ROOT / 'policies'}"
PROGRAM = """
tavus.Conversation("call", persona_id={persona!r}, max_call_duration=3600)
tavus.Deployment("desk", persona_id={persona!r}, channel="widget", limits={{"daily_call_limit": 50}})
tavus.RecordingStorage("recordings")
"""
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
    made.program(PROGRAM.format(persona=PERSONA))
    return made


@pytest.mark.parametrize("served_by", PLUGINS)
def test_violations_stop_a_preview_and_an_up_before_anything_is_created(
    recording_sandbox: Sandbox, stack: Stack, served_by: str
) -> None:
    """All are listed, whichever plugin serves the program; Tavus and AWS are asked for nothing."""
    stack.environment["TAVUS_PLUGIN"] = served_by
    printed = stack.pulumi("preview", PACK, fails=True)
    assert [each for each in VIOLATIONS if each not in printed] == []
    printed = stack.pulumi("up", "--yes", PACK, fails=True)
    assert [each for each in VIOLATIONS if each not in printed] == []
    assert [call for call in recording_sandbox.control.calls() if call["method"] == "POST"] == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_the_configuration_of_the_pack_decides(stack: Stack, tmp_path: Path) -> None:
    """A file changes limits and levels: what is advisory is a warning, and what is off is not said."""
    config = {
        "call-duration": {"maxSeconds": 3600},
        "deployment-limits": "advisory",
        "recording-retention": "advisory",
        "test-mode": "disabled",
        "eu-data": "advisory",
    }
    (tmp_path / "policies.json").write_text(json.dumps(config))
    printed = stack.pulumi("preview", PACK, f"--policy-pack-config={tmp_path / 'policies.json'}")
    assert "policy is missing: write policy='eu'" in printed
    assert VIOLATIONS[2] in printed
    assert [each for each in VIOLATIONS[:2] if each in printed] == []
