"""Calls of Tavus's API about conversations, for the resource and for the commands.

Source: Tavus API reference, Conversations.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from ..api.call import Call
from ..api.client import TavusClient
from ..api.errors import OutcomeUnknown
from ..api.paths import path_to
from ..journal.search import created_at

PATH = "/v2/conversations"

_LONGEST_NAME = 100
"""Characters of a name that a message repeats."""
_MOST_NAMED = 10
"""Conversations that a message names."""


def read_conversation(client: TavusClient, id_: str, doing: str = "read conversation") -> dict[str, Any]:
    """Return the conversation as Tavus has it now; raises Gone where there is none."""
    call = _read_call(id_, doing)
    answer = client.send(call)
    if answer.get("conversation_id") != id_:
        raise OutcomeUnknown.from_answer(call.doing, "it is about another object")
    return answer


def list_active(client: TavusClient, doing: str = "list the active conversations") -> Iterator[dict[str, Any]]:
    """Yield each active conversation of the account."""
    return client.pages(Call("GET", PATH, doing), "conversation_id", status="active")


def end_conversation(client: TavusClient, id_: str) -> None:
    """End the conversation, which stops the bill; raises Gone where there is none."""
    call = Call("POST", path_to(PATH, id_, "end"), f"end conversation {id_}", "conversation_id", empty=200)
    # Tavus does not document its answer for a conversation that has ended already; the status decides.
    client.remove(call, _read_call(id_), over={"conversation_id": id_, "status": "ended"})


def delete_conversation(client: TavusClient, id_: str, hard: bool) -> None:
    """Delete the conversation's data, and its assets as well where `hard`; raises Gone where there is none."""
    call = Call("DELETE", path_to(PATH, id_), f"delete conversation {id_}", "conversation_id", empty=204)
    query = {"hard": "true"} if hard else {}
    client.remove(call, _read_call(id_), None, **query)


def has_own(client: TavusClient, kind: str, id_: str) -> bool:
    """Tell whether a "persona" or "replica" is one of the account's own, rather than one of Tavus that every account has."""
    call = Call("GET", f"/v2/{kind}s", f"list the account's own {kind}s")
    return any(each[f"{kind}_id"] == id_ for each in client.pages(call, f"{kind}_id", 1, **{f"{kind}_type": "user"}))


def describe(conversation: dict[str, Any]) -> str:
    """Return a conversation's name, id and age in words."""
    age = time.time() - created_at(conversation)
    # Where the time cannot be read, or this machine's clock is behind Tavus's, an age would mislead.
    minutes = f", {age / 60:.0f} min old" if age >= 0 else ""
    name = str(conversation.get("conversation_name"))
    return f"{name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + '…'!r} ({conversation['conversation_id']}{minutes})"


def describe_all(conversations: Sequence[dict[str, Any]]) -> str:
    """Return conversations in words, of many only the first ones and how many more there are."""
    more = len(conversations) - _MOST_NAMED
    return ", ".join(map(describe, conversations[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _read_call(id_: str, doing: str = "read conversation") -> Call:
    return Call("GET", path_to(PATH, id_), f"{doing} {id_}", "conversation_id", holds=("status", str))
