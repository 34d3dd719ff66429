"""Attribution of active conversations to resources, from the states and the journal alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...journal.intent import Intent
from ...journal.search import created_at, fits
from ...lifecycle.base import Props
from .states import States


class Kind(StrEnum):
    """How an active conversation relates to the stacks: managed, left by an interrupted run, or neither."""

    KNOWN = "known"
    INTERRUPTED = "interrupted"
    UNATTRIBUTED = "unattributed"


@dataclass(frozen=True)
class Attribution:
    """A conversation, its kind, and the reason for that.

    resource: URN of the resource that has or created it; stack: fully qualified name of the stack whose state has it;
    both "" where there is none. intent: its entry in the journal.
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
    """Attribute each active conversation, oldest first.

    intents: those of this account's address. skew: seconds by which Tavus's clock is ahead of ours.
    """
    ordered = sorted(active, key=created_at)
    answered = {intent.id: intent for intent in intents if intent.id}
    # What a state or an intent has by its id cannot be what another intent created.
    known = states.holders.keys() | answered.keys()
    free = [each for each in ordered if each["conversation_id"] not in known]
    unanswered = sorted((intent for intent in intents if not intent.id), key=lambda intent: intent.began)
    candidates = {each["conversation_id"]: [one for one in unanswered if fits(each, one, skew)] for each in free}
    return [_attribute_one(each, states, answered, candidates) for each in ordered]


def _attribute_one(
    conversation: Props, states: States, answered: Mapping[str, Intent], candidates: Mapping[str, list[Intent]]
) -> Attribution:
    id_ = conversation["conversation_id"]
    holder = states.holders.get(id_)
    if holder:
        return Attribution(conversation, Kind.KNOWN, str(holder), holder.urn, holder.stack, answered.get(id_))
    if id_ in answered:
        return _attribute_to_intent(conversation, states, answered[id_])
    intents = candidates[id_]
    if not intents:
        return Attribution(conversation, Kind.UNATTRIBUTED, "no state and no journal here has it: it may be somebody else's")
    # A name that the provider chose belongs to its intent alone. Of equal names that users chose, one may be somebody else's,
    # unless there is an intent for each.
    rivals, own = _find_rivals(id_, candidates), [intent for intent in intents if intent.unique]
    if own or len(rivals) <= len(intents):
        return _attribute_to_intent(conversation, states, own[0] if own else intents[rivals.index(id_)])
    others = ", ".join(each for each in rivals if each != id_)
    reason = f"it may have been created for {_describe_resource(intents[0])}, but so may {others}"
    return Attribution(conversation, Kind.UNATTRIBUTED, reason)


def _attribute_to_intent(conversation: Props, states: States, intent: Intent) -> Attribution:
    resource, kind = _describe_resource(intent), Kind.UNATTRIBUTED
    # The journal keeps an intent until the state has its id, so only a state that was read and lacks the id proves an
    # interruption; a run in progress writes it into the state any moment.
    if intent.is_in_progress:
        reason = f"it was created for {resource} by a run that is still in progress"
    elif states.covers(intent):
        reason, kind = f"an interrupted run created it for {resource}", Kind.INTERRUPTED
    else:
        reason = f"it was created for {resource}, whose stack's state was not read and may have it"
    return Attribution(conversation, kind, reason, intent.resource, intent=intent)


def _find_rivals(id_: str, candidates: Mapping[str, list[Intent]]) -> list[str]:
    """Return the conversations, `id_` among them, that the same intents may have created."""
    return [other for other, intents in candidates.items() if any(intent in intents for intent in candidates[id_])]


def _describe_resource(intent: Intent) -> str:
    """Return the name of an intent's resource with its project and stack."""
    parts = intent.resource.removeprefix("urn:pulumi:").split("::")
    return f"{parts[-1]!r} of stack {'/'.join(parts[1::-1])}"
