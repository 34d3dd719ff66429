"""Comparison of an account's active conversations with the states and the journal."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ...api.client import TavusClient
from ...api.errors import Gone, TavusError
from ...conversations.calls import list_active, read_conversation
from ...journal.intent import Intent
from ...journal.journal import Journal
from ...journal.search import created_at
from ...lifecycle.base import Props
from .attribution import Attribution, Kind, attribute
from .states import Relevance, States

_LIFETIME = 86400.0
"""Seconds; longer than a conversation can last. Source: Tavus docs, "Call Duration and Timeout" (at most 3600 seconds)."""


@dataclass(frozen=True)
class Report:
    """Attributions of all active conversations, and the states that they were compared with."""

    attributions: Sequence[Attribution]
    states: States

    def of(self, *kinds: Kind) -> list[Attribution]:
        """Return the conversations of these kinds."""
        return [each for each in self.attributions if each.kind in kinds]

    def find(self, id_: str) -> Attribution | None:
        """Return the attribution of an active conversation."""
        return next((each for each in self.attributions if each.id == id_), None)


def compare(
    client: TavusClient,
    base_url: str,
    journal: Journal,
    read: Callable[[Relevance], States],
    ids: Collection[str] = (),
    *,
    listed: Iterable[Props] | None = None,
) -> Report:
    """Attribute everything that is active, and remove finished intents from the journal.

    read: reads the relevant states. ids: conversations that the report has to be right about, by default all.
    listed: what is active, where Tavus has just told; by default it is asked.
    """
    active = {each["conversation_id"]: each for each in (list_active(client) if listed is None else listed)}
    intents = [each for each in journal.intents() if each.base_url == base_url]
    finished = [each for each in intents if each.id and each.id not in active and _is_finished(client, each, active)]
    since = min((_creation_time(client, each, active) for each in ids or list(active)), default=math.inf)
    orphans = [each for each in journal.find_possible_orphans() if each.base_url == base_url]
    # Only a state that was read and lacks what an intent created proves that the state will not have it.
    named = {each.resource.removeprefix("urn:pulumi:").partition("::")[0] for each in (*intents, *orphans)}
    # The states are read last: what is created meanwhile is in the journal, or in the state that replaces it there.
    states = read(Relevance(since, named))
    pending = [each for each in intents if each not in finished]
    attributions = attribute(active.values(), states, [*pending, *orphans], client.clock_skew)
    forget(journal, [*finished, *_find_settled(pending, attributions, states)])
    return Report(attributions, states)


def forget(journal: Journal, intents: Collection[Intent]) -> None:
    """Remove intents from the journal, except those that another run has changed meanwhile."""
    for each in intents:
        if journal.is_unchanged(each):
            journal.forget(each)


def _is_finished(client: TavusClient, intent: Intent, active: dict[str, Props]) -> bool:
    """Tell whether an intent's conversation has ended."""
    try:
        return not _is_active(client, intent.id, active)
    except Gone:
        # It may be a conversation of another account; it cannot be active any more once its time is over.
        return _is_expired(intent)


def _creation_time(client: TavusClient, id_: str, active: dict[str, Props]) -> float:
    """Return when an active conversation was created, by this machine's clock: infinity for one that is not active."""
    try:
        if not _is_active(client, id_, active):
            return math.inf
    except Gone:
        return math.inf
    except TavusError:
        # A time that is unknown counts as the earliest one, so that every state is read.
        return -math.inf
    moment = created_at(active[id_]) - client.clock_skew
    return moment if math.isfinite(moment) else -math.inf


def _is_active(client: TavusClient, id_: str, active: dict[str, Props]) -> bool:
    """Tell whether a conversation is active; one that the list lacks although it is active is added to `active`."""
    if id_ not in active:
        conversation = read_conversation(client, id_)
        if conversation.get("status") == "active":
            active[id_] = conversation
    return id_ in active


def _find_settled(intents: Sequence[Intent], attributions: Sequence[Attribution], states: States) -> list[Intent]:
    """Return the intents whose conversation a state has, and those which are too old to have created anything active."""
    matched = {each.intent for each in attributions}
    owned = {id_ for id_, holder in states.holders.items() if holder.owned}
    return [each for each in intents if each.id in owned or (not each.id and each not in matched and _is_expired(each))]


def _is_expired(intent: Intent) -> bool:
    return time.time() - intent.began > _LIFETIME
