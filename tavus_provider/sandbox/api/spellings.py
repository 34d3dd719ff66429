"""The two spellings of Tavus's names: personas and replicas are now called PALs and faces, and both names are accepted.

Sources, all of them docs.tavus.io: api-reference/pals/create-pal and get-pal (pal_id, pal_name, default_face_id), list-pals
(pal_type), faces/create-face and get-face (face_id, face_name, face_type), faces/list-faces (face_ids), faces/patch-face-name
("Invalid face_id"), sections/conversational-video-interface/pal/conversational-flow (pal_interruptibility); tavus-cli 0.11.0,
schemas/pal.py (face_interruptibility). A public client shows that one name in both spellings is refused, and in which words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from .error_answers import ErrorAnswer
from .json_body import JsonResponse

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
"""Each older name with its newer spelling, for queries, bodies and their `layers.conversational_flow`."""

PATHS: Mapping[str, str] = {"/v2/personas": "/v2/pals", "/v2/replicas": "/v2/faces"}
"""Each older path with its newer spelling."""

_OLDER = {**{newer: older for older, newer in NEWER.items()}, "face_interruptibility": "replica_interruptibility"}
_OLDER_PATHS = {newer: older for older, newer in PATHS.items()}
_FLOW = ["layers", "conversational_flow"]

Handler = Callable[[Request], Response]


def to_older(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query or body in the older spelling. Raises ErrorAnswer (400) where one name is there in both."""
    for name, newer in NEWER.items():
        if name in fields and newer in fields:
            raise ErrorAnswer(400, f"Cannot have both {name} and {newer}")  # assumed: both-spellings
    return _rename_flow({_OLDER.get(name, name): value for name, value in fields.items()}, to_older)


def to_older_path(path: str) -> str:
    """Return a path in the older spelling."""
    return re.sub(r"^/v2/\w+", lambda start: _OLDER_PATHS.get(start[0], start[0]), path)


def to_older_operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation of a well-formed JSON patch in the older spelling."""
    renamed = {key: _to_older_pointer(value) if key in ("path", "from") else value for key, value in operation.items()}
    steps, value = renamed["path"].split("/")[1:], renamed.get("value")
    # A value at or above the flow holds names itself; it is renamed within the body that it would be a part of.
    if steps == _FLOW[: len(steps)] and isinstance(value, Mapping):
        for step in reversed(steps):
            value = {step: value}
        value = to_older(value)
        for step in steps:
            value = value[step]
        renamed["value"] = value
    return renamed


def to_newer(content: Any, flow_name: str = "pal") -> Any:
    """Return an answer in the newer spelling, with `<flow_name>_interruptibility`."""
    if isinstance(content, list):
        return [to_newer(one, flow_name) for one in content]
    if not isinstance(content, Mapping):
        return content
    names: dict[str, str] = {**NEWER, "replica_interruptibility": f"{flow_name}_interruptibility"}
    renamed: dict[str, Any] = {str(names.get(name, name)): value for name, value in content.items()}
    if "data" in renamed:
        renamed["data"] = to_newer(renamed["data"], flow_name)
    return _rename_flow(renamed, lambda flow: to_newer(flow, flow_name))


def answer_in_newer(handler: Handler, find_flow_name: Callable[[], str]) -> Handler:
    """Return a handler for the newer path that answers in the newer spelling."""

    def handle(request: Request) -> Response:
        request.state.newer = True
        try:
            response = handler(request)
        except ErrorAnswer as refusal:
            raise ErrorAnswer(refusal.status, _to_newer_text(refusal.text), refusal.key, **refusal.others) from refusal
        if not response.body:
            return response
        return JsonResponse(to_newer(json.loads(bytes(response.body)), find_flow_name()), response.status_code)

    return handle


def is_on_newer_path(request: Request) -> bool:
    """Return whether the request came on a newer path."""
    return getattr(request.state, "newer", False)


def has_newer_names(body: Mapping[str, Any]) -> bool:
    """Return whether the body has a name in the newer spelling."""
    return not body.keys().isdisjoint(_OLDER)


def _rename_flow(body: dict[str, Any], rename: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Return the body with renamed members of `layers.conversational_flow`."""
    layers = body.get("layers")
    flow = layers.get("conversational_flow") if isinstance(layers, Mapping) else None
    if not isinstance(layers, Mapping) or not isinstance(flow, Mapping):
        return body
    return {**body, "layers": {**layers, "conversational_flow": rename(flow)}}


def _to_older_pointer(pointer: str) -> str:
    return "/".join(_OLDER.get(step, step) for step in pointer.split("/"))


def _to_newer_text(text: str) -> str:
    invalid, _, name = text.rpartition(" ")
    return f"{invalid} {NEWER.get(name, name)}" if invalid == "Invalid" else text
