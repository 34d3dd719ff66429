"""Voices: those of stock replicas, and those that people made.

Sources: Tavus API reference, List Voices and Get Voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.error_answers import ErrorAnswer
from ..api.paging import Paging
from ..api.validation import STRING, Schema
from ..records.collection import Collection, Fields, Handlers, Query
from ..records.record import Record

_NULLABLE: Schema = {"type": ["string", "null"]}
_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "voice_name": STRING,
        "description": _NULLABLE,
        "voice_type": {"enum": ["user", "system"]},
        "status": {"enum": ["started", "completed", "error"]},
        "error_message": _NULLABLE,
        "replica_id": STRING,
        "audio_url": _NULLABLE,
        "tags": {"type": "array", "items": {"type": "object", "properties": {"tag_name": STRING}}},
    },
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
    """Voices, which can only be looked up: by id, or in a list that is sorted by name."""

    path = "/v2/voices"
    id_field = "voice_id"
    prefix = "v"
    schema = _SCHEMA
    seed_defaults = _DEFAULTS
    seeds = _SEEDS
    get_fields = list_fields = _ALL
    paging = Paging(max_limit=100, repeats_query=True)

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return ErrorAnswer(404, "Voice not found", "message")  # assumed: voice-unknown

    def find_id(self, name: str | None) -> str | None:
        """Return the id of the voice of this name, in any case."""
        return next((one.id for one in self.records.values() if name and _name(one).lower() == name.lower()), None)

    def handlers(self) -> Handlers:
        """Return the handlers of the list and of one voice."""
        return {"": {"GET": self.list_page}, "/{id}": {"GET": self.get}}

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the voices with the text in their name and with the tag, in any case, sorted by name."""
        search, tag = query.get("search", "").lower(), query.get("tag", "").lower()
        chosen = [one for one in found if search in _name(one).lower() and (not tag or tag in _tags(one))]
        return sorted(chosen, key=_name, reverse=query.get("sort") == "desc")


def _name(record: Record) -> str:
    return str(record.fields["voice_name"])


def _tags(record: Record) -> list[str]:
    return [tag["tag_name"].lower() for tag in record.fields["tags"]]
