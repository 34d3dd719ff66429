"""The two spellings of Tavus's names: personas and replicas are PALs and faces by now, and both are understood.

Sources, all of them docs.tavus.io: api-reference/pals/create-pal and get-pal (pal_id, pal_name, default_face_id), list-pals
(pal_type), faces/create-face and get-face (face_id, face_name, face_type), faces/list-faces (face_ids), faces/patch-face-name
("Invalid face_id"), sections/conversational-video-interface/pal/conversational-flow (pal_interruptibility). That one name
in both spellings is refused, and in which words, was seen in a public client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.wire import JSON

NEWER: Mapping[str, str] = {
    "persona_id": "pal_id",
    "persona_name": "pal_name",
    "persona_type": "pal_type",
    "default_replica_id": "default_face_id",
    "replica_id": "face_id",
    "replica_name": "face_name",
    "replica_type": "face_type",
    "replica_ids": "face_ids",
    "replica_interruptibility": "pal_interruptibility",
}
"""Each name in its newer spelling; it can stand in a query, in a body, or in its `layers.conversational_flow`."""

PATHS: Mapping[str, str] = {"/v2/personas": "/v2/pals", "/v2/replicas": "/v2/faces"}
"""Each path in its newer spelling."""

_OLDER = {newer: older for older, newer in NEWER.items()}
_OLDER_PATHS = {newer: older for older, newer in PATHS.items()}
_FLOW = ["layers", "conversational_flow"]

Handler = Callable[[Request], Response]


def older(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query or body in the older spelling. Raises ApiError (400) where one name is there in both."""
    for name, newer in NEWER.items():
        if name in given and newer in given:
            raise ApiError(400, f"Cannot have both {name} and {newer}")  # assumed: both-spellings
    return _with_flow({_OLDER.get(name, name): value for name, value in given.items()}, older)


def older_path(path: str) -> str:
    """Return a path in the older spelling."""
    return re.sub(r"^/v2/\w+", lambda start: _OLDER_PATHS.get(start[0], start[0]), path)


def older_operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation of a JSON patch, which is rightly formed, in the older spelling."""
    renamed = {key: _older_pointer(value) if key in ("path", "from") else value for key, value in operation.items()}
    steps, value = renamed["path"].split("/")[1:], renamed.get("value")
    if steps == _FLOW[: len(steps)] and isinstance(value, Mapping):
        for step in reversed(steps):
            value = {step: value}
        value = older(value)
        for step in steps:
            value = value[step]
        renamed["value"] = value
    return renamed


def newer(content: Any) -> Any:
    """Return an answer in the newer spelling."""
    if isinstance(content, list):
        return [newer(one) for one in content]
    if not isinstance(content, Mapping):
        return content
    renamed = {NEWER.get(name, name): value for name, value in content.items()}
    if "data" in renamed:
        renamed["data"] = newer(renamed["data"])
    return _with_flow(renamed, newer)


def in_newer(handler: Handler) -> Handler:
    """Return the handler as it answers on a newer path: in the newer spelling."""

    def newer_handler(request: Request) -> Response:
        request.state.newer = True
        try:
            response = handler(request)
        except ApiError as refusal:
            raise ApiError(refusal.status, _newer_text(refusal.text), refusal.key) from refusal
        return JSON(newer(json.loads(bytes(response.body))), response.status_code) if response.body else response

    return newer_handler


def on_newer_path(request: Request) -> bool:
    """Say whether the request came on a newer path."""
    return getattr(request.state, "newer", False)


def says_newer(body: Mapping[str, Any]) -> bool:
    """Say whether the body has a name in the newer spelling."""
    return not body.keys().isdisjoint(_OLDER)


def _with_flow(body: dict[str, Any], rename: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return the body with the names in `layers.conversational_flow` renamed."""
    layers = body.get("layers")
    flow = layers.get("conversational_flow") if isinstance(layers, Mapping) else None
    if not isinstance(layers, Mapping) or not isinstance(flow, Mapping):
        return body
    return {**body, "layers": {**layers, "conversational_flow": rename(flow)}}


def _older_pointer(pointer: str) -> str:
    return "/".join(_OLDER.get(step, step) for step in pointer.split("/"))


def _newer_text(text: str) -> str:
    invalid, _, name = text.rpartition(" ")
    return f"{invalid} {NEWER.get(name, name)}" if invalid == "Invalid" else text
