"""Sets of guardrails.

Source: Tavus API reference, Guardrails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.validation import STRING, Schema
from ..records.collection import Fields
from ..records.item_sets import TIMES, ItemSets

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "name": STRING,
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "guardrail_name": {**STRING, "pattern": "^[A-Za-z0-9_]+$"},
                    "guardrail_prompt": STRING,
                    "modality": {"enum": ["verbal", "visual", "audio"]},
                    "callback_url": STRING,
                },
                "required": ["guardrail_name", "guardrail_prompt"],
            },
        },
    },
}

_ITEM_DEFAULTS: Mapping[str, Any] = {"modality": "verbal"}


class Guardrails(ItemSets):
    """Sets of guardrails, whose name only the answer to a creation shows, as `guardrails_name`."""

    path = "/v2/guardrails"
    id_field = "guardrails_id"
    prefix = "g"
    noun = "Guardrails"
    schema = _SCHEMA
    item_defaults = _ITEM_DEFAULTS
    create_fields = ("guardrails_id", "guardrails_name", "status", "created_at")
    list_fields = ("guardrails_id", *TIMES)

    def with_defaults(self, fields: Fields) -> Fields:
        """Add defaults to the set and to its items."""
        named = {"name": "Guardrails", **fields}  # assumed: default-name
        return super().with_defaults({**named, "guardrails_name": named["name"]})
