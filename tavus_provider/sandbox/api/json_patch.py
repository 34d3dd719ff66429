"""JSON patches: operations that change the document of an object.

Sources: RFC 6902; Tavus API reference, Patch Persona, Patch Objective, Patch Guardrails, Update Pronunciation Dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import jsonpatch
from jsonpointer import JsonPointerException

from .error_answers import ErrorAnswer
from .validation import STRING, Schema, validate

Operation = Mapping[str, Any]

_POINTER: Schema = {**STRING, "pattern": "^(/|$)"}


def _require_member(member: str, *operations: str) -> Schema:
    return {"if": {"properties": {"op": {"enum": list(operations)}}}, "then": {"required": [member]}}


_OPERATIONS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "copy", "move", "test"]},
            "path": _POINTER,
            "from": _POINTER,
        },
        "required": ["op", "path"],
        "allOf": [_require_member("value", "add", "replace", "test"), _require_member("from", "copy", "move")],
    },
}


class PatchError(Exception):
    """A patch that is malformed, or that does not fit the document."""


def parse_patch(body: object) -> Sequence[Operation]:
    """Return the operations of a patch. Raises PatchError where it is malformed."""
    # `value` may be anything, as in RFC 6902. The contract demands a string for personas, against its own examples.
    try:
        validate(body, _OPERATIONS)
    except ErrorAnswer as problem:
        raise PatchError(problem.text) from problem
    return cast("Sequence[Operation]", body)


def apply_patch(document: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return the document as the operations leave it. Raises PatchError where one of them cannot be applied."""
    try:
        return jsonpatch.apply_patch(document, operations)
    # jsonpatch lets Python's own errors through where a pointer leads into a value of another type.
    except (jsonpatch.JsonPatchException, JsonPointerException, LookupError, TypeError, ValueError) as problem:
        raise PatchError(str(problem)) from problem
