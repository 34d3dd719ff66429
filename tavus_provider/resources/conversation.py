"""
Conversation: a video call with a replica, billed from its creation until it ends.

The surprising rule: Tavus cannot change a conversation, so every change of what Tavus sees ends it and opens another.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypedDict, Unpack

import pulumi

from ..api.errors import Gone, InputError, TavusError
from ..conversations.calls import delete_conversation, end_conversation, read_conversation
from ..conversations.creation import Opening
from ..conversations.languages import language, unlisted
from ..conversations.recording_storage import AzureBlobRecordingStorageArgs, GcsRecordingStorageArgs, S3RecordingStorageArgs
from ..dynamic.provider import Provider
from ..journal.journal import Journal
from ..lifecycle.lifecycle import URN, Diff, Props
from ..lifecycle.tavus_lifecycle import TavusLifecycle
from ..program.resource import Out, Resource, find_outputs
from ..schema.documentation import add_documentation
from ..schema.fields import Field, instead_of
from ..schema.formats import aws_region, http_url, iam_role_arn, s3_bucket_name
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure
from .document import Document
from .persona import Persona
from .replica import Replica

_TIMEOUTS = "Tavus docs, Call Duration and Timeout"
_RECORDINGS = "Tavus docs, Conversation Recordings"
Text = pulumi.Input[str]
Texts = pulumi.Input[Sequence[pulumi.Input[str]]]
Number = pulumi.Input[int]
Flag = pulumi.Input[bool]
_Property = functools.partial(Field, wire_path="properties")
_Own = functools.partial(Field, wire_path=None, replaces=False, source="tavus_provider")
_NEST = "write recording_storage instead"


def _duration_advice(seconds: int) -> str | None:
    return f"is {seconds}: Tavus documents at most 3600 seconds" if seconds > 3600 else None


class ConversationArgs(TypedDict, total=False):
    """The inputs of a conversation: what Tavus's create call takes, flat, and what this package adds."""

    replica_id: Annotated[Text, Field("Replica that appears; overrides the persona's default replica.")]
    replica: Annotated[Replica, instead_of("replica_id", "Replica of the program.")]
    persona_id: Annotated[Text, Field("Persona that decides how the replica behaves.")]
    persona: Annotated[Persona, instead_of("persona_id", "Persona of the program.")]
    audio_only: Annotated[Flag, Field("Voice without video.", default=False)]
    callback_url: Annotated[
        Text, Field("Receives a webhook for each event of the conversation.", validator=http_url, sensitive=True)
    ]
    conversation_name: Annotated[Text, Field("Label; `<resource>-<7 hex digits>` where none is given.")]
    conversational_context: Annotated[Text, Field("What the persona should know about this call, besides its own context.")]
    custom_greeting: Annotated[Text, Field("First sentence that the replica says to a participant.")]
    memory_stores: Annotated[Texts, Field("Names of the memory stores to read and add to, usually one.")]
    document_ids: Annotated[Texts, Field("Documents that the persona may use.")]
    documents: Annotated[Sequence[Document], instead_of("document_ids", "Documents of the program.")]
    document_retrieval_strategy: Annotated[
        pulumi.Input[Literal["speed", "quality", "balanced"]],
        Field("What to favour when documents are searched.", default="balanced"),
    ]
    document_tags: Annotated[Texts, Field("Tags of documents that the persona may use.")]
    test_mode: Annotated[Flag, Field("Born ended, without replica, cost or concurrency slot.", default=False)]
    require_auth: Annotated[Flag, Field("Private room: joining takes the output `meeting_token`.", default=False)]
    max_participants: Annotated[Number, Field("Most participants in the room, the replica included.", minimum=2)]
    max_call_duration: Annotated[
        Number,
        _Property(
            "Time after which the conversation ends in any case.",
            default=3600,
            unit="seconds",
            minimum=1,
            warning=_duration_advice,
            source=_TIMEOUTS,
        ),
    ]
    participant_left_timeout: Annotated[
        Number,
        _Property(
            "Time after which the conversation ends once the last participant has left.",
            default=0,
            unit="seconds",
            minimum=0,
            source=_TIMEOUTS,
        ),
    ]
    participant_absent_timeout: Annotated[
        Number,
        _Property(
            "Time from creation after which the conversation ends if nobody joins; also the life of `meeting_token`.",
            default=300,
            unit="seconds",
            minimum=0,
            source=_TIMEOUTS,
        ),
    ]
    enable_recording: Annotated[
        Flag, _Property("Allows recording; somebody in the room has to start it.", default=False, source=_RECORDINGS)
    ]
    enable_closed_captions: Annotated[Flag, _Property("Lets participants show captions.", default=False)]
    enable_transcription: Annotated[Flag, Field("Older name of enable_closed_captions.", alias_of="enable_closed_captions")]
    apply_greenscreen: Annotated[Flag, _Property("Replaces the background by the colour RGB 0,255,155.", default=False)]
    language: Annotated[
        Text,
        _Property("Spoken language, in full and English, or `multilingual` to detect it.", validator=language, warning=unlisted),
    ]
    recording_storage: Annotated[
        pulumi.Input[S3RecordingStorageArgs | GcsRecordingStorageArgs | AzureBlobRecordingStorageArgs],
        _Property(
            "Where recordings go: s3, gcs or azure_blob; a RecordingStorage has it as `destination`.",
            source=_RECORDINGS,
        ),
    ]
    recording_s3_bucket_name: Annotated[Text, _Property("Bucket for recordings.", validator=s3_bucket_name, deprecated=_NEST)]
    recording_s3_bucket_region: Annotated[Text, _Property("Region of that bucket.", validator=aws_region, deprecated=_NEST)]
    aws_assume_role_arn: Annotated[
        Text, _Property("Role that Tavus assumes to write there.", validator=iam_role_arn, deprecated=_NEST)
    ]
    existing_conversation_id: Annotated[
        Text, _Own("Active conversation to bring under management instead of creating one.", replaces=True)
    ]
    on_ended: Annotated[
        pulumi.Input[Literal["keep", "recreate"]],
        _Own("What the next `pulumi up` does once a refresh has seen that the conversation ended.", default="keep"),
    ]
    wait_for_slot: Annotated[
        Number,
        _Own("How long to wait for a free concurrency slot where all are taken.", default=0, unit="seconds", minimum=0),
    ]
    on_destroy: Annotated[
        pulumi.Input[Literal["end", "delete", "delete_hard"]],
        _Own("Whether destroying ends the conversation, also deletes its data, or its assets too.", default="end"),
    ]


