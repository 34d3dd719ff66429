"""Replicas, which Tavus trains.

Sources: Tavus API reference, Replicas and Update Face; Tavus docs, Voices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse, query_boolean
from ..api.validation import BOOLEAN, STRING, Schema
from ..records.collection import Collection, Fields, Handlers, Query, name_schema
from ..records.record import Record, Step

_LISTED = (
    "replica_id",
    "replica_name",
    "thumbnail_video_url",
    "training_progress",
    "status",
    "created_at",
    "model_name",
    "default_voice_id",
    "original_voice_id",
)
_UPDATE: Schema = {"type": "object", "properties": {"replica_name": STRING, "default_voice_id": STRING}}
_THUMBNAIL = "https://cdn.example.com/thumbnail.mp4"
_TRAINED: Mapping[str, Any] = {"status": "completed", "training_progress": "100/100", "thumbnail_video_url": _THUMBNAIL}


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "consent_video_url": STRING,
        "train_video_url": STRING,
        "train_image_url": STRING,
        "voice_name": STRING,
        "default_voice_id": STRING,
        "auto_fix_training_image": BOOLEAN,
        "callback_url": STRING,
        "replica_name": STRING,
        "model_name": {"enum": ["phoenix-3", "phoenix-4", "phoenix-4.5"]},
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
    {"replica_id": "r4067604db72", "replica_name": "Stock replica", "replica_type": "system", "model_name": "phoenix-4"},
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
    """Replicas: answers never show their sources, and only name and voice can be changed."""  # assumed: replica-list

    path = "/v2/replicas"
    id_field = "replica_id"
    prefix = "r"
    schema = _SCHEMA
    seed_fields = _EXTRAS
    seed_defaults = _TRAINED
    seeds = _SEEDS
    create_fields = ("replica_id", "status")
    get_fields = (*_LISTED, "updated_at", "error_message")
    list_fields = _LISTED
    deleted_status = 200
    type_field = "replica_type"
    only_newer = (("/{id}", "PATCH"),)

    def with_defaults(self, fields: Fields) -> Fields:
        """Add a name, a model and the state of a replica whose training starts."""  # assumed: default-name
        voices = dict.fromkeys(("default_voice_id", "original_voice_id"), fields.get("default_voice_id"))
        start = {**voices, "status": "started", "training_progress": "0/100", "error_message": None}
        return {"replica_name": "Replica", "model_name": "phoenix-4", **start, **fields}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse sources from which Tavus cannot train. Raises ErrorAnswer (400)."""  # assumed: training-sources
        video, image, voice = (fields.get(name) for name in ("train_video_url", "train_image_url", "voice_name"))
        if video is None and image is None:
            raise ErrorAnswer(400, "Either train_video_url or train_image_url must be provided.")
        if video is not None and image is not None:
            raise ErrorAnswer(400, "Only one of train_video_url and train_image_url can be provided.")
        voice_id = fields.get("default_voice_id")
        if image is not None and voice is None and voice_id is None:
            raise ErrorAnswer(400, "voice_name is required with train_image_url")
        if voice is not None and voice_id is not None:
            raise ErrorAnswer(400, "Only one of default_voice_id and voice_name can be provided.")
        self._check_voice(voice_id)
        if voice is not None and not self.account.voices.find_id(voice):
            raise ErrorAnswer(400, "Invalid voice_name")

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the progress of the training, quarter by quarter, and its end."""  # assumed: progress
        quarter = self.account.behavior.training / 4
        steps = [Step(now + quarter * part, {"training_progress": f"{25 * part}/100"}) for part in (1, 2, 3)]
        # assumed: training-voice
        voice = self.account.voices.find_id(record.fields.get("voice_name")) or f"v{record.id[1:]}"
        voices = {name: record.fields[name] or voice for name in ("default_voice_id", "original_voice_id")}
        return [*steps, Step(now + quarter * 4, {**_TRAINED, **voices})]

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of a replica whose training has failed."""
        return {"status": "error", "error_message": error}

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, with the type when verbose."""
        return record.select((*names, "replica_type") if query_boolean(query, "verbose") else names)

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the replicas that pass all filters."""  # assumed: unknown-filter
        ids = query["replica_ids"].split(",") if query.get("replica_ids") else None
        return [
            one
            for one in found
            if query.get("replica_type") in (None, one.fields["replica_type"])
            and query.get("model_name") in (None, one.fields["model_name"])
            and (ids is None or one.id in ids)
        ]

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        handlers = super().handlers()
        return {**handlers, "/{id}": {**handlers["/{id}"], "PATCH": self.update}, "/{id}/name": {"PATCH": self.rename}}

    def update(self, request: Request) -> Response:
        """Change name and voice by a merge patch."""
        voice = self.parse_body(request, _UPDATE).get("default_voice_id")
        with self.account.lock_state() as now:
            original = self.find_requested(request, now).fields["original_voice_id"]
        if voice != original:
            self._check_voice(voice)
        return JsonResponse(self.merge_fields(request, _UPDATE))

    def _check_voice(self, id_: str | None) -> None:
        """Refuse the id of no voice. Raises ErrorAnswer (400)."""  # assumed: training-sources
        if id_ is not None and not self.account.voices.has(id_):
            raise ErrorAnswer(400, "Invalid default_voice_id")

    def rename(self, request: Request) -> Response:
        """Change the name."""
        self.merge_fields(request, name_schema("replica_name"))
        return Response()
