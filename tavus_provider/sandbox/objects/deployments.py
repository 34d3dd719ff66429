"""Deployments.

Source: Tavus API reference, Create Deployment, Get Deployment, Patch Deployment; tavus-cli 0.11.0, sdk/schemas/deployment.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..api import spellings
from ..api.error_answers import ErrorAnswer, invalid_id
from ..api.json_body import JsonResponse
from ..api.routing import read_json
from ..api.validation import STRING, STRINGS, Schema
from ..records.collection import Fields, Handlers, Query
from ..records.patchable import PatchableCollection
from ..records.record import Record

_COUNT: Schema = {"type": "integer", "minimum": 0}
_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "persona_id": STRING,
        "channel": {"enum": ["widget", "embed", "landing-page"]},
        "name": STRING,
        "status": {"enum": ["draft", "active", "inactive"]},
        "password": STRING,
        "allowed_origins": STRINGS,
        "limits": {
            "type": "object",
            "properties": {
                "daily_call_limit": _COUNT,
                "daily_call_limit_per_user": _COUNT,
                "concurrent_call_limit": _COUNT,
                "max_call_duration": {"type": "integer", "minimum": 1},
            },
        },
        "customization": {"type": "object"},
    },
    "required": ["persona_id", "channel"],
}
_SHOWN = (
    "deployment_id",
    "persona_id",
    "channel",
    "name",
    "status",
    "has_password",
    "allowed_origins",
    "limits",
    "customization",
    "usage_total",
    "usage_today",
    "created_at",
    "updated_at",
)


class Deployments(PatchableCollection):
    """Deployments, which have names in the newer spelling only, and never show their password."""

    path = "/v2/deployments"
    id_field = "deployment_id"
    prefix = "d"
    schema = _SCHEMA
    patch_refusal = (400, "Invalid patch operation", "error")
    create_fields = get_fields = list_fields = _SHOWN

    def handlers(self) -> Handlers:
        """Return the handlers, which answer in the newer spelling."""
        return {
            rest: {method: spellings.answer_in_newer(handler, self._flow_name) for method, handler in methods.items()}
            for rest, methods in super().handlers().items()
        }

    def create(self, request: Request) -> Response:
        """Create a deployment. Raises ErrorAnswer (400) for a body in the older spelling."""
        body = read_json(request)
        if isinstance(body, Mapping) and "persona_id" in body:
            raise ErrorAnswer(400, "pal_id is required")
        return super().create(request)

    def with_defaults(self, fields: Fields) -> Fields:
        """Add what a deployment has that its body leaves out."""  # assumed: default-name
        return {"name": "Deployment", "status": "active", "usage_total": 0, "usage_today": 0, **fields}

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse an unknown persona. Raises ErrorAnswer (400)."""
        if not self.account.personas.has(fields["persona_id"]):
            raise invalid_id("persona_id")

    def show(self, record: Record, names: Any, query: Query) -> Fields:
        """Return the fields as answers show them."""
        return {**record.select(names), "has_password": bool(record.fields.get("password"))}

    def patch_answer(self, record: Record) -> Response:
        """Return the whole deployment."""
        return JsonResponse(self.show(record, _SHOWN, {}))
