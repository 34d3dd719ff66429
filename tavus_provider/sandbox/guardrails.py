"""Guardrails, in sets.

Source: Tavus API reference, Guardrails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tavus_provider.sandbox.collection import Fields
from tavus_provider.sandbox.schemas import STRING, Schema
from tavus_provider.sandbox.sets import TIMES, Sets

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
                    "modality": {"enum": ["verbal", "visual"]},
                    "callback_url": STRING,
                },
                "required": ["guardrail_name", "guardrail_prompt"],
            },
        },
    },
}

_ITEM_DEFAULTS: Mapping[str, Any] = {"modality": "verbal"}


class Guardrails(Sets):
    """A set has a name, which only the answer to its creation tells, as `guardrails_name`."""

    path = "/v2/guardrails"
    id_field = "guardrails_id"
    prefix = "g"
    thing = "Guardrails"
    schema = _SCHEMA
    item_defaults = _ITEM_DEFAULTS
    created = ("guardrails_id", "guardrails_name", "status", "created_at")
    listed = ("guardrails_id", *TIMES)

    def filled(self, fields: Fields) -> Fields:
        """Fill in what the set and its items leave open."""
        named = {"name": "Guardrails", **fields}  # assumed: default-name
        return super().filled({**named, "guardrails_name": named["name"]})
