"""Single guardrails, under the path of the older sets.

Sources: Tavus API reference, Create Guardrails, Patch Guardrails and Legacy guardrail sets; tavus-cli 0.11.0,
schemas/guardrail.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.validation import BOOLEAN, STRING, Schema
from ..records.collection import Fields, Query
from ..records.patchable import PatchableCollection
from ..records.record import Record

_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "guardrail_name": {**STRING, "minLength": 1, "maxLength": 100},
        "guardrail_prompt": {**STRING, "minLength": 1, "maxLength": 1000},
        "modality": {"enum": ["verbal", "visual", "audio"]},
        "callback_url": {**STRING, "maxLength": 2048},
        "app_message": BOOLEAN,
        "tool_call": {"type": ["object", "null"]},
        "tags": {"type": "array", "items": {**STRING, "minLength": 1, "maxLength": 64}, "maxItems": 32},
    },
    "required": ["guardrail_name", "guardrail_prompt"],
}
_SHOWN = ("uuid", *(name for name in _SCHEMA["properties"] if name != "tool_call"), "created_at", "updated_at")
_DEFAULTS: Mapping[str, Any] = {"modality": "verbal", "callback_url": "", "app_message": True, "tags": []}

_SEED: Mapping[str, Any] = {"guardrail_name": "guardrail", "guardrail_prompt": "Nothing."}


class SingleGuardrails(PatchableCollection):
    """Single guardrails, whose id is `uuid`; the collection of the sets has the routes."""

    path = "/v2/guardrails"
    id_field = "uuid"
    prefix = "g"
    schema = _SCHEMA
    seed_defaults = _SEED
    patch_refusal = (400, "Invalid patch operation", "error")
    create_fields = get_fields = list_fields = _SHOWN

    @property
    def name(self) -> str:
        """Return the kind's name on the control paths."""
        return "single_guardrails"

    def routes(self) -> list[Route]:
        """Return no routes of its own."""
        return []

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return ErrorAnswer(404, "Guardrails not found")

    def with_defaults(self, fields: Fields) -> Fields:
        """Add what Tavus fills in."""
        return {**_DEFAULTS, **fields}

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the guardrails whose name or id is the one in the query, and that have one of its tags."""
        wanted, tags = query.get("name_or_uuid"), set(filter(None, query.get("tags", "").split(",")))
        named = [one for one in found if wanted in (None, "", one.id, one.fields["guardrail_name"])]
        return [one for one in named if not tags or tags & set(one.fields["tags"])]

    def patch_answer(self, record: Record) -> Response:
        """Return the whole guardrail."""
        return JsonResponse(self.show(record, _SHOWN, {}))

    def list_tags(self, request: Request) -> Response:
        """List the tags that some guardrail has."""
        with self.account.lock_state() as now:
            tags = sorted({tag for one in self.find_all(now) for tag in one.fields["tags"]})
        return JsonResponse({"tags": tags, "total_count": len(tags)})

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete a guardrail, and remove it from the personas that refer to it."""
        super().remove(record, hard, now)
        for persona in self.account.personas.find_all(now):
            kept = [id_ for id_ in persona.fields.get("guardrail_ids", ()) if id_ != record.id]
            if len(kept) < len(persona.fields.get("guardrail_ids", ())):
                persona.change(now, {"guardrail_ids": kept})
