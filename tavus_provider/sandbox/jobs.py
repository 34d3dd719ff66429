"""Transcriptions, and the replacements and lipsyncs that Tavus no longer supports: jobs that begin and are completed.

Source: Tavus API reference, Transcriptions, Replacements, Lipsync. The contract has no error for the first two; the sandbox
answers as it does for lipsyncs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tavus_provider.sandbox.collection import Collection, Fields, Query
from tavus_provider.sandbox.records import Record, Step
from tavus_provider.sandbox.schemas import STRING, Schema


def _body(*required: str, optional: tuple[str, ...] = ()) -> Schema:
    return {"type": "object", "properties": dict.fromkeys((*required, *optional), STRING), "required": list(required)}


_HEARD = {"text": "Hello, nice to meet you."}
_MOVED = {"video_url": "https://cdn.example.com/lipsync.mp4"}


class Jobs(Collection):
    """Jobs; `result` is what one has once it is completed."""  # assumed: job-errors

    result: ClassVar[Mapping[str, Any]] = {}

    def filled(self, fields: Fields) -> Fields:
        """Begin."""
        return {"status": "started", **fields}

    def course(self, record: Record, now: float) -> list[Step]:
        """Complete it."""
        return [Step(now + self.account.behaviour.processing, {"status": "completed", **self.result})]

    def failed(self, error: str) -> Fields:
        """Return how a job looks that has failed; Tavus does not say why."""
        return {"status": "error"}


class Transcriptions(Jobs):
    """Speech of a file as text."""

    path = "/v2/transcriptions"
    id_field = "transcription_id"
    prefix = "t"
    schema = _body("file_url", "callback_url")
    created = ("transcription_id", "status", "callback_url")
    shown = listed = ("transcription_id", "file_url", "text", "status", "created_at")
    result = _HEARD


class Replacements(Jobs):
    """Words of a video replaced by others."""

    path = "/v2/replacements"
    id_field = "replacement_id"
    prefix = "w"
    schema = _body("original_video_url", "new_transcript", optional=("transcription_id", "callback_url", "replacement_name"))
    created = ("replacement_id", "status", "created_at")
    shown = listed = ("replacement_id", "replacement_name", "status", "created_at")


class Lipsyncs(Jobs):
    """Lips of a video moved to a sound."""

    path = "/v2/lipsync"
    id_field = "lipsync_id"
    prefix = "w"
    schema = _body("original_video_url", "source_audio_url", optional=("lipsync_name", "callback_url"))
    created = ("lipsync_id", "lipsync_name", "status", "callback_url")
    shown = listed = ("lipsync_id", "lipsync_name", "status", "created_at", "video_url")
    result = _MOVED

    def told(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, id and name under their legacy names too."""
        legacy = {"request_id": record.id, "request_name": record.fields.get("lipsync_name")}
        return {**record.tell(names), **{name: value for name, value in legacy.items() if value is not None}}
