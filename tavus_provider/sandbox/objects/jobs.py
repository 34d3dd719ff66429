"""Jobs that start and are completed: transcriptions, and the replacements and lipsyncs that Tavus no longer supports.

Source: Tavus API reference, Transcriptions, Replacements, Lipsync.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..api.validation import STRING, Schema
from ..records.collection import Collection, Fields, Query
from ..records.record import Record, Step


def _body_schema(*required: str, optional: tuple[str, ...] = ()) -> Schema:
    return {"type": "object", "properties": dict.fromkeys((*required, *optional), STRING), "required": list(required)}


_TRANSCRIPT = {"text": "Hello, nice to meet you."}
_LIPSYNC = {"video_url": "https://cdn.example.com/lipsync.mp4"}


class Jobs(Collection):
    """Jobs; `result` has the fields that a completed job gets."""  # assumed: job-errors

    result: ClassVar[Mapping[str, Any]] = {}

    def with_defaults(self, fields: Fields) -> Fields:
        """Add the state of a job that starts."""
        return {"status": "started", **fields}

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the step that completes the job."""
        return [Step(now + self.account.behavior.processing, {"status": "completed", **self.result})]

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of a job that has failed; Tavus shows no reason."""
        return {"status": "error"}


class Transcriptions(Jobs):
    """Transcriptions: the speech of a file as text."""

    path = "/v2/transcriptions"
    id_field = "transcription_id"
    prefix = "t"
    schema = _body_schema("file_url", "callback_url")
    create_fields = ("transcription_id", "status", "callback_url")
    get_fields = list_fields = ("transcription_id", "file_url", "text", "status", "created_at")
    result = _TRANSCRIPT


class Replacements(Jobs):
    """Replacements: a video with other words."""

    path = "/v2/replacements"
    id_field = "replacement_id"
    prefix = "w"
    schema = _body_schema(
        "original_video_url", "new_transcript", optional=("transcription_id", "callback_url", "replacement_name")
    )
    create_fields = ("replacement_id", "status", "created_at")
    get_fields = list_fields = ("replacement_id", "replacement_name", "status", "created_at")


class Lipsyncs(Jobs):
    """Lipsyncs: a video whose lips move to another sound."""

    path = "/v2/lipsync"
    id_field = "lipsync_id"
    prefix = "w"
    schema = _body_schema("original_video_url", "source_audio_url", optional=("lipsync_name", "callback_url"))
    create_fields = ("lipsync_id", "lipsync_name", "status", "callback_url")
    get_fields = list_fields = ("lipsync_id", "lipsync_name", "status", "created_at", "video_url")
    result = _LIPSYNC

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, with id and name under their legacy names too."""
        # Names of an earlier version of the API, which answers still have.
        legacy = {"request_id": record.id, "request_name": record.fields.get("lipsync_name")}
        return {**record.select(names), **{name: value for name, value in legacy.items() if value is not None}}
