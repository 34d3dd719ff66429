"""Tools.

Sources: Tavus docs, Tool Calling for LLM, Tool Delivery, Tool Authentication; tavus-cli 0.11.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.validation import BOOLEAN, NUMBER, STRING, STRINGS, Schema
from ..records.collection import Collection, Fields, Handlers, Query
from ..records.record import Record

_TEXT: Schema = {**STRING, "minLength": 1}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_MAP: Schema = {"type": "object", "additionalProperties": STRING}
_SECRETS: Mapping[str, str] = {
    "bearer": "token",
    "basic": "password",
    "api_key": "value",
    "hmac": "secret",
    "oauth2_client_credentials": "client_secret",
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "api_key": ("name", "value"),
    "hmac": ("secret",),
    "oauth2_client_credentials": ("token_url", "client_id", "client_secret"),
}
_AUTH_MEMBERS = ("token", "username", "password", "name", "value", "secret", "token_url", "client_id", "client_secret", "scope")
_AUTH: Schema = {
    "type": "object",
    "properties": {
        "type": {"enum": ["none", *_SECRETS]},
        **dict.fromkeys(_AUTH_MEMBERS, _TEXT),
        "location": {"enum": ["header", "query"]},
    },
    "required": ["type"],
}
_API: Schema = {
    "type": "object",
    "properties": {
        "url": {**STRING, "pattern": "^[hH][tT][tT][pP][sS]://"},
        "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]},
        "timeout": {**NUMBER, "exclusiveMinimum": 0, "maximum": 60},
        "headers": _MAP,
        "auth": _AUTH,
        "body_template": {"type": "object"},
        "query_params": _MAP,
    },
    "required": ["url"],
}
_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "name": {**STRING, "pattern": "^[a-zA-Z_][a-zA-Z0-9_]{0,63}$"},
        "description": _TEXT,
        "parameters": {"type": "object"},
        "origin": {"enum": ["llm", "vision", "audio"]},
        "on_call": {"enum": ["generate_filler", "static_filler", "silent", "passthrough"]},
        "on_resolve": {"enum": ["generate_response", "response_in_result", "add_to_context", "fire_and_forget"]},
        "static_filler": STRING,
        "tags": STRINGS,
        "delivery": {"type": "object", "properties": {"app_message": BOOLEAN, "api": _API}},
    },
    "required": ["name", "description"],
}
_NULLS = dict.fromkeys(("on_call", "on_resolve", "static_filler"), _TEXT_OR_NULL)
_UPDATE: Schema = {**_SCHEMA, "properties": {**_SCHEMA["properties"], **_NULLS}, "required": []}
_SHOWN = ("tool_id", *_SCHEMA["properties"], "created_at", "updated_at")
_MASK = "********"
_DEFAULTS: Mapping[str, Any] = {
    "parameters": {},
    "origin": "llm",
    "on_resolve": "fire_and_forget",
    "tags": [],
    "delivery": {"app_message": True},
}


_SEED: Mapping[str, Any] = {"name": "tool", "description": "A tool."}


class Tools(Collection):
    """Tools: names are unique, a patch replaces whole fields, and secrets are never shown."""

    path = "/v2/tools"
    id_field = "tool_id"
    prefix = "t"
    schema = _SCHEMA
    seed_defaults = _SEED
    create_fields = get_fields = list_fields = _SHOWN

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        handlers = super().handlers()
        return {**handlers, "/{id}": {**handlers["/{id}"], "PATCH": self.patch}}

    def patch(self, request: Request) -> Response:
        """Replace the fields that the body has. Raises ErrorAnswer (400, 409)."""
        changed = self.parse_body(request, _UPDATE)
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            fields = self.with_defaults({**record.fields, **changed})
            self.check(fields, record.fields, now)
            record.unknown |= changed.keys() - _SCHEMA["properties"].keys()
            record.change(now, fields)
            return JsonResponse(self.get_body(record, {}))

    def with_defaults(self, fields: Fields) -> Fields:
        """Add what Tavus fills in, in the request to a backend as well."""
        fields = {**_DEFAULTS, **fields}
        api = fields["delivery"].get("api")
        if api:
            fields["delivery"] = {**fields["delivery"], "api": {"method": "POST", "timeout": 10, **api}}
        return fields

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse what does not fit together, and a name in use. Raises ErrorAnswer (400, 409)."""
        delivery = fields["delivery"]
        if bool(delivery.get("app_message")) == bool(delivery.get("api")):
            raise ErrorAnswer(400, "delivery must enable exactly one channel")
        if len(fields["description"]) + len(json.dumps(fields["parameters"], sort_keys=True)) > 10_000:
            raise ErrorAnswer(400, "tool spec is too large")
        _check_auth(delivery.get("api", {}).get("auth", {}))
        others = [one for one in self.find_all(now) if one.id != before.get(self.id_field)]
        if any(one.fields["name"] == fields["name"] for one in others):
            raise ErrorAnswer(409, f"a tool named {fields['name']} already exists")  # assumed: tool-name

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete a tool, and detach it from every persona."""
        super().remove(record, hard, now)
        for persona in self.account.personas.find_all(now):
            if record.id in persona.fields.get("tool_ids", ()):
                persona.change(now, {"tool_ids": [id_ for id_ in persona.fields["tool_ids"] if id_ != record.id]})

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the tools whose name or id is the one in the query."""
        wanted = query.get("name_or_uuid")
        return [one for one in found if wanted in (one.id, one.fields["name"])] if wanted else found

    def show(self, record: Record, names: Any, query: Query) -> Fields:
        """Return the fields as answers show them, with stars for secrets."""
        shown = record.select(names)
        auth = shown["delivery"].get("api", {}).get("auth", {})
        secret = _SECRETS.get(auth.get("type", ""))
        if secret is None:
            return shown
        api = {**shown["delivery"]["api"], "auth": {**auth, secret: _MASK}}
        return {**shown, "delivery": {**shown["delivery"], "api": api}}


def _check_auth(auth: Mapping[str, Any]) -> None:
    missing = [name for name in _NEEDED.get(auth.get("type", ""), ()) if name not in auth]
    if missing:
        raise ErrorAnswer(400, f"auth.{missing[0]} is required")
