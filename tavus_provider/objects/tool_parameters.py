"""Checks of the JSON Schema that describes a tool's arguments, and of the placeholders that stand for them.

Sources: Tavus docs, Tool Calling for LLM; tavus-cli 0.11.0; JSON Schema 2020-12, Validation.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MOST_CHARACTERS = 10_000
_MOST_LEVELS = 32
_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_RESERVED = "tavus_"


def validate_parameters(parameters: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a JSON Schema of arguments, which is that of an object."""
    if not parameters:
        return None
    if parameters.get("type", "object") != "object":
        return f'must be the JSON Schema of an object: write "type": "object", not {parameters["type"]!r}'
    reserved = [name for name in declared_names(parameters) if name.startswith(_RESERVED)]
    if reserved:
        return f"must not have an argument named {reserved[0]!r}: Tavus keeps names with {_RESERVED} for itself"
    return next(_find_mistakes(parameters, "", _MOST_LEVELS), None)


def count_characters(description: str, parameters: Mapping[str, Any]) -> int:
    """Return how long Tavus takes a tool to be: its description, and its parameters as JSON."""
    return len(description) + len(json.dumps(parameters, sort_keys=True))


def declared_names(parameters: Mapping[str, Any]) -> list[str]:
    """Return the names of the arguments that a JSON Schema declares."""
    properties = parameters.get("properties")
    return list(properties) if isinstance(properties, Mapping) else []


def find_placeholders(value: Any) -> set[str]:
    """Return the arguments that a template names in braces, at any depth; Tavus's own ones aside."""
    if isinstance(value, str):
        return {name for name in _PLACEHOLDER.findall(value) if not name.startswith(_RESERVED)}
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {name for each in inner for name in find_placeholders(each)}


def _find_mistakes(schema: Any, path: str, levels: int) -> Iterator[str]:
    at = f" at {path}" if path else ""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        yield f"must be a JSON Schema: {path} is no object"
        return
    if not levels:
        yield f"must have at most {_MOST_LEVELS} levels"
        return
    yield from _find_own_mistakes(schema, at)
    properties = schema.get("properties")
    for name, each in properties.items() if isinstance(properties, Mapping) else ():
        yield from _find_mistakes(each, f"{path}.{name}".lstrip("."), levels - 1)
    if "items" in schema:
        yield from _find_mistakes(schema["items"], f"{path}.items".lstrip("."), levels - 1)


def _find_own_mistakes(schema: Mapping[str, Any], at: str) -> Iterator[str]:
    kinds = schema.get("type", [])
    wrong = [each for each in (kinds if isinstance(kinds, list) else [kinds]) if each not in _TYPES]
    if wrong:
        yield f"must be a JSON Schema: type{at} is one of {', '.join(_TYPES)}, not {wrong[0]!r}"
    if not isinstance(schema.get("properties", {}), Mapping):
        yield f"must be a JSON Schema: properties{at} is an object"
    if not isinstance(schema.get("enum", []), list):
        yield f"must be a JSON Schema: enum{at} is a list"
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(each, str) for each in required):
        yield f"must be a JSON Schema: required{at} is a list of names"
