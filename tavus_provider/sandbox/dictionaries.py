"""Pronunciation dictionaries.

Source: Tavus API reference, Pronunciation Dictionaries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from tavus_provider.sandbox.collection import Fields, Patched, Query
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.pages import Pages
from tavus_provider.sandbox.patches import Operation, Unfit
from tavus_provider.sandbox.records import Record
from tavus_provider.sandbox.schemas import BOOLEAN, STRING, Schema
from tavus_provider.sandbox.wire import JSON

_RULE_DEFAULTS = {"case_sensitive": False, "word_boundaries": True}
_ALL = ("pronunciation_dictionary_id", "name", "rules", "rules_count", "created_at", "updated_at")
_PATCHABLE = [f"/{name}" for name in _ALL]


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "name": {**STRING, "maxLength": 255},
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {**STRING, "maxLength": 200},
                    "pronunciation": {**STRING, "maxLength": 500},
                    "type": {"enum": ["alias", "ipa"]},
                    "case_sensitive": BOOLEAN,
                    "word_boundaries": BOOLEAN,
                },
                "required": ["text", "pronunciation", "type"],
            },
        },
    },
    "required": ["name"],
}

_DEFAULTS: Mapping[str, Any] = {"name": "Dictionary"}


class Dictionaries(Patched):
    """Their deletion edits the personas that refer to them; only whole rules can be patched."""

    path = "/v2/pronunciation-dictionaries"
    id_field = "pronunciation_dictionary_id"
    prefix = "pd_"
    schema = _SCHEMA
    defaults = _DEFAULTS
    created = shown = _ALL
    listed = tuple(name for name in _ALL if name != "rules")
    pages = Pages(first=0, most=100, told=True)
    created_status = 201
    error_prefix = "Invalid request: "

    def unknown(self, id_: str) -> ApiError:
        """Return the answer to an id that is unknown."""
        return ApiError(404, "Pronunciation dictionary not found", "message")

    def filled(self, fields: Fields) -> Fields:
        """Fill in what rules leave open, and count them."""
        rules = [{**_RULE_DEFAULTS, **rule} for rule in fields.get("rules", [])]
        return {**fields, "rules": rules, "rules_count": len(rules)}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse two rules for one text. Raises ApiError (400)."""
        if len({rule["text"] for rule in fields["rules"]}) < len(fields["rules"]):
            raise ApiError(400, "Invalid request: duplicate text values in rules")

    def selected(self, found: list[Record], query: Query) -> list[Record]:
        """Return them in the order asked for, newest first by default."""
        return found[::-1] if query.get("sort") == "asc" else found

    def operations(self, body: object) -> Sequence[Operation]:
        """Return operations on whole fields; Tavus knows no paths into them. Raises Unfit."""
        operations = super().operations(body)
        if any(one["path"] not in _PATCHABLE for one in operations):
            raise Unfit("path")  # assumed: dictionary-paths
        return operations

    def patched(self, record: Record) -> Response:
        """Return the whole dictionary."""
        return JSON(record.tell(_ALL))

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete it, and take it from the personas that refer to it."""
        super().remove(record, hard, now)
        self.account.personas.forget("pronunciation_dictionary_id", record.id, now)
