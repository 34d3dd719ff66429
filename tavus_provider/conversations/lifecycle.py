"""Lifecycle of a conversation, which is billed from its creation until it ends."""

from __future__ import annotations

from collections.abc import Iterator

from ..api.errors import Gone, InputError, TavusError
from ..api.notices import notify
from ..journal.creation import Creation
from ..journal.journal import LATEST
from ..lifecycle.at_tavus import TavusLifecycle
from ..lifecycle.base import Diff, Props
from ..schema.outputs import find_outputs
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure
from .args import ConversationArgs, ConversationState
from .calls import delete_conversation, describe, end_conversation, has_own, read_conversation
from .creation import ConversationCreation

_S3_INPUTS = ("recording_s3_bucket_name", "recording_s3_bucket_region", "aws_assume_role_arn")
"""Older inputs for a recording storage, which belong together."""


class ConversationLifecycle(TavusLifecycle):
    """Lifecycle of a conversation. Tavus cannot change one, so every change of what Tavus sees ends it and creates another."""

    args = ConversationArgs
    state = ConversationState
    name = "Conversation"
    noun = "conversation"
    needed = ("replica_id", "persona_id", "conversation_name", "callback_url", "test_mode", "require_auth")

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        if not given.keys() & {"replica_id", "persona_id", "existing_conversation_id"}:
            yield Failure(
                "persona_id",
                "is missing: give persona_id, or replica_id, or both (a persona may have a default replica)",
            )
        if given.get("on_ended") == "recreate" and "existing_conversation_id" in given:
            yield Failure(
                "on_ended",
                "cannot be 'recreate' with existing_conversation_id: an ended conversation cannot be adopted",
            )
        yield from self._validate_storage(given)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; every change of what Tavus sees replaces, and so does an end where `on_ended` says so."""
        self.mark_recorded(id_)
        found = super().diff(id_, olds, _fill_in_region(olds, news))
        replaces = self.select_replacements(
            id_, found.replaces, news, "existing_conversation_id", "to end it and have another one created"
        )
        has_ended = olds.get("status") == "ended" and not news.get("test_mode")  # in test mode it is born ended
        if self._was_ended_unnoticed(id_) or (has_ended and news.get("on_ended") == "recreate"):
            replaces.append("status")
        # Two rooms would need two concurrency slots and two bills, so the old one is deleted first.
        return Diff(tuple(dict.fromkeys((*found.changes, *replaces))), tuple(replaces), delete_before_replace=True)

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the conversation, or adopt the existing one.

        Raises the error of the call that failed; then no conversation of ours is active, unless the error says so.
        """
        if "existing_conversation_id" in news:
            id_ = str(news["existing_conversation_id"])
            answer = self._adopt(id_, news)
        else:
            found = Creation(self.run, self.creation(news)).execute()
            id_, answer = found.id, found.answer
        return id_, self._read_missing(id_, self._select_outputs(news, answer))

    def creation(self, news: Props) -> ConversationCreation:
        """Return the strategy of the conversation's create."""
        body, wait = self.inputs.to_wire(news), news.get("wait_for_slot", 0)
        return ConversationCreation(self.client, self.settings, self.context.urn, body, wait)

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the conversation; None where it is gone. An ended one is still there."""
        self.mark_recorded(id_)
        try:
            answer = read_conversation(self.client, id_)
        except Gone:
            # The key of another account calls every id unknown.
            self.require_owner(id_, olds, "read")
            return None
        return id_, self.outputs_read(olds, self._select_answered(answer))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Store the inputs that Tavus never sees, such as `on_ended` and `on_destroy`."""
        kept = {name: value for name, value in olds.items() if name not in self.previous_inputs(olds)}
        return {**kept, **news}

    def delete(self, id_: str, olds: Props) -> None:
        """End the conversation, which stops the bill, and delete its data where `on_destroy` says so."""
        self.mark_recorded(id_)
        policy = olds.get("on_destroy", "end")
        # A run that is killed after the call leaves the conversation as active in the state; the note tells the next run.
        self.run.journal.note_ending(self.context.urn, self.place, id_)
        try:
            end_conversation(self.client, id_)
            if policy != "end":
                delete_conversation(self.client, id_, hard=policy == "delete_hard")
        except Gone:
            self.require_owner(id_, olds, "end")
        self.run.journal.mark_ended(self.context.urn, self.place, id_)

    def mark_recorded(self, id_: str) -> None:
        """Note that the state has the id; name a later conversation of the resource that it does not have, as after a restore."""
        super().mark_recorded(id_)
        latest = self.run.journal.find_note(LATEST, self.context.urn, self.place)
        if latest is None or latest.id == id_ or self.run.is_recorded(self.place, latest.id):
            return
        try:
            found = self.creation({}).get(latest.id)
        except TavusError:
            return  # the next run asks again
        if found is None:
            self.run.journal.forget(latest, LATEST)
            return
        notify(
            f"conversation {describe(found)} was created for {self.context.urn} by a run that this state does not know, and is "
            f"billed: restore the later state, or end it with `tavus-provider conversations --end {latest.id}`"
        )

    def _was_ended_unnoticed(self, id_: str) -> bool:
        """Tell whether a run of ours ended it and was killed before the state knew; asks Tavus only where one began to."""
        if not self.run.journal.has_ending_note(self.context.urn, self.place, id_):
            return False
        try:
            return read_conversation(self.client, id_).get("status") == "ended"
        except Gone:
            return True

    def _validate_storage(self, given: Props) -> Iterator[Failure]:
        older = [name for name in _S3_INPUTS if name in given]
        for name in _S3_INPUTS if older else ():
            if name not in given:
                yield Failure(name, f"is required with {' and '.join(older)}: give all three, or recording_storage")
        if older and "recording_storage" in given:
            yield Failure("recording_storage", f"cannot be combined with {', '.join(older)}: remove those")
        if given.get("enable_recording") is True and not older and "recording_storage" not in given:
            yield Failure("enable_recording", "needs a place for recordings: give recording_storage")

    def _adopt(self, id_: str, news: Props) -> Props:
        """Return the existing conversation. Raises InputError unless it is active and as it is declared."""
        failed = f"could not adopt conversation {id_}"
        try:
            answer = read_conversation(self.client, id_, "adopt conversation")
        except Gone:
            raise InputError(f"{failed}: the id in existing_conversation_id does not exist in this account") from None
        if answer.get("status") != "active":
            raise InputError(f"{failed}: it has ended; remove existing_conversation_id to have another one created")
        # Answers have no other inputs that could be compared, apart from callback_url.
        for name in ("replica_id", "persona_id", "conversation_name"):
            if news.get(name) not in (None, answer.get(name)):
                raise InputError(f"{failed}: its {name} is {answer.get(name)!r}, not {news[name]!r}")
        if news.get("callback_url") not in (None, answer.get("callback_url")):
            raise InputError(f"{failed}: it has another callback_url")  # which may hold a token, so the message repeats neither
        return answer

    def _read_missing(self, id_: str, outs: Props) -> Props:
        """Ask once for what the answer to a create leaves out; the conversation exists, so this never fails."""
        if outs.get("replica_id") and outs.get("persona_id"):
            return outs
        try:
            return self._select_outputs(outs, read_conversation(self.client, id_))
        except TavusError:
            return outs  # the next refresh fills the gap

    def is_of_account(self, olds: Props) -> bool:
        """Tell whether the account itself has the conversation's persona or replica, which no other account then has."""
        return any(
            has_own(self.client, kind, str(olds[f"{kind}_id"])) for kind in ("persona", "replica") if olds.get(f"{kind}_id")
        )

    def _select_outputs(self, known: Props, answer: Props) -> Props:
        return self.outputs(known, self._select_answered(answer))

    def _select_answered(self, answer: Props) -> Props:
        return {name: answer.get(name) for name in find_outputs(self.state)}


def _fill_in_region(olds: Props, news: Props) -> Props:
    """Return the inputs with the old region where a preview does not know the new one and the bucket is the same.

    A bucket never moves. Source: Amazon S3 User Guide, "General purpose buckets overview".
    """
    old, new = olds.get("recording_storage"), news.get("recording_storage")
    filled = _keep_region(olds, news, "recording_s3_bucket_name", "recording_s3_bucket_region")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return filled
    return {**filled, "recording_storage": _keep_region(old, new, "bucket_name", "bucket_region")}


def _keep_region(old: Props, new: Props, name: str, region: str) -> Props:
    return {**new, region: old.get(region)} if new.get(region) is UNKNOWN and new.get(name) == old.get(name) else new
