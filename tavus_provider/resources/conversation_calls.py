"""
The calls of Tavus's API about conversations, for the resource and for the commands.

Source: Tavus API reference, Conversations.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..api.client import Call, TavusClient
from ..api.errors import ApiError, Gone

PATH = "/v2/conversations"


def read_conversation(client: TavusClient, id_: str, doing: str = "read conversation") -> dict[str, Any]:
    """Return the conversation as Tavus has it now; raises Gone where there is none."""
    return client.send(_call("GET", id_, doing))


def active_conversations(client: TavusClient, doing: str = "list the active conversations") -> Iterator[dict[str, Any]]:
    """Yield each active conversation of the account."""
    return client.pages(Call("GET", PATH, doing), "conversation_id", status="active")


def end_conversation(client: TavusClient, id_: str) -> None:
    """
    End the conversation, which stops the bill; raises Gone where there is none.

    Tavus does not say what it answers where the conversation has ended already, so a refusal is looked into.
    """
    try:
        client.send(Call("POST", f"{PATH}/{id_}/end", f"end conversation {id_}", "conversation_id"))
    except Gone:
        raise
    except ApiError as error:
        if error.status != 400 or read_conversation(client, id_).get("status") != "ended":
            raise


def delete_conversation(client: TavusClient, id_: str, hard: bool) -> None:
    """Delete the conversation's data, and its assets as well where `hard`; raises Gone where there is none."""
    client.send(_call("DELETE", id_, "delete conversation"), **({"hard": "true"} if hard else {}))


def created_at(conversation: dict[str, Any]) -> float:
    """Return the time of creation in seconds since 1970; what has no readable one is taken for new."""
    try:
        return datetime.fromisoformat(conversation["created_at"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return float("inf")


def told(conversation: dict[str, Any]) -> str:
    """Return a conversation's name, id and age in words."""
    age = time.time() - created_at(conversation)
    minutes = f", {age / 60:.0f} min old" if age >= 0 else ""
    return f"{conversation.get('conversation_name')!r} ({conversation['conversation_id']}{minutes})"


def _call(method: str, id_: str, doing: str) -> Call:
    return Call(method, f"{PATH}/{id_}", f"{doing} {id_}", "conversation_id")
