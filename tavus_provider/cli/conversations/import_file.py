"""Import file: what `pulumi import --file` reads to manage conversations that are active already."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ...api.errors import InputError
from ...conversations.lifecycle import ConversationLifecycle
from ...dynamic.private_names import stored_provider, type_name
from ...journal.run import Run
from ...lifecycle.base import Props
from ...resources.conversation import Conversation, ConversationProvider
from ...settings import Settings

TYPE = f"pulumi-python:{type_name(Conversation)}"
_INPUTS = ("persona_id", "replica_id", "conversation_name")
"""Inputs that Tavus's answers contain, in the order of the program's arguments."""
_SECRETS = ("callback_url",)
"""Outputs that are encrypted, and never printed as an input: an address may hold a token."""
_SECRET_MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Marks a secret, which the engine then encrypts. Source: Pulumi SDK for Python, pulumi.runtime.rpc."""


def make_entries(settings: Settings, conversations: Iterable[Props]) -> list[dict[str, Any]]:
    """Return one entry of the file for each conversation, as a state would have it if the program had created it.

    Raises InputError for a conversation that has gone or ended meanwhile.
    """
    # Pulumi cannot read a dynamic resource that no state has, but takes one whose inputs and outputs are complete.
    # Source: Pulumi changelog, 3.254.0.
    provider = stored_provider(ConversationProvider())
    lifecycle = ConversationLifecycle(Run(settings))
    taken: set[str] = set()
    return [_make_entry(lifecycle, each, _choose_name(each, taken), {"__provider": provider}) for each in conversations]


def _make_entry(lifecycle: ConversationLifecycle, conversation: Props, name: str, provider: Props) -> dict[str, Any]:
    id_ = conversation["conversation_id"]
    inputs = {name: conversation[name] for name in _INPUTS if conversation.get(name)}
    # It may have ended since it was listed.
    read = lifecycle.read(id_, inputs)
    if not read or read[1].get("status") != "active":
        raise InputError(f"could not write conversation {id_} to the file: it has ended")
    outputs = {name: _mark_secret(value) if value and name in _SECRETS else value for name, value in read[1].items()}
    return {"type": TYPE, "name": name, "id": id_, "inputs": {**inputs, **provider}, "outputs": {**outputs, **provider}}


def _mark_secret(value: str) -> dict[str, str]:
    return {**_SECRET_MARK, "plaintext": json.dumps(value)}


def _choose_name(conversation: Props, taken: set[str]) -> str:
    """Return a resource name after the conversation's name, and add it to those that are taken."""
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", conversation.get("conversation_name") or "").strip("-")[:60]
    name = base = readable or conversation["conversation_id"]
    number = 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name


def write_file(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Write the file, readable by its owner only. Raises InputError where it exists already or cannot be written."""
    try:
        # O_EXCL neither overwrites a file nor follows a link.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"resources": entries}, file, indent=2)
    except OSError as error:
        raise InputError(f"could not write {path}: {error.strerror}") from error


def make_command(path: Path) -> str:
    """Return the command that reads the file."""
    return f"pulumi import --file {shlex.quote(str(path.absolute()))} --generate-code=false --protect=false"


def write_lines(entries: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of a program that declare what the file imports."""
    return [_write_line(each) for each in entries]


def describe_next_steps(path: Path, entries: Sequence[dict[str, Any]]) -> list[str]:
    """Return lines that say how to use the file: the command, and what the program needs."""
    return [
        f"Wrote {path}. In the folder of the project, with Pulumi 3.254 or later, run",
        "",
        f"    {make_command(path)}",
        "",
        "and add to the program",
        "",
        "    import tavus_provider as tavus",
        "",
        *(f"    {line}" for line in write_lines(entries)),
        "",
        "Tavus does not say with which other inputs a conversation was created (language, times, recording, …), so the lines",
        "leave them out. Adding one later ends the active conversation and creates another.",
    ]


def _write_line(entry: dict[str, Any]) -> str:
    inputs = {name: entry["inputs"][name] for name in _INPUTS if name in entry["inputs"]}
    return f"tavus.Conversation({entry['name']!r}, {', '.join(f'{name}={value!r}' for name, value in inputs.items())})"
