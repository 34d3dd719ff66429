"""Calls of Tavus's API about conversations, for the resource and for the commands.

Source: Tavus API reference, Conversations.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..api.client import Call, TavusClient
from ..api.errors import ApiError, Gone
from ..api.paths import path_to
from ..journal.search import created_at

PATH = "/v2/conversations"

_LONGEST_NAME = 100
"""Characters of a name that a message repeats."""
_MOST_NAMED = 10
"""Conversations that a message names."""


def read_conversation(client: TavusClient, id_: str, doing: str = "read conversation") -> dict[str, Any]:
    """Return the conversation as Tavus has it now; raises Gone where there is none."""
    return client.send(replace(_call("GET", id_, doing), holds=("status", str)))


def list_active(client: TavusClient, doing: str = "list the active conversations") -> Iterator[dict[str, Any]]:
    """Yield each active conversation of the account."""
    return client.pages(Call("GET", PATH, doing), "conversation_id", status="active")


def end_conversation(client: TavusClient, id_: str) -> None:
    """End the conversation, which stops the bill; raises Gone where there is none."""
    try:
        client.send(Call("POST", path_to(PATH, id_, "end"), f"end conversation {id_}", "conversation_id"))
    except Gone:
        raise
    except ApiError as error:
        # Tavus does not document its answer for a conversation that has ended already; the status decides.
        if error.status != 400 or read_conversation(client, id_).get("status") != "ended":
            raise


def delete_conversation(client: TavusClient, id_: str, hard: bool) -> None:
    """Delete the conversation's data, and its assets as well where `hard`; raises Gone where there is none."""
    client.send(_call("DELETE", id_, "delete conversation"), **({"hard": "true"} if hard else {}))


def describe(conversation: dict[str, Any]) -> str:
    """Return a conversation's name, id and age in words."""
    age = time.time() - created_at(conversation)
    minutes = f", {age / 60:.0f} min old" if age >= 0 else ""
    name = str(conversation.get("conversation_name"))
    return f"{name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + '…'!r} ({conversation['conversation_id']}{minutes})"


def describe_all(conversations: Sequence[dict[str, Any]]) -> str:
    """Return conversations in words, of many only the first ones and how many more there are."""
    more = len(conversations) - _MOST_NAMED
    return ", ".join(map(describe, conversations[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _call(method: str, id_: str, doing: str) -> Call:
    return Call(method, path_to(PATH, id_), f"{doing} {id_}", "conversation_id")
