"""Group "paging": processor time of the lookups and commands that read all that an account has."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..local import SCRIPTS
from ..samples import Sample
from ..stacks import ARGS, PROJECT, Workspace
from .options import Options

READS: dict[str, list[str]] = {
    "`get_conversations()`": ["lookup", "all"],
    '`get_conversation(name="NAME")`': ["lookup", "name"],
    "`tavus-provider conversations`": ["command", "conversations"],
    "`tavus-provider conversations --orphans`": ["command", "conversations", "--orphans"],
    "`tavus-provider export --all`, no other objects": ["command", "export", "--all"],
}
"""What reads the conversations, with its arguments of own_time.py."""
OBJECTS: dict[str, dict[str, Any]] = {
    "documents": {"document_name": "Handbook {}", "document_url": "https://example.com/{}.pdf"},
    "personas": {"persona_name": "Coach {}", "system_prompt": "You are a coach.", "default_replica_id": ARGS["replica_id"]},
}
"""Fields of the objects that are exported, by kind: one call reads a document, three read a persona with its tools and skills."""
_FOUND = re.compile(r"^c[0-9a-f]{8,}| = tavus\.", re.MULTILINE)
"""One of the conversations that a command printed, or of the objects in a program that it wrote."""
_UNKNOWN = 10
"""Of so many conversations the state lacks one."""
_TYPE = "pulumi-python:dynamic/tavus:Conversation"
_AT_ONCE = 1000


def measure(workspace: Workspace, options: Options) -> Iterator[Sample]:
    """Read accounts with different numbers of conversations, and then of other objects."""
    for size in options.listed:
        workspace.tavus.restart(0.0)
        _seed(workspace, "conversations", size, {"persona_id": ARGS["persona_id"], "conversation_name": "call-{}"})
        _record(workspace)
        for kind, arguments in READS.items():
            yield Sample("paging", "read", kind, size, values=_measure_own(workspace, arguments))
    for kind, fields in OBJECTS.items():
        workspace.tavus.restart(0.0)
        _seed(workspace, kind, options.objects, fields)
        values = _measure_own(workspace, ["command", "export", "--all"])
        yield Sample("paging", "export", kind, options.objects, values=values)


def _seed(workspace: Workspace, kind: str, size: int, fields: Mapping[str, Any]) -> None:
    """Let the account have so many objects; {} in their fields becomes a number."""
    for start in range(0, size, _AT_ONCE):
        numbers = range(start, min(size, start + _AT_ONCE))
        seeds = [{name: value.format(number) for name, value in fields.items()} for number in numbers]
        workspace.tavus.control.seed(**{kind: seeds})


def _record(workspace: Workspace) -> None:
    """Write a state that has nearly all conversations."""
    stack = workspace.stack("ours", "paging")
    rooms = workspace.tavus.control.conversations()
    known = [room["conversation_id"] for number, room in enumerate(rooms) if number % _UNKNOWN]
    root = f"urn:pulumi:{stack.name}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{stack.name}"
    urn = f"urn:pulumi:{stack.name}::{PROJECT}::{_TYPE}::"
    each = [{"urn": f"{urn}{id_}", "id": id_, "custom": True, "type": _TYPE, "parent": root} for id_ in known]
    stack.replace_resources([{"urn": root, "custom": False, "type": "pulumi:pulumi:Stack"}, *each])


def _measure_own(workspace: Workspace, arguments: list[str]) -> dict[str, float]:
    """Return the seconds, the processor seconds without those of other processes, and how many things were printed."""
    file, calls = workspace.folder / "own_time", workspace.tavus.calls()
    command: list[str | Path] = [sys.executable, SCRIPTS / "own_time.py", file, *arguments]
    began = time.perf_counter()
    done = subprocess.run(command, env=workspace.environment, cwd=workspace.folder, stdout=subprocess.PIPE, text=True, check=True)
    seconds, made = time.perf_counter() - began, workspace.tavus.calls() - calls
    found = len(_FOUND.findall(done.stdout))
    return {"seconds": seconds, "own_cpu": float(file.read_text()), "calls": made.total(), "found": found}
