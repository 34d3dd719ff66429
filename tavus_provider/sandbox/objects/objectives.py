"""Sets of objectives.

Sources: Tavus API reference, Objectives; tavus-cli 0.11.0, schemas/objective.py and tavus_objective_create.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.error_answers import ErrorAnswer
from ..api.validation import BOOLEAN, STRING, STRINGS, Schema
from ..records.collection import Fields
from ..records.item_sets import TIMES, ItemSets
from .objective_rules import find_problem

_ITEM = (
    "objective_name",
    "objective_prompt",
    "confirmation_mode",
    "output_variables",
    "modality",
    "next_conditional_objectives",
    "next_required_objective",
    "callback_url",
    "tool_call",
)

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "name": {**STRING, "maxLength": 100},
        "allow_loops": BOOLEAN,
        "data": {
            "type": "array",
            "maxItems": 50,
            "items": {
                "type": "object",
                "properties": {
                    "objective_name": {**STRING, "pattern": r"^\S+$", "maxLength": 100},
                    "objective_prompt": {**STRING, "maxLength": 10000},
                    "confirmation_mode": {"enum": ["auto", "manual"]},
                    "output_variables": {**STRINGS, "maxItems": 50},
                    "modality": {"enum": ["verbal", "visual", "audio"]},
                    "next_conditional_objectives": {"type": "object", "additionalProperties": STRING},
                    "next_required_objective": STRING,
                    "callback_url": {**STRING, "maxLength": 2048},
                    "tool_call": {"type": "object"},
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

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse objectives that do not fit together, where patches name the whole set. Raises ErrorAnswer (400)."""
        problem = find_problem(fields["data"], fields.get("allow_loops", False))
        if problem and self.account.behavior.set_pointers == "set":
            raise ErrorAnswer(*self.patch_refusal) if before else ErrorAnswer(400, problem, self.error_key)