_TRIO = ("recording_s3_bucket_name", "recording_s3_bucket_region", "aws_assume_role_arn")


class ConversationLifecycle(TavusLifecycle):
    """What a conversation does."""

    args = ConversationArgs
    name = "Conversation"
    noun = "conversation"

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
                "cannot be 'recreate' beside existing_conversation_id: an ended conversation cannot be adopted",
            )
        yield from self._storage_rules(given)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; see the module's first lines, and `on_ended` and `existing_conversation_id`."""
        self._known(id_, olds)
        found = super().diff(id_, olds, _with_settled_region(olds, news))
        replaces = self.select_replacements(id_, found.replaces, news, "existing_conversation_id", "to end it and open another")
        ended = olds.get("status") == "ended" and not news.get("test_mode")
        if self._was_ended(id_, olds) or (ended and news.get("on_ended") == "recreate"):
            replaces.append("status")
        return Diff(tuple(dict.fromkeys((*found.changes, *replaces))), tuple(replaces))

    def create(self, news: Props) -> tuple[str, Props]:
        """
        Open the conversation, or adopt the existing one.

        Raises the error of the call that failed; then no conversation of ours is active, unless the error says so.
        """
        if "existing_conversation_id" in news:
            answer = self._adopted(news)
        else:
            answer = Opening(self.client, self.settings, Journal(), self.inputs.to_wire(news), news).run()
        id_ = str(answer["conversation_id"])
        return id_, self._completed(id_, self._outputs(news, answer))

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the conversation; None where it is gone. An ended one is still there."""
        self._known(id_, olds)
        try:
            return id_, self._outputs(olds, read_conversation(self.client, id_))
        except Gone:
            return None

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Take over `on_ended`, `on_destroy` and `existing_conversation_id`, which Tavus never sees."""
        kept = {name: value for name, value in olds.items() if name not in self.previous_inputs(olds)}
        return {**kept, **news}

    def delete(self, id_: str, olds: Props) -> None:
        """End the conversation, which stops the bill, and delete its data where `on_destroy` says so."""
        self._known(id_, olds)
        policy = olds.get("on_destroy", "end")
        Journal().note_ending(olds.get(URN, ""), self.settings.base_url, id_)
        try:
            end_conversation(self.client, id_)
            if policy != "end":
                delete_conversation(self.client, id_, hard=policy == "delete_hard")
        except Gone:
            pass
        Journal().mark_ended(olds.get(URN, ""), self.settings.base_url, id_)

    def _known(self, id_: str, olds: Props) -> None:
        """Mark the id as recorded: the engine names it, so the state has it and the journal's intent is done."""
        Journal().mark_recorded(olds.get(URN, ""), self.settings.base_url, id_)

    def _was_ended(self, id_: str, olds: Props) -> bool:
        """Tell whether a run of ours ended it and was killed before the state knew; asks Tavus only where one began to."""
        if not Journal().has_ending_note(olds.get(URN, ""), self.settings.base_url, id_):
            return False
        try:
            return read_conversation(self.client, id_).get("status") == "ended"
        except Gone:
            return True

    def _storage_rules(self, given: Props) -> Iterator[Failure]:
        trio = [name for name in _TRIO if name in given]
        for name in _TRIO if trio else ():
            if name not in given:
                yield Failure(name, f"is missing beside {' and '.join(trio)}: give all three, or recording_storage")
        if trio and "recording_storage" in given:
            yield Failure("recording_storage", f"cannot be given beside {', '.join(trio)}: remove those")
        if given.get("enable_recording") is True and not trio and "recording_storage" not in given:
            yield Failure("enable_recording", "needs a place for recordings: give recording_storage")

    def _adopted(self, news: Props) -> Props:
        id_ = news["existing_conversation_id"]
        try:
            answer = read_conversation(self.client, id_, "adopt conversation")
        except Gone:
            raise InputError(
                f"could not adopt conversation {id_}: existing_conversation_id is the id of none in this account"
            ) from None
        if answer.get("status") != "active":
            raise InputError(f"could not adopt conversation {id_}: it has ended; remove existing_conversation_id to open another")
        for name in ("replica_id", "persona_id", "conversation_name"):
            if news.get(name) not in (None, answer.get(name)):
                raise InputError(f"could not adopt conversation {id_}: its {name} is {answer.get(name)!r}, not {news[name]!r}")
        if news.get("callback_url") not in (None, answer.get("callback_url")):
            raise InputError(f"could not adopt conversation {id_}: its callback_url is another one than is given")
        return answer

    def _completed(self, id_: str, outs: Props) -> Props:
        """Ask once for what the answer to the creation leaves out; the conversation exists, so this never fails."""
        if outs.get("replica_id") and outs.get("persona_id"):
            return outs
        try:
            return self._outputs(outs, read_conversation(self.client, id_))
        except TavusError:
            return outs  # the next refresh fills the gap

    def _outputs(self, known: Props, answer: Props) -> Props:
        return self.outputs(known, {name: answer.get(name) for name in find_outputs(Conversation)})


