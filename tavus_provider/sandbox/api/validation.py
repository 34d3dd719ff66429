"""Validation of bodies against a JSON schema.

The schemas of this package are written from the documents on their own, not taken from the provider's tables of fields: the two
have to be able to disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from .error_answers import ErrorAnswer

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
STRINGS: Schema = {"type": "array", "items": STRING}

# assumed: unknown-fields (no schema of Tavus's bodies forbids additional properties)


def closed_object(**properties: Schema | bool) -> Schema:
    """Return the schema of an object with these properties and no others, as the control paths accept it."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _is_integer(_checker: object, value: object) -> bool:
    # A boolean is an int to Python.
    return isinstance(value, int) and not isinstance(value, bool)


_extend: Any = extend  # jsonschema gives it no types
# assumed: strict-integer (JSON Schema itself accepts 3600.0 as an integer)
_Validator = _extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def validate_fields(body: object, schema: Schema, keeps_unknown: bool = False) -> dict[str, Any]:
    """Return the fields of the body that the schema names, or all. Raises ErrorAnswer (400), worded as Tavus's examples are.

    Source: Tavus API reference, the examples of 400 to Create Guardrails, Create Document and Update Document.
    """
    problem = best_match(_Validator(schema).iter_errors(body))
    if problem is not None:
        raise ErrorAnswer(400, _describe(problem)[:300])
    return cast("dict[str, Any]", body if keeps_unknown else _select_fields(body, schema))


def _select_fields(value: Any, schema: Schema) -> Any:
    """Return the value without the members that the schema does not name, unless it allows any."""
    if isinstance(value, dict) and "properties" in schema and "additionalProperties" not in schema:
        members = schema["properties"]
        return {name: _select_fields(member, members[name]) for name, member in value.items() if name in members}
    if isinstance(value, list) and "items" in schema:
        return [_select_fields(item, schema["items"]) for item in value]
    return value


_ARTICLES = {"array": "an array", "integer": "an integer", "null": "null", "object": "an object"}


def _describe(problem: ValidationError) -> str:
    name = next((step for step in reversed(problem.absolute_path) if isinstance(step, str)), "body")
    required: Any = problem.validator_value
    if problem.validator == "required":
        return f"{next(each for each in required if each not in cast('dict[str, Any]', problem.instance))} is required"
    if problem.validator == "type":
        kinds = required if isinstance(required, list) else [required]
        return f"{name} must be {' or '.join(_ARTICLES.get(kind, f'a {kind}') for kind in kinds)}"
    return f"{name}: {problem.message}"


def validate(body: object, schema: Schema) -> Mapping[str, Any]:
    """Return the whole body if it obeys the schema. Raises ErrorAnswer (400), which names the field."""
    problem = best_match(_Validator(schema).iter_errors(body))
    if problem is not None:
        where = ".".join(str(step) for step in problem.absolute_path) or "body"
        raise ErrorAnswer(400, f"{where}: {problem.message}"[:300])
    return cast("Mapping[str, Any]", body)  # every schema here demands an object
