"""Pronunciation dictionaries.

Sources: Tavus API reference, Pronunciation Dictionaries; tavus-cli 0.11.0, schemas/pronunciation.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.json_patch import Operation, PatchError
from ..api.paging import Paging
from ..api.validation import BOOLEAN, STRING, Schema
from ..records.collection import Fields, Query
from ..records.patchable import PatchableCollection
from ..records.record import Record

_RULE_DEFAULTS = {"case_sensitive": False, "word_boundaries": True}
_ALL = ("pronunciation_dictionary_id", "name", "rules", "rules_count", "created_at", "updated_at")
_PATCHABLE = [f"/{name}" for name in _ALL]


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "name": {**STRING, "maxLength": 255},
        "rules": {
            "type": "array",
            "maxItems": 10000,
            "items": {
                "type": "object",
                "properties": {
                    "text": {**STRING, "maxLength": 200},
                    "pronunciation": {**STRING, "maxLength": 500},
                    "type": {"enum": ["alias", "ipa"]},
                    "alphabet": {"enum": ["ipa"]},
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


class PronunciationDictionaries(PatchableCollection):
    """Pronunciation dictionaries: a deletion changes the personas that refer to one, and patches replace whole fields."""

    path = "/v2/pronunciation-dictionaries"
    id_field = "pronunciation_dictionary_id"
    prefix = "pd_"
    schema = _SCHEMA
    seed_defaults = _DEFAULTS
    create_fields = get_fields = _ALL
    list_fields = tuple(name for name in _ALL if name != "rules")
    paging = Paging(first=0, max_limit=100, repeats_query=True)
    created_status = 201
    error_prefix = "Invalid request: "

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return ErrorAnswer(404, "Pronunciation dictionary not found", "message")

    def with_defaults(self, fields: Fields) -> Fields:
        """Add defaults to the rules, and count them."""
        rules = [{**_RULE_DEFAULTS, **rule} for rule in fields.get("rules", [])]
        return {**fields, "rules": rules, "rules_count": len(rules)}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse two rules for one text. Raises ErrorAnswer (400)."""
        if len({rule["text"] for rule in fields["rules"]}) < len(fields["rules"]):
            raise ErrorAnswer(400, "Invalid request: duplicate text values in rules")

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the dictionaries in the requested order, newest first by default."""
        return found[::-1] if query.get("sort") == "asc" else found

    def parse_operations(self, body: object) -> Sequence[Operation]:
        """Return operations on whole fields; paths into fields are refused. Raises PatchError."""
        operations = super().parse_operations(body)
        is_whole = _is_whole if self.account.behavior.keeps_unknown else _PATCHABLE.__contains__
        if not all(is_whole(one["path"]) for one in operations):
            raise PatchError("path")  # assumed: dictionary-paths
        return operations

    def patch_answer(self, record: Record) -> Response:
        """Return the whole dictionary."""
        return JsonResponse(record.select(_ALL))

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete the dictionary, and remove it from the personas that refer to it."""
        super().remove(record, hard, now)
        self.account.personas.clear_references("pronunciation_dictionary_id", record.id, now)


def _is_whole(path: str) -> bool:
    return path.count("/") == 1
