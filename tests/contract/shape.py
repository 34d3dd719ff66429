"""Comparison of JSON values with the fields of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.contract.facts import Facts, Fields

_KINDS: dict[type, str] = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "integer",
    list: "array",
    str: "string",
    type(None): "null",
}


def describe_type(value: Any) -> str:
    """Return the type of a JSON value in the words of OpenAPI; 1800.0 is a number and not an integer."""
    return _KINDS[type(value)]


def mismatches(value: Any, fields: Fields | None, name: str = "") -> Iterator[str]:
    """Yield each way in which the value at the field `name` violates the contract; no fields mean no body."""
    if fields is None:
        yield from () if value is None else (f"has a body: {value!r}",)
    elif name not in fields:
        yield f"{name} is no field of the contract"
    elif reason := _refused(value, fields[name]):
        yield f"{name} {reason}"
    elif value is not None:
        for inner, member in _members(value, fields, name):
            yield from mismatches(member, fields, inner)
        yield from _missing(value, fields, name)


def query_mismatches(query: Mapping[str, str], fields: Fields) -> Iterator[str]:
    """Yield each query parameter that the contract does not have, or whose text does not parse as its type."""
    for name, text in query.items():
        yield from mismatches(_parse(text, fields.get(name, {})), fields, name)


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every field of the value, with its own value."""
    yield name, value
    for inner, member in _inside(value, name):
        yield from flatten(member, inner)


def _parse(text: str, facts: Facts) -> Any:
    """Return the value that a query parameter's text stands for, or the text if it does not parse."""
    if facts.get("type") == "integer" and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text) if facts.get("type") == "boolean" else text


def _refused(value: Any, facts: Facts) -> str | None:
    if value is None:
        return None if facts.get("nullable") else "is null"
    kind, wanted = describe_type(value), facts.get("type", describe_type(value))
    if kind != wanted and (kind, wanted) != ("integer", "number"):
        return f"is of type {kind}, not {wanted}: {value!r}"
    if "enum" in facts and value not in facts["enum"]:
        return f"is none of {facts['enum']}: {value!r}"
    too_low = "minimum" in facts and value < facts["minimum"]
    too_high = "maximum" in facts and value > facts["maximum"]
    return f"is out of bounds: {value!r}" if too_low or too_high else None


def _members(value: Any, fields: Fields, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the members that the contract describes: none of an object that may hold anything."""
    if f"{name}{{}}" in fields:
        yield from ((f"{name}{{}}", member) for member in value.values())
    elif not fields[name].get("open") and _inner(fields, name):
        yield from _inside(value, name)


def _missing(value: Any, fields: Fields, name: str) -> Iterator[str]:
    present = {inner for inner, _ in _inside(value, name)}
    for inner in _inner(fields, name) if isinstance(value, dict) else ():
        if fields[inner].get("required") and "variant" not in fields[inner] and inner not in present:
            yield f"{inner} is missing"


def _inside(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{name}.{key}" if name else key, member) for key, member in value.items())
    if isinstance(value, list):
        yield from ((f"{name}[]", item) for item in value)


def _inner(fields: Fields, name: str) -> list[str]:
    """Return the fields directly inside the field `name`."""
    return [each for each in fields if each and _outer(each) == name]


def _outer(name: str) -> str:
    for end in ("[]", "{}"):
        if name.endswith(end):
            return name.removesuffix(end)
    return name.rpartition(".")[0]
