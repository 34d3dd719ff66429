"""Inputs and outputs of a conversation."""

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ..schema.annotations import Input, Output
from ..schema.fields import Field, extra, instead_of
from ..schema.formats import validate_aws_region, validate_http_url, validate_iam_role_arn, validate_s3_bucket_name
from ..schema.outputs import CREATED_AT, Out
from .languages import validate_language, warn_of_unlisted_language
from .recording_storage import AzureBlobRecordingStorageArgs, GcsRecordingStorageArgs, S3RecordingStorageArgs

if TYPE_CHECKING:
    from ..resources.document import Document
    from ..resources.persona import Persona
    from ..resources.replica import Replica

_TIMEOUTS = "Tavus docs, Call Duration and Timeout"
_RECORDINGS = "Tavus docs, Conversation Recordings"
_MEMORIES = "Tavus docs, Legacy memory tags"
Text = Input[str]
Texts = Input[Sequence[Input[str]]]
Number = Input[int]
Flag = Input[bool]
Object = Input[Mapping[str, Any]]
_Property = functools.partial(Field, wire_path="properties")
# Tavus never sees these, so they change in place.
_Own = functools.partial(Field, wire_path=None, replaces=False, source="tavus_provider")
_NEST = "write recording_storage instead"


def _warn_of_duration(seconds: int) -> str | None:
    # Not a mistake, because Tavus may allow an account more.
    return f"is {seconds}: Tavus documents at most 3600 seconds" if seconds > 3600 else None


def _validate_one_tag(tags: Sequence[str]) -> str | None:
    return f"must have one tag, not {len(tags)}: Tavus remembers one participant for each conversation" if len(tags) > 1 else None


