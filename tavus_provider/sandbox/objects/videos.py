"""Videos, which Tavus generates.

Source: Tavus API reference, Videos.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from ..api.call_conditions import NORMAL, CallConditions
from ..api.error_answers import ErrorAnswer
from ..api.json_body import query_boolean
from ..api.paging import Paging
from ..api.times import http_date
from ..api.validation import BOOLEAN, STRING, Schema
from ..records.collection import Collection, Fields, Handlers, Query, name_schema
from ..records.record import Record, Step

_LINKS = ("download_url", "stream_url", "hosted_url")
_THUMBNAILS = ("still_image_thumbnail_url", "gif_thumbnail_url")
_ALL = ("video_id", "video_name", "status", "data", *_LINKS, "status_details")


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "replica_id": STRING,
        "video_name": STRING,
        "background_url": STRING,
        "background_source_url": STRING,
        "callback_url": STRING,
        "fast": BOOLEAN,
        "transparent_background": BOOLEAN,
        "watermark_image_url": STRING,
        "properties": {
            "type": "object",
            "properties": {
                "background_scroll": BOOLEAN,
                "background_scroll_type": STRING,
                "background_scroll_depth": STRING,
                "background_scroll_return": STRING,
                "start_with_wave": BOOLEAN,
            },
        },
        "script": STRING,
        "audio_url": STRING,
    },
    "required": ["replica_id"],
}


class Videos(Collection):
    """Videos: after a soft deletion one can still be read."""

    path = "/v2/videos"
    id_field = "video_id"
    prefix = ""
    schema = _SCHEMA
    create_fields = ("video_id", "video_name", "status", "hosted_url", "created_at")
    get_fields = (*_ALL, "created_at", "updated_at")
    list_fields = (*_ALL, "background_url", "background_source_url", *_THUMBNAILS, "error_details")
    paging = Paging(first=0)
    deleted_status = 200

    def with_defaults(self, fields: Fields) -> Fields:
        """Add a name and the state of a video whose generation starts."""
        texts = dict.fromkeys((*_LINKS, *_THUMBNAILS, "background_url", "background_source_url", "error_details"), "")
        start = {"status": "queued", "status_details": "Your request has been queued."}
        data = {"script": fields["script"]} if "script" in fields else {}
        return {**texts, **start, "video_name": "Video", "data": data, **fields}  # assumed: default-name

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse sources from which Tavus cannot generate a video. Raises ErrorAnswer (400)."""
        if ("script" in fields) == ("audio_url" in fields):
            raise ErrorAnswer(400, "Either script or audio_url must be provided")  # assumed: video-sources
        self.account.find_trained_replica(fields["replica_id"], now)

    def add(self, fields: Fields, now: float, conditions: CallConditions = NORMAL) -> Record:
        """Add a video; its created_at has the form of HTTP headers."""
        return super().add({**fields, "created_at": http_date(now + conditions.skew)}, now, conditions)

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the two steps of the generation."""
        # With `fast` Tavus makes no thumbnails.
        half, url = self.account.behavior.processing / 2, f"https://cdn.example.com/{record.id}"
        thumbnails = () if record.fields.get("fast") else _THUMBNAILS
        links = {name: f"{url}/{name.removesuffix('_url')}" for name in (*_LINKS, *thumbnails)}
        return [
            Step(now + half, {"status": "generating", "status_details": "Your request is being processed."}),
            Step(now + 2 * half, {"status": "ready", "status_details": "Your request has processed successfully!", **links}),
        ]

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of a video whose generation has failed."""
        return {"status": "error", "status_details": error, "error_details": error}

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, with the thumbnails when verbose."""
        return record.select((*names, *_THUMBNAILS) if query_boolean(query, "verbose") else names)

    def is_gone(self, record: Record) -> bool:
        """Return whether the video was deleted for good."""
        return record.deleted == "hard"

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete the video; its status shows that."""
        super().remove(record, hard, now)
        record.change(now, {"status": "deleted"})

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        return {**super().handlers(), "/{id}/name": {"PATCH": self.rename}}

    def rename(self, request: Request) -> Response:
        """Change the name."""
        self.merge_fields(request, name_schema("video_name"))
        return Response()