def _with_settled_region(olds: Props, news: Props) -> Props:
    """
    Take a region that a preview does not know for the old one where the bucket is the same: a bucket never moves.

    Source: Amazon S3 User Guide, "General purpose buckets overview".
    """
    old, new = olds.get("recording_storage"), news.get("recording_storage")
    settled = _settled(olds, news, "recording_s3_bucket_name", "recording_s3_bucket_region")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return settled
    return {**settled, "recording_storage": _settled(old, new, "bucket_name", "bucket_region")}


def _settled(old: Props, new: Props, name: str, region: str) -> Props:
    return {**new, region: old.get(region)} if new.get(region) is UNKNOWN and new.get(name) == old.get(name) else new


class ConversationProvider(Provider):
    """Serves conversations to the engine; its path is stored in users' state."""

    lifecycle = ConversationLifecycle


@add_documentation(ConversationArgs, source="Tavus API reference, Create Conversation")
class Conversation(Resource, module="tavus", name="Conversation"):
    """
    A video conversation with an AI replica: open after `pulumi up`, ended by `pulumi destroy`.

    It is billed and holds a concurrency slot from creation until it ends. It ends by itself after max_call_duration, or when
    nobody joins (participant_absent_timeout, 300 seconds by default). A change of what Tavus sees opens another one.
    """

    conversation_id: Annotated[pulumi.Output[str], Out("Id of the conversation.")]
    conversation_name: Annotated[pulumi.Output[str], Out("Its name, given or chosen.")]
    conversation_url: Annotated[pulumi.Output[str], Out("Where participants join.")]
    status: Annotated[pulumi.Output[str], Out("`active` or `ended`, as of the last refresh.")]
    replica_id: Annotated[pulumi.Output[str], Out("Replica that appears.")]
    persona_id: Annotated[pulumi.Output[str], Out("Persona in use.")]
    callback_url: Annotated[pulumi.Output[str | None], Out("Where webhooks go.")]
    created_at: Annotated[pulumi.Output[str], Out("Time of creation, as Tavus writes it.")]
    meeting_token: Annotated[pulumi.Output[str | None], Out("Token to join a private room; short-lived.", secret=True)]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ConversationArgs]) -> None:
        super().__init__(ConversationProvider(), resource_name, args, opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "Conversation":
        """Read the conversation `id` without owning it: it is never changed, and `pulumi destroy` leaves it alone."""
        return cls._read(ConversationProvider(), resource_name, id, opts)