class ConversationArgs(TypedDict, total=False):
    """Inputs of a conversation: the fields of Tavus's create call without nesting, and those that this package adds."""

    replica_id: Annotated[Text, Field("Replica that appears, instead of the persona's default replica.", is_id=True)]
    replica: Annotated["Replica", instead_of("replica_id", "Replica of the program.")]
    persona_id: Annotated[Text, Field("Persona that decides how the replica behaves.", is_id=True)]
    persona: Annotated["Persona", instead_of("persona_id", "Persona of the program.")]
    audio_only: Annotated[Flag, Field("Whether the conversation has only voice, without video.", default=False)]
    callback_url: Annotated[
        Text, Field("Receives a webhook for each event of the conversation.", validator=validate_http_url, sensitive=True)
    ]
    conversation_name: Annotated[Text, Field("Name; by default `<resource>-<7 hex digits>`.")]
    conversational_context: Annotated[Text, Field("Context of this call, in addition to the persona's own.")]
    custom_greeting: Annotated[Text, Field("First sentence that the replica says to a participant.")]
    enable_dynamic_greeting: Annotated[
        Flag, Field("Whether the persona's model writes the first sentence, for the context of the call.", default=False)
    ]
    memory_stores: Annotated[Texts, Field("Legacy memory tags that are read and written, usually one; newer: participant_tags.")]
    participant_tags: Annotated[
        Texts,
        Field(
            "Tag of the participant, whose memory store is read and written; Tavus makes the store.",
            validator=_validate_one_tag,
            source=_MEMORIES,
        ),
    ]
    document_ids: Annotated[Texts, Field("Documents that the persona may use.", is_id=True)]
    documents: Annotated[Sequence["Document"], instead_of("document_ids", "Documents of the program.")]
    document_retrieval_strategy: Annotated[
        Input[Literal["speed", "quality", "balanced"]],
        Field("Whether a search of documents prefers speed, quality, or a balance of both.", default="balanced"),
    ]
    document_tags: Annotated[Texts, Field("Tags of documents that the persona may use.")]
    test_mode: Annotated[
        Flag, Field("Whether the conversation has ended from the start: no replica, no cost, no concurrency slot.", default=False)
    ]
    require_auth: Annotated[
        Flag, Field("Whether the room is private: participants need the output `meeting_token`.", default=False)
    ]
    policy: Annotated[
        Text,
        Field(
            "Rules for the persona's disclosures and its recognition of emotion, where those are `auto`.",
            known=("eu",),
            source="Tavus docs, EU AI Act compliance",
        ),
    ]
    region: Annotated[
        Text,
        Field(
            "Where the call is processed: in the US unless this says `eu`, which Tavus grants on request.",
            known=("eu",),
            source="Tavus docs, EU Region (Data Processing)",
        ),
    ]
    meeting_url: Annotated[
        Text,
        Field(
            "Meeting of Google Meet, Zoom or Teams that the replica joins, instead of a room at `conversation_url`.",
            validator=validate_http_url,
            sensitive=True,
            source="Tavus docs, Meetings",
        ),
    ]
    max_participants: Annotated[Number, Field("Maximum number of participants in the room, including the replica.", minimum=2)]
    max_call_duration: Annotated[
        Number,
        _Property(
            "Time from creation after which Tavus ends the conversation.",
            default=3600,
            unit="seconds",
            minimum=1,
            warning=_warn_of_duration,
            source=_TIMEOUTS,
        ),
    ]
    participant_left_timeout: Annotated[
        Number,
        _Property(
            "Time after which Tavus ends the conversation when the last participant has left.",
            default=0,
            unit="seconds",
            minimum=0,
            source=_TIMEOUTS,
        ),
    ]
    participant_absent_timeout: Annotated[
        Number,
        _Property(
            "Time from creation after which Tavus ends the conversation if nobody joins; `meeting_token` expires then, too.",
            default=300,
            unit="seconds",
            minimum=0,
            source=_TIMEOUTS,
        ),
    ]
    enable_recording: Annotated[
        Flag, _Property("Whether recording is allowed; a participant has to start it.", default=False, source=_RECORDINGS)
    ]
    enable_closed_captions: Annotated[Flag, _Property("Whether participants can show captions.", default=False)]
    enable_transcription: Annotated[Flag, Field("Older name of enable_closed_captions.", alias_of="enable_closed_captions")]
    daily_room: Annotated[
        Text,
        _Property(
            "Room of your own at Daily that the replica joins; `conversation_url` is then its address.",
            validator=validate_http_url,
            source="Tavus docs, Bring Your Own Daily Room",
        ),
    ]
    apply_greenscreen: Annotated[Flag, _Property("Whether the background is the color RGB 0,255,155.", default=False)]
    language: Annotated[
        Text,
        _Property(
            "Spoken language: the full English name, or `multilingual`, with which Tavus detects it.",
            validator=validate_language,
            warning=warn_of_unlisted_language,
        ),
    ]
    recording_storage: Annotated[
        Input[S3RecordingStorageArgs | GcsRecordingStorageArgs | AzureBlobRecordingStorageArgs],
        _Property(
            "Storage for recordings: s3, gcs or azure_blob. The output `destination` of a RecordingStorage has this form.",
            source=_RECORDINGS,
        ),
    ]
    recording_s3_bucket_name: Annotated[
        Text, _Property("Bucket for recordings.", validator=validate_s3_bucket_name, deprecated=_NEST)
    ]
    recording_s3_bucket_region: Annotated[
        Text, _Property("Region of that bucket.", validator=validate_aws_region, deprecated=_NEST)
    ]
    aws_assume_role_arn: Annotated[
        Text, _Property("Role that Tavus assumes to write to that bucket.", validator=validate_iam_role_arn, deprecated=_NEST)
    ]
    extra: Annotated[Object, extra(replaces=True)]
    existing_conversation_id: Annotated[
        Text, _Own("Id of an active conversation to adopt instead of creating one.", replaces=True, is_id=True)
    ]
    on_ended: Annotated[
        Input[Literal["keep", "recreate"]],
        _Own("What `pulumi up` does if a refresh has shown that the conversation ended.", default="keep"),
    ]
    wait_for_slot: Annotated[
        Number,
        _Own("How long to wait for a concurrency slot if none is free.", default=0, unit="seconds", minimum=0),
    ]
    on_destroy: Annotated[
        Input[Literal["end", "delete", "delete_hard"]],
        _Own(
            "Whether destroying the resource ends the conversation, also deletes its data, or also its data and assets.",
            default="end",
        ),
    ]


class ConversationState:
    """Outputs of Conversation."""

    conversation_id: Annotated[Output[str], Out("Id of the conversation.", example="c{digits}")]
    conversation_name: Annotated[Output[str], Out("Name of the conversation, given or chosen.", example="{name}")]
    conversation_url: Annotated[Output[str], Out("Address at which participants join.", example="https://tavus.daily.co/{id}")]
    room_url: Annotated[
        Output[str | None], Out("Address of the room that Tavus hosts, for browsers.", example="https://tavus.daily.co/{id}")
    ]
    status: Annotated[Output[str], Out("`active` or `ended`, as of the last refresh.", example="active")]
    replica_id: Annotated[Output[str], Out("Id of the replica that appears.", example="r{digits}")]
    persona_id: Annotated[Output[str], Out("Id of the persona.", example="p{digits}")]
    callback_url: Annotated[Output[str | None], Out("Address that receives the webhooks.")]
    created_at: Annotated[Output[str], CREATED_AT]
    meeting_token: Annotated[
        Output[str | None],
        Out(
            "Token for joining a private room; it expires after participant_absent_timeout.",
            secret=True,
            example="eyJhbGciOiJIUzI1NiJ9.{digits}.{digits}",
            needs="require_auth",
        ),
    ]
