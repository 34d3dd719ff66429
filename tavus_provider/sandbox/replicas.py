"""Replicas, which are trained.

Source: Tavus API reference, Replicas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox.collection import Collection, Fields, Handlers, Query, name_alone
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.records import Record, Step
from tavus_provider.sandbox.schemas import BOOLEAN, STRING, Schema
from tavus_provider.sandbox.wire import flag

_LISTED = (
    "replica_id",
    "replica_name",
    "thumbnail_video_url",
    "training_progress",
    "status",
    "created_at",
    "model_name",
)
_THUMBNAIL = "https://cdn.example.com/thumbnail.mp4"
_TRAINED: Mapping[str, Any] = {"status": "completed", "training_progress": "100/100", "thumbnail_video_url": _THUMBNAIL}


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "consent_video_url": STRING,
        "train_video_url": STRING,
        "train_image_url": STRING,
        "voice_name": STRING,
        "auto_fix_training_image": BOOLEAN,
        "callback_url": STRING,
        "replica_name": STRING,
        "model_name": STRING,
        "properties": {"type": "object", "properties": {"background_green_screen": BOOLEAN}},
    },
}

_EXTRAS: Mapping[str, Schema] = {
    "replica_type": {"enum": ["user", "system"]},
    "status": {"enum": ["started", "completed", "error"]},
    "training_progress": STRING,
    "error_message": {"type": ["string", "null"]},
    "thumbnail_video_url": STRING,
}


_SEEDS: tuple[Fields, ...] = (
    {"replica_id": "r90bbd427f71", "replica_name": "Anna", "replica_type": "system", "model_name": "phoenix-3"},
    {"replica_id": "rf4e9d9790f0", "replica_name": "Charlie", "replica_type": "system", "model_name": "phoenix-4"},
    {"replica_id": "r4a1b2c3d4e5", "replica_name": "Our Host"},
    {
        "replica_id": "r5b2c3d4e5f6",
        "replica_name": "Still Training",
        "status": "started",
        "training_progress": "40/100",
    },
    {
        "replica_id": "r6c3d4e5f6a7",
        "replica_name": "Badly Lit",
        "status": "error",
        "training_progress": "0/100",
        "error_message": "The face is not visible throughout the training video.",
    },
)


class Replicas(Collection):
    """What they are made of is never shown again, and only their name can be changed."""  # assumed: replica-list

    path = "/v2/replicas"
    id_field = "replica_id"
    prefix = "r"
    schema = _SCHEMA
    extras = _EXTRAS
    defaults = _TRAINED
    seeds = _SEEDS
    created = ("replica_id", "status")
    shown = (*_LISTED, "updated_at", "error_message")
    listed = _LISTED
    deleted_status = 200
    type_field = "replica_type"

    def filled(self, fields: Fields) -> Fields:
        """Give it a name and a model, and begin to train."""  # assumed: default-name
        begun = {"status": "started", "training_progress": "0/100", "error_message": None}
        return {"replica_name": "Replica", "model_name": "phoenix-4", **begun, **fields}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse what cannot be trained. Raises ApiError (400)."""  # assumed: training-sources
        video, image, voice = (fields.get(name) for name in ("train_video_url", "train_image_url", "voice_name"))
        if video is None and image is None:
            raise ApiError(400, "Either train_video_url or train_image_url must be provided.")
        if video is not None and image is not None:
            raise ApiError(400, "Only one of train_video_url and train_image_url can be provided.")
        if image is not None and voice is None:
            raise ApiError(400, "voice_name is required with train_image_url")
        if voice is not None and not self.account.voices.has(voice.lower()):
            raise ApiError(400, "Invalid voice_name")

    def course(self, record: Record, now: float) -> list[Step]:
        """Train, with progress told each quarter of the time."""  # assumed: progress
        quarter = self.account.behaviour.training / 4
        steps = [Step(now + quarter * part, {"training_progress": f"{25 * part}/100"}) for part in (1, 2, 3)]
        return [*steps, Step(now + quarter * 4, _TRAINED)]

    def failed(self, error: str) -> Fields:
        """Return how a replica looks whose training has failed."""
        return {"status": "error", "error_message": error}

    def told(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, the type only when verbose."""
        return record.tell((*names, "replica_type") if flag(query, "verbose") else names)

    def selected(self, found: list[Record], query: Query) -> list[Record]:
        """Return those that all filters let through."""  # assumed: unknown-filter
        ids = query["replica_ids"].split(",") if query.get("replica_ids") else None
        return [
            one
            for one in found
            if query.get("replica_type") in (None, one.fields["replica_type"])
            and query.get("model_name") in (None, one.fields["model_name"])
            and (ids is None or one.id in ids)
        ]

    def handlers(self) -> Handlers:
        """Return what is served, by the rest of the path and by method."""
        return {**super().handlers(), "/{id}/name": {"PATCH": self.rename}}

    def rename(self, request: Request) -> Response:
        """Change the name."""
        self.merged(request, name_alone("replica_name"))
        return Response()
