"""JSON patches: how an object is changed by operations on its document.

Sources: RFC 6902; Tavus API reference, Patch Persona, Patch Objective, Patch Guardrails, Update Pronunciation Dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import jsonpatch
from jsonpointer import JsonPointerException

from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.schemas import STRING, Schema, validate

Operation = Mapping[str, Any]

_POINTER: Schema = {**STRING, "pattern": "^(/|$)"}


def _need(field: str, *operations: str) -> Schema:
    return {"if": {"properties": {"op": {"enum": list(operations)}}}, "then": {"required": [field]}}


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
        "allOf": [_need("value", "add", "replace", "test"), _need("from", "copy", "move")],
    },
}


class Unfit(Exception):
    """A patch that is malformed, or that does not fit the document."""


def operations_of(body: object) -> Sequence[Operation]:
    """Return the operations of a patch. Raises Unfit where it is malformed.

    `value` may be anything, and has to be there for add, replace and test, as RFC 6902 has it. The contract wants a string
    in every operation on a persona, against its own examples.
    """
    try:
        validate(body, _OPERATIONS)
    except ApiError as problem:
        raise Unfit(problem.text) from problem
    return cast("Sequence[Operation]", body)


def patched(document: Mapping[str, Any], operations: Sequence[Operation]) -> Any:
    """Return what the operations make of the document. Raises Unfit where one of them cannot be done."""
    try:
        return jsonpatch.apply_patch(document, operations)
    except (jsonpatch.JsonPatchException, JsonPointerException, LookupError, TypeError, ValueError) as problem:
        raise Unfit(str(problem)) from problem
