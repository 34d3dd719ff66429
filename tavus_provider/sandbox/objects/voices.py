"""Voices: those of Tavus's catalog, and those that people made.

Sources: Tavus API reference, List Voices, Get Voice, Create Voice, Update Voice and Delete Voice.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.paging import Paging
from ..api.validation import STRING, Schema
from ..records.collection import Collection, Fields, Handlers, Query
from ..records.record import Record, Step

_NULLABLE: Schema = {"type": ["string", "null"]}
_NAME: Schema = {**STRING, "minLength": 1, "maxLength": 255}
# assumed: voice-fields
_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "voice_name": _NAME,
        "train_audio_url": {**STRING, "maxLength": 2048},
        "description": {**STRING, "maxLength": 1000},
        "callback_url": STRING,
    },
}
_UPDATE: Schema = {
    "type": "object",
    "properties": {
        "voice_name": _NAME,
        "description": {**_NULLABLE, "maxLength": 1000},
        "tags": {"type": "array", "items": {**STRING, "maxLength": 64}, "maxItems": 50},
    },
}
_EXTRAS: Mapping[str, Schema] = {
    "description": _NULLABLE,
    "voice_type": {"enum": ["user", "system"]},
    "status": {"enum": ["started", "completed", "error"]},
    "error_message": _NULLABLE,
    "replica_id": STRING,
    "audio_url": _NULLABLE,
    "tags": {"type": "array", "items": {"type": "object", "properties": {"tag_name": STRING}}},
}

_DEFAULTS: Mapping[str, Any] = {
    "voice_name": "Voice",
    "description": None,
    "voice_type": "system",
    "status": "completed",
    "replica_id": "r90bbd427f71",
    "audio_url": None,
    "tags": [],
}

_SEEDS: tuple[Fields, ...] = (
    {
        "voice_id": "v0a1b2c3d4e5f",
        "voice_name": "anna",
        "tags": [{"tag_name": "Warm"}],
        "audio_url": "https://cdn.example.com/anna.mp3",
    },
    {"voice_id": "v1b2c3d4e5f60", "voice_name": "charlie", "replica_id": "rf4e9d9790f0", "tags": [{"tag_name": "Deep"}]},
)


_ALL = (
    "voice_id",
    "voice_name",
    "description",
    "voice_type",
    "status",
    "error_message",
    "replica_id",
    "audio_url",
    "tags",
    "created_at",
)


class Voices(Collection):
    """Voices; their list is sorted by name, and what speaks with one keeps it from being deleted."""

    path = "/v2/voices"
    id_field = "voice_id"
    prefix = "v"
    schema = _SCHEMA
    seed_fields = _EXTRAS
    seed_defaults = _DEFAULTS
    seeds = _SEEDS
    create_fields = get_fields = list_fields = _ALL
    type_field = "voice_type"
    paging = Paging(max_limit=100, repeats_query=True)

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return ErrorAnswer(404, "Voice not found", "message")  # assumed: voice-unknown

    def find_id(self, name: str | None) -> str | None:
        """Return the id of the voice of this name, in any case."""
        return next((one.id for one in self.records.values() if name and _name(one).lower() == name.lower()), None)

    def with_defaults(self, fields: Fields) -> Fields:
        """Add the state of a voice whose training starts."""
        return {"description": None, "status": "started", "tags": [], **fields}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse a voice without a name or a recording. Raises ErrorAnswer (400)."""  # assumed: voice-fields
        for name in ("voice_name", "train_audio_url"):
            if name not in fields:
                raise ErrorAnswer(400, f"{name} is required")

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the end of the training, of which a webhook tells."""
        record.on_end = functools.partial(self._announce, record)
        return [Step(now + self.account.behavior.processing, {"status": "completed"})]

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of a voice whose training has failed."""
        return {"status": "error", "error_message": error}

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        handlers = super().handlers()
        return {**handlers, "/{id}": {**handlers["/{id}"], "PATCH": self.update}}

    def update(self, request: Request) -> Response:
        """Change name, description and tags by a merge patch."""
        return JsonResponse(self.merge_fields(request, _UPDATE))

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete a voice. Raises ErrorAnswer (409) where something speaks with it."""  # assumed: voice-in-use
        pals = [one for one in self.account.personas.find_all(now) if _speaker(one.fields) == record.id]
        faces = [
            one
            for one in self.account.replicas.find_all(now)
            if record.id in (one.fields["default_voice_id"], one.fields["original_voice_id"])
        ]
        if pals or faces:
            used_by = {"pals": len(pals), "faces": len(faces)}
            raise ErrorAnswer(409, "Voice is still in use", "message", used_by=used_by)
        super().remove(record, hard, now)

    def _announce(self, record: Record, at: float) -> None:
        """Send the event that tells how the training ended."""  # assumed: voice-webhook
        url = record.fields.get("callback_url", "")
        event = {
            "properties": record.select(("voice_id", "voice_name", "status", "error_message")),
            "webhook_url": url,
            "event_type": "application.voice_status_changed",
            "message_type": "application",
            "timestamp": record.timestamp(at),
        }
        self.account.webhooks.send(url, event)

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the voices with the text in their name and with the tag, in any case, sorted by name."""
        search, tag = query.get("search", "").lower(), query.get("tag", "").lower()
        chosen = [one for one in found if search in _name(one).lower() and (not tag or tag in _tags(one))]
        return sorted(chosen, key=_name, reverse=query.get("sort") == "desc")


def _name(record: Record) -> str:
    return str(record.fields["voice_name"])


def _tags(record: Record) -> list[str]:
    tags = record.fields["tags"]
    return [(tag if isinstance(tag, str) else tag["tag_name"]).lower() for tag in tags]


def _speaker(persona: Fields) -> str | None:
    """Return the id of the voice with which a persona speaks."""
    return ((persona.get("layers") or {}).get("tts") or {}).get("voice_id")
