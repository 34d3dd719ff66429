"""Tally of what breaks the promise: conversations that are lost, duplicated or left, according to the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tavus_provider.journal.intent import Intent
from tavus_provider.journal.search import fits
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Room

Owner = Callable[[Room], str]
"""Function that returns the resource which a conversation was created for."""


@dataclass
class Tally:
    """Conversations that break the promise, each in words that name it; all lists must stay empty.

    lost: active, but neither state nor journal has it. duplicates: active at the same time as another one of its resource.
    left: active after everything was destroyed. cells: number of cases that were counted.
    """

    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    cells: int = 0

    def numbers(self) -> dict[str, int]:
        """Return the length of each list, and the number of cases."""
        return {"lost": len(self.lost), "duplicates": len(self.duplicates), "left": len(self.left), "cells": self.cells}


def active_rooms(sandbox: Sandbox) -> list[Room]:
    """Return the active conversations, oldest first."""
    return [room for room in sandbox.control.conversations() if room["status"] == "active"]


def find_lost(rooms: Iterable[Room], ids: Collection[str], intents: Collection[Intent] = (), skew: float = 0) -> list[str]:
    """Return the conversations that neither the states, by their ids, nor the journal have."""
    named = {intent.id for intent in intents if intent.id}
    begun = [intent for intent in intents if not intent.id]
    return [
        describe(room)
        for room in rooms
        if room["conversation_id"] not in {*ids, *named} and not any(fits(dict(room), intent, skew) for intent in begun)
    ]


def find_duplicates(rooms: Iterable[Room], owner: Owner, owners: Mapping[str, int] = MappingProxyType({})) -> list[str]:
    """Return the conversations that were created while an earlier one of the same resource was still active.

    owners: how many resources share the name of an owner, where more than one does: that many may be active at once.
    """
    found, alive = [], dict[str, list[Room]]()
    for room in sorted(rooms, key=lambda room: room["created_at"]):
        whose = owner(room)
        still = [each for each in alive.get(whose, []) if not each["ended_at"] or each["ended_at"] > room["created_at"]]
        if len(still) >= owners.get(whose, 1):
            found.append(f"{describe(room)} beside {', '.join(map(describe, still))}")
        alive[whose] = [*still, room]
    return found


def describe(room: Room) -> str:
    """Return a conversation in words."""
    return f"{room['conversation_name']} ({room['conversation_id']}, {room['callback_url'].rpartition('/hooks/')[2]})"
