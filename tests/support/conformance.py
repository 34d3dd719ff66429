"""Values compared with the types that the schema of the native plugin promises: SDKs of typed languages refuse any other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tavus_provider.native.schema import read_schema

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": (int, float),
    "number": (int, float),
    "array": list,
    "object": dict,
}


def find_deviations(token: str, outputs: Mapping[str, Any]) -> list[str]:
    """Return the paths of a resource's outputs whose values have another type than the schema says."""
    schema = json.loads(read_schema())
    properties = schema["resources"][token]["properties"]
    return [path for name, value in outputs.items() for path in _compare(schema, properties.get(name, {}), value, name)]


def _compare(schema: Any, described: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping) and "plaintext" in value:
        value = json.loads(value["plaintext"])
    described = schema["types"].get(described.get("$ref", "").removeprefix("#/types/"), described)
    kind = _TYPES.get(described.get("type", ""))
    if value is None or kind is None:
        return
    if not isinstance(value, kind):
        yield path
    for step, member, each in _find_members(described, value):
        yield from _compare(schema, member, each, path + step)


def _find_members(described: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Yield the step of a path, the described type and the value of each member."""
    if isinstance(value, list):
        yield from ((f"[{number}]", described.get("items", {}), each) for number, each in enumerate(value))
    elif isinstance(value, Mapping):
        members, others = described.get("properties", {}), described.get("additionalProperties", {})
        yield from ((f".{name}", members.get(name, others), each) for name, each in value.items())
