"""Inputs and outputs of a conversation."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

from ..schema.annotations import Input, Output
from ..schema.fields import Field, instead_of
from ..schema.formats import aws_region, http_url, iam_role_arn, s3_bucket_name
from ..schema.outputs import Out
from .languages import language, unlisted
from .recording_storage import AzureBlobRecordingStorageArgs, GcsRecordingStorageArgs, S3RecordingStorageArgs

if TYPE_CHECKING:
    from ..resources.document import Document
    from ..resources.persona import Persona
    from ..resources.replica import Replica

_TIMEOUTS = "Tavus docs, Call Duration and Timeout"
_RECORDINGS = "Tavus docs, Conversation Recordings"
Text = Input[str]
Texts = Input[Sequence[Input[str]]]
Number = Input[int]
Flag = Input[bool]
_Property = functools.partial(Field, wire_path="properties")
_Own = functools.partial(Field, wire_path=None, replaces=False, source="tavus_provider")
_NEST = "write recording_storage instead"


def _warn_of_duration(seconds: int) -> str | None:
    return f"is {seconds}: Tavus documents at most 3600 seconds" if seconds > 3600 else None


class ConversationArgs(TypedDict, total=False):
    """The inputs of a conversation: what Tavus's create call takes, flat, and what this package adds."""

    replica_id: Annotated[Text, Field("Replica that appears; overrides the persona's default replica.")]
    replica: Annotated["Replica", instead_of("replica_id", "Replica of the program.")]
    persona_id: Annotated[Text, Field("Persona that decides how the replica behaves.")]
    persona: Annotated["Persona", instead_of("persona_id", "Persona of the program.")]
    audio_only: Annotated[Flag, Field("Voice without video.", default=False)]
    callback_url: Annotated[
        Text, Field("Receives a webhook for each event of the conversation.", validator=http_url, sensitive=True)
    ]
    conversation_name: Annotated[Text, Field("Label; `<resource>-<7 hex digits>` where none is given.")]
    conversational_context: Annotated[Text, Field("What the persona should know about this call, besides its own context.")]
    custom_greeting: Annotated[Text, Field("First sentence that the replica says to a participant.")]
    memory_stores: Annotated[Texts, Field("Names of the memory stores to read and add to, usually one.")]
    document_ids: Annotated[Texts, Field("Documents that the persona may use.")]
    documents: Annotated[Sequence["Document"], instead_of("document_ids", "Documents of the program.")]
    document_retrieval_strategy: Annotated[
        Input[Literal["speed", "quality", "balanced"]],
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
            warning=_warn_of_duration,
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
        Input[S3RecordingStorageArgs | GcsRecordingStorageArgs | AzureBlobRecordingStorageArgs],
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
        Input[Literal["keep", "recreate"]],
        _Own("What the next `pulumi up` does once a refresh has seen that the conversation ended.", default="keep"),
    ]
    wait_for_slot: Annotated[
        Number,
        _Own("How long to wait for a free concurrency slot where all are taken.", default=0, unit="seconds", minimum=0),
    ]
    on_destroy: Annotated[
        Input[Literal["end", "delete", "delete_hard"]],
        _Own("Whether destroying ends the conversation, also deletes its data, or its assets too.", default="end"),
    ]


class ConversationState:
    """Outputs of Conversation."""

    conversation_id: Annotated[Output[str], Out("Id of the conversation.")]
    conversation_name: Annotated[Output[str], Out("Its name, given or chosen.")]
    conversation_url: Annotated[Output[str], Out("Where participants join.")]
    status: Annotated[Output[str], Out("`active` or `ended`, as of the last refresh.")]
    replica_id: Annotated[Output[str], Out("Replica that appears.")]
    persona_id: Annotated[Output[str], Out("Persona in use.")]
    callback_url: Annotated[Output[str | None], Out("Where webhooks go.")]
    created_at: Annotated[Output[str], Out("Time of creation, as Tavus writes it.")]
    meeting_token: Annotated[Output[str | None], Out("Token to join a private room; short-lived.", secret=True)]
