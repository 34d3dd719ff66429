"""What the sandbox's books say of the promise: nothing lost, nothing doubled, nothing left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tavus_provider.conversations.search import fits
from tavus_provider.journal.journal import Intent
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Room

Owner = Callable[[Room], str]
"""Names the resource that a conversation was opened for."""


@dataclass
class Tally:
    """
    What must stay empty, each as words that name the conversation.

    lost: active, but nothing knows it. doubled: active at the same time as another one of its resource. left: active after
    everything was destroyed. cells: in how many cases that was looked at.
    """

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    cells: int = 0

    def numbers(self) -> dict[str, int]:
        """Return how many of each."""
        return {"lost": len(self.lost), "doubled": len(self.doubled), "left": len(self.left), "cells": self.cells}


def active(sandbox: Sandbox) -> list[Room]:
    """Return the active conversations, oldest first."""
    return [room for room in sandbox.control.conversations() if room["status"] == "active"]


def unknown(rooms: Iterable[Room], ids: Collection[str], intents: Collection[Intent] = (), skew: float = 0) -> list[str]:
    """Return those that neither the states, by their ids, nor the journal know."""
    named = {intent.id for intent in intents if intent.id}
    begun = [intent for intent in intents if not intent.id]
    return [
        told(room)
        for room in rooms
        if room["conversation_id"] not in {*ids, *named} and not any(fits(dict(room), intent, skew) for intent in begun)
    ]


def overlapping(rooms: Iterable[Room], owner: Owner, owners: Mapping[str, int] = MappingProxyType({})) -> list[str]:
    """
    Return the conversations that were opened while an earlier one of the same resource was still active.

    owners: how many resources go by a name of an owner, where that is more than one: so many may be active at once.
    """
    found, alive = [], dict[str, list[Room]]()
    for room in sorted(rooms, key=lambda room: room["created_at"]):
        whose = owner(room)
        still = [each for each in alive.get(whose, []) if not each["ended_at"] or each["ended_at"] > room["created_at"]]
        if len(still) >= owners.get(whose, 1):
            found.append(f"{told(room)} beside {', '.join(map(told, still))}")
        alive[whose] = [*still, room]
    return found


def told(room: Room) -> str:
    """Return a conversation in words."""
    return f"{room['conversation_name']} ({room['conversation_id']}, {room['callback_url'].rpartition('/hooks/')[2]})"
