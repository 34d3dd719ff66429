"""The complete example, edited: a preview shows each edit as exactly what it is, and nothing is left at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import boto3

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_project
from tests.real_engine.stack import Stack
from tests.support.conversations import REPLICA
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

EDITS: list[tuple[str, str, dict[str, str]]] = [
    ("Never name a disease", "Never speak of a disease", {"no-diagnosis": "update"}),
    ("Find the next free", "Find a free", {"find-slot": "update"}),
    ("Show a calendar", "Show a list", {"receptionist": "update"}),
    ('"daily_call_limit": 200', '"daily_call_limit": 100', {"front-desk": "update"}),
    ("Find out why", "Find out when", {"intake": "update"}),
    ("shi-VAWN", "shuh-VAWN", {"names": "update"}),
    ('tags=["handbook"]', 'tags=["handbook", "2026"]', {"handbook": "update"}),
    ("handbook.pdf", "handbook-2.pdf", {"handbook": "replace", "receptionist": "update"}),
    ("You receive patients", "You greet patients", {"receptionist": "update"}),
    ("retention_days=30", "retention_days=60", {"recordings": "update"}),
    ('language="English"', 'language="French"', {"call": "replace"}),
]
"""Edits, and what a preview shows of each."""


def test_each_edit_shows_as_what_it_is(recording_sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> None:
    """An edit changes its own resource, and another one only where that refers to a replaced one; one up applies all."""
    recording_sandbox.control.set_behavior(processing=0)
    folder = copy_project(ROOT / "examples" / "complete", tmp_path / "copy")
    stack = new_stack(recording_sandbox, project=folder)
    stack.configure(replica_id=REPLICA, backend_url="https://clinic.example.com/slots")
    stack.pulumi("config", "set", "--secret", "backend_token", "open-sesame")
    stack.up()
    assert f'deployment-id="{stack.outputs()["deployment_id"]}"' in (folder / "index.html").read_text()
    persona, program = stack.outputs()["persona_id"], folder / "__main__.py"
    first = edited = program.read_text()
    for old, new, plan in EDITS:
        assert first.count(old) == 1
        program.write_text(first.replace(old, new))
        assert stack.plan() == plan, new
        edited = edited.replace(old, new)
    program.write_text(edited)
    stack.up()
    stack.preview("--refresh", "--expect-no-changes")
    assert "open-sesame" not in stack.export()
    assert stack.outputs()["persona_id"] == persona
    stack.destroy()
    assert remaining_objects(recording_sandbox) == []
    assert recording_sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []
