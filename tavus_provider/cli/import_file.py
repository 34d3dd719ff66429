"""
The file that `pulumi import --file` takes, so that running conversations come under management.

Pulumi cannot read a dynamic resource that it does not have yet, but it takes one whose inputs and outputs are given in full, from
3.254.0 on. Source: Pulumi changelog, 3.254.0.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from ..api.errors import InputError
from ..lifecycle.lifecycle import Props
from ..lifecycle.settings import Settings
from ..resources.conversation import Conversation, ConversationLifecycle, ConversationProvider

TYPE = f"pulumi-python:{Conversation._resource_type_name}"
_INPUTS = ("persona_id", "replica_id", "conversation_name")
"""Inputs that Tavus tells of, in the order in which the program has them; callback_url is one too, but may hold a token."""
_PRIVATE = ("callback_url",)
_MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""The mark of a secret, which the engine then encrypts. Source: Pulumi SDK for Python, pulumi.runtime.rpc."""


def entries(settings: Settings, conversations: Iterable[Props]) -> list[dict[str, Any]]:
    """
    Return one entry of the file for each conversation, as it would stand in a state if the program had opened it.

    Raises InputError for a conversation that has gone or ended meanwhile.
    """
    provider = serialize_provider(ConversationProvider())
    lifecycle = ConversationLifecycle(settings)
    taken: set[str] = set()
    return [_entry(lifecycle, each, _name(each, taken), {"__provider": provider}) for each in conversations]


def _entry(lifecycle: ConversationLifecycle, conversation: Props, name: str, provider: Props) -> dict[str, Any]:
    id_ = conversation["conversation_id"]
    inputs = {name: conversation[name] for name in _INPUTS if conversation.get(name)}
    found = lifecycle.read(id_, inputs)
    if not found or found[1].get("status") != "active":
        raise InputError(f"could not write conversation {id_} to the file: it has ended")
    outputs = {name: _secret(value) if value and name in _PRIVATE else value for name, value in found[1].items()}
    return {"type": TYPE, "name": name, "id": id_, "inputs": {**inputs, **provider}, "outputs": {**outputs, **provider}}


def _secret(value: str) -> dict[str, str]:
    return {**_MARK, "plaintext": json.dumps(value)}


def _name(conversation: Props, taken: set[str]) -> str:
    """Return a resource name that says what the conversation is called and that no other has."""
    given = re.sub(r"[^A-Za-z0-9_]+", "-", conversation.get("conversation_name") or "").strip("-")[:60]
    name = base = given or conversation["conversation_id"]
    number = 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name


def write(path: Path, found: Sequence[dict[str, Any]]) -> None:
    """Write the file, readable by its owner alone; raises InputError where there is one already or it cannot be written."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"resources": found}, file, indent=2)
    except OSError as error:
        raise InputError(f"could not write {path}: {error.strerror}") from error


def instructions(path: Path, found: Sequence[dict[str, Any]]) -> str:
    """Return what to do with the file: the command, and the lines that the program needs."""
    return "\n".join(
        [
            f"Wrote {path}. In the folder of the project, with Pulumi 3.254 or later, run",
            "",
            f"    pulumi import --file {shlex.quote(str(path.absolute()))} --generate-code=false --protect=false",
            "",
            "and have in the program",
            "",
            "    import tavus_provider as tavus",
            "",
            *(f"    {_line(each)}" for each in found),
            "",
            "Tavus does not tell with which other inputs a conversation was opened (language, times, recording, …), so the lines",
            "leave them out: to add one to a running conversation ends it and opens another.",
        ]
    )


def _line(entry: dict[str, Any]) -> str:
    given = {name: entry["inputs"][name] for name in _INPUTS if name in entry["inputs"]}
    return f"tavus.Conversation({entry['name']!r}, {', '.join(f'{name}={value!r}' for name, value in given.items())})"
