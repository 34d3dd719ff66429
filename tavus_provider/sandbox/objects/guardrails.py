"""Sets of guardrails.

Source: Tavus API reference, Guardrails and Legacy guardrail sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from ..api.error_answers import ErrorAnswer
from ..api.routing import read_json
from ..api.spellings import Handler
from ..api.validation import STRING, Schema
from ..records.collection import Fields, Handlers
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

    def handlers(self) -> Handlers:
        """Return the handlers, which pass on what concerns single guardrails."""
        singles = self.account.single_guardrails
        of_singles = singles.handlers()
        chosen = {
            rest: {method: self._choose(handler, of_singles[rest][method]) for method, handler in methods.items()}
            for rest, methods in super().handlers().items()
        }
        return {"/tags": {"GET": singles.list_tags}, **chosen}

    def _choose(self, of_sets: Handler, of_singles: Handler) -> Handler:
        return lambda request: (of_singles if self._is_about_single(request) else of_sets)(request)

    def _is_about_single(self, request: Request) -> bool:
        """Tell by the id, by the body or by the query what a call is about."""
        if "id" in request.path_params:
            return request.path_params["id"] in self.account.single_guardrails.records
        if request.method != "POST":
            return request.query_params.get("legacy") == "false"
        try:
            body = read_json(request)
        except ErrorAnswer:
            return False
        return isinstance(body, Mapping) and "guardrail_name" in body
