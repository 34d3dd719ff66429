"""
What is active in an account, and whose it is: Tavus's list, the states and the journal, read in the order that loses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ..api.client import TavusClient
from ..api.errors import Gone
from ..conversations.calls import list_active, read_conversation
from ..journal.journal import Intent, Journal
from ..lifecycle.lifecycle import Props
from .attribution import Attribution, Kind, attribute
from .states import States

_A_DAY = 86400.0
"""Seconds; longer than a conversation can last. Source: Tavus docs, "Call Duration and Timeout" (at most 3600 seconds)."""


@dataclass(frozen=True)
class Report:
    """Every active conversation with what can be said of it, and the states from which it is said."""

    attributions: Sequence[Attribution]
    states: States

    def of(self, *kinds: Kind) -> list[Attribution]:
        """Return the conversations of these kinds."""
        return [each for each in self.attributions if each.kind in kinds]

    def find(self, id_: str) -> Attribution | None:
        """Return what is said of an active conversation."""
        return next((each for each in self.attributions if each.id == id_), None)


def report_on(client: TavusClient, base_url: str, journal: Journal, read: Callable[[], States]) -> Report:
    """
    Attribute everything that is active, and remove from the journal what is done.

    read: reads the states; it is called last, so that a conversation which is opened meanwhile is found in the journal, or in the
    state which has taken its place there.
    """
    active = {each["conversation_id"]: each for each in list_active(client)}
    intents = [each for each in journal.intents() if each.base_url == base_url]
    done = [each for each in intents if each.id and each.id not in active and _over(client, each, active)]
    states = read()
    open_ = [each for each in intents if each not in done]
    attributions = attribute(active.values(), states, open_, client.clock_skew)
    settle(journal, [*done, *_settled(open_, attributions, states)])
    return Report(attributions, states)


def settle(journal: Journal, done: Collection[Intent]) -> None:
    """Remove intents from the journal, unless they have become others meanwhile."""
    for each in done:
        if journal.is_unchanged(each):
            journal.forget(each)


def _over(client: TavusClient, intent: Intent, active: dict[str, Props]) -> bool:
    """
    Tell whether what the journal names is over; what only the list has not shown yet is added to `active`.

    A conversation that this account does not have may be another account's, so its intent is kept for as long as it can last.
    """
    try:
        found = read_conversation(client, intent.id)
    except Gone:
        return _stale(intent)
    if found.get("status") == "active":
        active[intent.id] = found
    return intent.id not in active


def _settled(intents: Sequence[Intent], attributions: Sequence[Attribution], states: States) -> list[Intent]:
    """Return the intents whose conversation a state has, and those which are too old to have opened anything active."""
    still = {each.intent for each in attributions}
    owned = {id_ for id_, holder in states.holders.items() if holder.owned}
    return [each for each in intents if each.id in owned or (not each.id and each not in still and _stale(each))]


def _stale(intent: Intent) -> bool:
    return time.time() - intent.began > _A_DAY
