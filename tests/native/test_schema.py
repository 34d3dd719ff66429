"""The schema: it follows the tables, and no change of it breaks a program that was written for an earlier one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tavus_provider
from tavus_provider.native.registry import resource_tokens
from tavus_provider.native.schema import FILE, make_schema
from tavus_provider.program.resource import Resource

PUBLISHED = Path(__file__).parent / "published.json"
"""What programs may have written so far: `python -m tests.native.test_schema` adds to it what is new, and removes nothing."""

Promises = dict[str, str]


PARTS = {"resources": ("inputProperties", "properties"), "functions": ("inputs", "outputs"), "types": ("properties",)}
"""Where the properties of each kind of token are."""


def find_promises(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a program relies on: each token and property with its type, and which inputs it does not need to give."""
    for kind, parts in PARTS.items():
        for token, described in schema[kind].items():
            yield token, kind
            for part in parts:
                # Those of functions are in an object of their own.
                properties = described[part].get("properties", {}) if kind == "functions" else described[part]
                yield from ((f"{token} {part} {name}", describe_type(each)) for name, each in properties.items())
            required = described.get("requiredInputs", described.get("required", []))
            inputs = () if kind == "functions" else described[parts[0]]
            yield from ((f"{token} optional {name}", "optional") for name in inputs if name not in required)


def describe_type(property_: dict[str, Any]) -> str:
    """Return the type of a property as text."""
    return json.dumps({key: property_[key] for key in ("type", "$ref", "items", "oneOf") if key in property_})


def find_broken(published: Promises, current: Promises) -> list[str]:
    """Return the promises that no longer hold."""
    return [f"{name}: {what} is now {current.get(name)}" for name, what in published.items() if current.get(name) != what]


def test_no_change_breaks_a_program() -> None:
    """Each token, property and type that was published is still there, and nothing that was optional is required."""
    assert find_broken(json.loads(PUBLISHED.read_text()), dict(find_promises(make_schema()))) == []


@pytest.mark.parametrize("change", ["removed", "of another type", "required"])
def test_a_breaking_change_is_noticed(change: str) -> None:
    """An input that is gone, has another type or became required breaks programs."""
    schema = make_schema()
    call = schema["resources"]["tavus:index:Conversation"]
    if change == "removed":
        del call["inputProperties"]["maxCallDuration"]
    elif change == "of another type":
        call["inputProperties"]["maxCallDuration"]["type"] = "string"
    else:
        call["requiredInputs"].append("maxCallDuration")
    broken = find_broken(json.loads(PUBLISHED.read_text()), dict(find_promises(schema)))
    assert broken
    assert all("maxCallDuration" in each for each in broken)


def test_no_type_has_the_name_of_a_resource() -> None:
    """In the SDKs of other languages, both would be one name."""
    schema = make_schema()
    assert schema["types"].keys() & schema["resources"].keys() == set()


def test_the_schema_has_every_resource_and_every_secret() -> None:
    """Each resource class has a type with an alias to its dynamic one; what is secret there, or replaces, says so."""
    schema = json.loads(FILE.read_text())
    classes = [getattr(tavus_provider, name) for name in tavus_provider.__all__ if name[0].isupper()]
    names = {each.__name__ for each in classes if isinstance(each, type) and issubclass(each, Resource)}
    described = {token.rpartition(":")[2]: each for token, each in schema["resources"].items()}
    components = {name for name, each in described.items() if each.get("isComponent")}
    assert {token.rpartition(":")[2] for token in resource_tokens()} == names == described.keys() - components
    assert components == {"RecordingStorage"}
    conversation = schema["resources"]["tavus:index:Conversation"]
    assert conversation["aliases"] == [{"type": "pulumi-python:dynamic/tavus:Conversation"}]
    assert conversation["properties"]["meetingToken"]["secret"] is True
    assert conversation["inputProperties"]["language"]["willReplaceOnChanges"] is True
    assert "willReplaceOnChanges" not in conversation["inputProperties"]["onEnded"]
    assert schema["types"]["tavus:index:Llm"]["properties"]["apiKey"]["secret"] is True


if __name__ == "__main__":
    earlier = json.loads(PUBLISHED.read_text()) if PUBLISHED.exists() else {}
    PUBLISHED.write_text(json.dumps({**dict(find_promises(make_schema())), **earlier}, indent=0, sort_keys=True) + "\n")
