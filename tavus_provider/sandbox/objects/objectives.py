"""Sets of objectives.

Source: Tavus API reference, Objectives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.validation import STRING, STRINGS, Schema
from .item_sets import TIMES, ItemSets

_ITEM = (
    "objective_name",
    "objective_prompt",
    "confirmation_mode",
    "output_variables",
    "modality",
    "next_conditional_objectives",
    "next_required_objective",
    "callback_url",
)

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "objective_name": {**STRING, "pattern": r"^\S+$"},
                    "objective_prompt": STRING,
                    "confirmation_mode": {"enum": ["auto", "manual"]},
                    "output_variables": STRINGS,
                    "modality": {"enum": ["verbal", "visual"]},
                    "next_conditional_objectives": {"type": "object", "additionalProperties": STRING},
                    "next_required_objective": STRING,
                    "callback_url": STRING,
                },
                "required": ["objective_name", "objective_prompt"],
            },
        },
    },
    "required": ["data"],
}

_ITEM_DEFAULTS: Mapping[str, Any] = {"confirmation_mode": "auto", "modality": "verbal"}


class Objectives(ItemSets):
    """Sets of objectives, of which lists and creations show the first objective, flat."""

    path = "/v2/objectives"
    id_field = "objectives_id"
    prefix = "o"
    noun = "Objective"
    schema = _SCHEMA
    item_defaults = _ITEM_DEFAULTS
    create_fields = ("objectives_id", "objective_name", "status", "created_at")
    list_fields = ("objectives_id", *_ITEM, *TIMES)
