"""Videos, which are generated.

Source: Tavus API reference, Videos.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox.clock import http_date
from tavus_provider.sandbox.collection import Collection, Fields, Handlers, Query, name_alone
from tavus_provider.sandbox.conditions import AS_USUAL, Conditions
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.pages import Pages
from tavus_provider.sandbox.records import Record, Step
from tavus_provider.sandbox.schemas import BOOLEAN, STRING, Schema
from tavus_provider.sandbox.wire import flag

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
    """One that was deleted, and not for good, can still be read."""

    path = "/v2/videos"
    id_field = "video_id"
    prefix = ""
    schema = _SCHEMA
    created = ("video_id", "video_name", "status", "hosted_url", "created_at")
    shown = (*_ALL, "created_at", "updated_at")
    listed = (*_ALL, "background_url", "background_source_url", *_THUMBNAILS, "error_details")
    pages = Pages(first=0)
    deleted_status = 200

    def filled(self, fields: Fields) -> Fields:
        """Give it a name, and begin to generate it."""
        texts = dict.fromkeys((*_LINKS, *_THUMBNAILS, "background_url", "background_source_url", "error_details"), "")
        begun = {"status": "queued", "status_details": "Your request has been queued."}
        data = {"script": fields["script"]} if "script" in fields else {}
        return {**texts, **begun, "video_name": "Video", "data": data, **fields}  # assumed: default-name

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse what cannot be generated. Raises ApiError (400)."""
        if ("script" in fields) == ("audio_url" in fields):
            raise ApiError(400, "Either script or audio_url must be provided")  # assumed: video-sources
        self.account.ready_replica(fields["replica_id"], now)

    def add(self, fields: Fields, now: float, conditions: Conditions = AS_USUAL) -> Record:
        """Add one; its creation is told in the way of HTTP headers."""
        return super().add({**fields, "created_at": http_date(now + conditions.skew)}, now, conditions)

    def course(self, record: Record, now: float) -> list[Step]:
        """Generate it."""
        half, url = self.account.behaviour.processing / 2, f"https://cdn.example.com/{record.id}"
        thumbnails = () if record.fields.get("fast") else _THUMBNAILS
        links = {name: f"{url}/{name.removesuffix('_url')}" for name in (*_LINKS, *thumbnails)}
        return [
            Step(now + half, {"status": "generating", "status_details": "Your request is being processed."}),
            Step(now + 2 * half, {"status": "ready", "status_details": "Your request has processed successfully!", **links}),
        ]

    def failed(self, error: str) -> Fields:
        """Return how a video looks that could not be generated."""
        return {"status": "error", "status_details": error, "error_details": error}

    def told(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, those of thumbnails in GET only when verbose."""
        return record.tell((*names, *_THUMBNAILS) if flag(query, "verbose") else names)

    def gone(self, record: Record) -> bool:
        """Say whether it was deleted for good."""
        return record.deleted == "hard"

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete it; its status tells that."""
        super().remove(record, hard, now)
        record.change(now, {"status": "deleted"})

    def handlers(self) -> Handlers:
        """Return what is served, by the rest of the path and by method."""
        return {**super().handlers(), "/{id}/name": {"PATCH": self.rename}}

    def rename(self, request: Request) -> Response:
        """Change the name."""
        self.merged(request, name_alone("video_name"))
        return Response()
