"""
Whose an active conversation is: decided from the states and the journal, without asking anybody.

An intent with an id is no proof of an interruption: the journal keeps it until the state has shown that it knows the id. So a
conversation counts as interrupted only where the state of the very stack that began it was read and does not know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..conversations import search
from ..conversations.calls import created_at
from ..journal.journal import Intent
from ..lifecycle.lifecycle import Props
from .states import States

_LATEST = 300.0
"""
Seconds from an intent to the last moment at which its call can have been carried out: the time limits of one call together.

Only for names that a user gave. Later on the same name can only be that of another run, on this or on another machine.
"""


class Kind(StrEnum):
    """What can be said of an active conversation."""

    KNOWN = "known"
    INTERRUPTED = "interrupted"
    UNATTRIBUTED = "unattributed"


@dataclass(frozen=True)
class Attribution:
    """
    A conversation, what can be said of it, and why.

    resource: URN of the resource that has it or began it; stack: fully qualified name of the stack whose state knows it;
    both "" where there is none. intent: what the journal has of it.
    """

    conversation: Props
    kind: Kind
    reason: str
    resource: str = ""
    stack: str = ""
    intent: Intent | None = None

    @property
    def id(self) -> str:
        """The conversation's id."""
        return str(self.conversation["conversation_id"])


def attribute(active: Iterable[Props], states: States, intents: Sequence[Intent], skew: float) -> list[Attribution]:
    """
    Attribute each active conversation, oldest first.

    intents: those of this account's address. skew: seconds by which Tavus's clock is ahead of ours.
    """
    ordered = sorted(active, key=created_at)
    begun = {intent.id: intent for intent in intents if intent.id}
    free = [each for each in ordered if each["conversation_id"] not in states.holders and each["conversation_id"] not in begun]
    unanswered = sorted((intent for intent in intents if not intent.id), key=lambda intent: intent.began)
    fitting = {each["conversation_id"]: [one for one in unanswered if _fits(each, one, skew)] for each in free}
    return [_attributed(each, states, begun, fitting) for each in ordered]


def _attributed(
    conversation: Props, states: States, begun: Mapping[str, Intent], fitting: Mapping[str, list[Intent]]
) -> Attribution:
    id_ = conversation["conversation_id"]
    holder = states.holders.get(id_)
    if holder:
        return Attribution(conversation, Kind.KNOWN, str(holder), holder.urn, holder.stack, begun.get(id_))
    if id_ in begun:
        return _begun(conversation, states, begun[id_])
    candidates = fitting[id_]
    if not candidates:
        return Attribution(conversation, Kind.UNATTRIBUTED, "no state and no journal here knows it: it may be somebody else's")
    rivals, own = _rivals(id_, fitting), [intent for intent in candidates if intent.unique]
    if own or len(rivals) <= len(candidates):
        return _begun(conversation, states, own[0] if own else candidates[rivals.index(id_)])
    others = ", ".join(each for each in rivals if each != id_)
    reason = f"it may be what was opened for {_name(candidates[0])}, but so may {others}"
    return Attribution(conversation, Kind.UNATTRIBUTED, reason)


def _begun(conversation: Props, states: States, intent: Intent) -> Attribution:
    if intent.is_in_progress:
        reason = f"it was opened for {_name(intent)} by a run that still goes on"
        return Attribution(conversation, Kind.UNATTRIBUTED, reason, intent.resource, intent=intent)
    if states.cover(intent):
        reason = f"an interrupted run opened it for {_name(intent)}"
        return Attribution(conversation, Kind.INTERRUPTED, reason, intent.resource, intent=intent)
    reason = f"it was opened for {_name(intent)}, whose stack's state was not read and may know it"
    return Attribution(conversation, Kind.UNATTRIBUTED, reason, intent.resource, intent=intent)


def _rivals(id_: str, fitting: Mapping[str, list[Intent]]) -> list[str]:
    """Return the conversations, `id_` among them, that may be what the same intents began."""
    return [other for other, theirs in fitting.items() if any(intent in theirs for intent in fitting[id_])]


def _fits(conversation: Props, intent: Intent, skew: float) -> bool:
    latest = intent.began + skew + _LATEST
    return search.fits(conversation, intent, skew) and (intent.unique or created_at(conversation) <= latest)


def _name(intent: Intent) -> str:
    """Return a resource as people know it: its name, its project and its stack."""
    parts = intent.resource.removeprefix("urn:pulumi:").split("::")
    return f"{parts[-1]!r} of stack {'/'.join(parts[1::-1])}"
