"""
Looking for a conversation that was opened, but whose answer never came.

A name that we chose is nobody else's. A name that the user gave can be that of other conversations as well: then persona,
replica and time of creation have to fit too, and nobody else on this machine may have claimed it. Where several resources of this
machine look for conversations of one name, each takes one, and only equal inputs make them interchangeable.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass

from ..api.client import TavusClient
from ..api.errors import TavusError
from ..journal.journal import Intent, Journal, is_recorded
from ..lifecycle.lifecycle import Props
from .calls import created_at, describe_all, list_active

_EVERY = 1.0
"""Seconds between two looks."""
_MARGIN = 2.0
"""Seconds by which a time of creation may seem too early: the Date header, which tells Tavus's clock, has whole seconds."""


class Ambiguous(TavusError):
    """More than one conversation may be the one that was opened."""


class Unsearchable(TavusError):
    """The active conversations could not be listed, so it is not known whether one was opened."""


@dataclass(frozen=True)
class Found:
    """A conversation, and whether it has the inputs that were asked for: else it may be what another resource looks for."""

    conversation: Props
    certain: bool


def search(client: TavusClient, journal: Journal, intent: Intent, seconds: float) -> Found | None:
    """
    Return the active conversation that `intent` opened and claim it; None where none showed within `seconds`.

    The list may lag behind, so it is asked again every second. Raises Ambiguous and Unsearchable.
    """
    deadline = time.monotonic() + seconds
    while True:
        last = time.monotonic() >= deadline
        found = _claimed(client, journal, intent, last)
        if found or last:
            return found
        time.sleep(min(_EVERY, max(0.0, deadline - time.monotonic())))


def doubles(client: TavusClient, intent: Intent, id_: str) -> list[Props]:
    """Return the other active conversations that carry a name which we chose for this one."""
    return [item for item in _candidates(client, intent) if item["conversation_id"] != id_] if intent.unique else []


def _claimed(client: TavusClient, journal: Journal, intent: Intent, last: bool) -> Found | None:
    with nullcontext() if intent.unique else journal.claiming():
        # In this order: what another one claims and ends meanwhile is taken in the journal, or is not active in the list.
        others = journal.find_others(intent)
        candidates = _candidates(client, intent)
        taken = {each.id for each in others}
        own = [item for item in candidates if item["conversation_id"] not in taken]
        rivals = [each for each in others if not each.id and any(fits(item, each, client.clock_skew) for item in own)]
        if len(own) > 1 + len(rivals) and not intent.unique:
            raise Ambiguous(
                f"could not open conversation {intent.name!r}: an answer of Tavus was lost, and it may be any of "
                f"{describe_all(own)}; end those that are not yours, or name one in existing_conversation_id"
            )
        if not own or (rivals and not last):
            return None  # a rival's answer may still be on its way, and what is seen may be its own
        mine = journal.find(intent.resource, intent.base_url) or intent
        certain = all(each.inputs == intent.inputs for each in (mine, *rivals))
        for each in rivals if not certain else ():
            journal.mark_doubtful(each)  # what is left for it may have the inputs of any
        journal.complete(intent, own[0]["conversation_id"])
    return Found(own[0], certain)


def _candidates(client: TavusClient, intent: Intent) -> list[Props]:
    try:
        active = list(list_active(client, f"find out whether conversation {intent.name!r} was opened"))
    except TavusError as error:
        raise Unsearchable(f"{error}; it may be active and billed: run `pulumi up` again, which looks for it first") from error
    unknown = [item for item in active if not is_recorded(intent.base_url, item["conversation_id"])]
    return sorted((item for item in unknown if fits(item, intent, client.clock_skew)), key=created_at)


def fits(item: Props, intent: Intent, skew: float) -> bool:
    """Tell whether a conversation can be the one that `intent` opened; `skew` is by how many seconds Tavus's clock is ahead."""
    if item.get("conversation_name") != intent.name:
        return False
    same = all(
        wanted in ("", item.get(name)) for name, wanted in (("persona_id", intent.persona_id), ("replica_id", intent.replica_id))
    )
    return intent.unique or (same and created_at(item) >= intent.began + skew - _MARGIN)
