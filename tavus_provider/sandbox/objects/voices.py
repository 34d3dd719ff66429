"""Voices, named by the slugs of stock replicas.

Source: Tavus API reference, List Voices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.paging import Paging
from ..api.validation import STRING, Schema
from .collection import Collection, Fields, Handlers, Query
from .record import Record

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "replica_id": STRING,
        "audio_url": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"tag_name": STRING}}},
    },
}

_DEFAULTS: Mapping[str, Any] = {"replica_id": "r90bbd427f71", "audio_url": None, "tags": []}

_SEEDS: tuple[Fields, ...] = (
    {"voice_name": "anna", "tags": [{"tag_name": "Warm"}], "audio_url": "https://cdn.example.com/anna.mp3"},
    {"voice_name": "charlie", "replica_id": "rf4e9d9790f0", "tags": [{"tag_name": "Deep"}]},
)


class Voices(Collection):
    """Voices, which can only be listed, by name."""

    path = "/v2/voices"
    id_field = "voice_name"
    prefix = "voice-"
    schema = _SCHEMA
    seed_defaults = _DEFAULTS
    seeds = _SEEDS
    list_fields = ("voice_name", "replica_id", "audio_url", "tags")
    paging = Paging(max_limit=100, repeats_query=True)

    def handlers(self) -> Handlers:
        """Return the handler of the list, the only one."""
        return {"": {"GET": self.list_page}}

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the voices with the text in their name and with the tag, in any case, sorted by name."""
        search, tag = query.get("search", "").lower(), query.get("tag", "").lower()
        chosen = [one for one in found if search in one.id.lower() and (not tag or tag in _tags(one))]
        return sorted(chosen, key=lambda one: one.id, reverse=query.get("sort") == "desc")


def _tags(record: Record) -> list[str]:
    return [tag["tag_name"].lower() for tag in record.fields["tags"]]
