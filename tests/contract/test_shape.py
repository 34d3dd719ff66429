"""The comparison that contract tests rest on finds violations and accepts what is right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.facts import Fields
from tests.contract.shape import flatten, mismatches, query_mismatches

FIELDS: Fields = {
    "": {"type": "object"},
    "size": {"type": "integer", "minimum": 1, "maximum": 9, "required": True},
    "share": {"type": "number"},
    "on": {"type": "boolean"},
    "kind": {"type": "string", "enum": ["a", "b"], "nullable": True},
    "parts": {"type": "array"},
    "parts[]": {"type": "object"},
    "parts[].id": {"type": "string", "required": True},
    "labels": {"type": "object"},
    "labels{}": {"type": "string"},
    "extra": {"type": "object", "open": True},
    "text": {"type": "string", "required": True, "variant": 1},
}


@pytest.mark.parametrize(
    "value",
    [
        {"size": 1},
        {"size": 9, "share": 0.5, "on": False, "kind": None, "parts": [], "labels": {}, "extra": {}},
        {"size": 5, "share": 1, "kind": "a", "parts": [{"id": ""}], "labels": {"any": "x"}, "extra": {"any": [{}]}, "text": "t"},
    ],
)
def test_what_the_contract_allows_passes(value: Any) -> None:
    """Fields of the right types pass, integers as numbers too, and so does anything where the contract allows anything."""
    assert list(mismatches(value, FIELDS)) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([], " is of type array, not object: []"),
        ({}, "size is missing"),
        ({"size": 1.0}, "size is of type number, not integer: 1.0"),
        ({"size": True}, "size is of type boolean, not integer: True"),
        ({"size": None}, "size is null"),
        ({"size": 0}, "size is out of bounds: 0"),
        ({"size": 10}, "size is out of bounds: 10"),
        ({"size": 1, "on": 1}, "on is of type integer, not boolean: 1"),
        ({"size": 1, "kind": "c"}, "kind is none of ['a', 'b']: 'c'"),
        ({"size": 1, "other": 1}, "other is no field of the contract"),
        ({"size": 1, "parts": [{"id": "1"}, {}]}, "parts[].id is missing"),
        ({"size": 1, "parts": [{"id": "1", "name": ""}]}, "parts[].name is no field of the contract"),
        ({"size": 1, "labels": {"any": 1}}, "labels{} is of type integer, not string: 1"),
    ],
)
def test_what_the_contract_does_not_allow_is_found(value: Any, found: str) -> None:
    """Wrong types, unknown and missing fields and values out of bounds are each reported with their field."""
    assert list(mismatches(value, FIELDS)) == [found]


def test_a_body_where_there_is_none_is_found() -> None:
    """Where the contract has no body, only an empty one passes."""
    assert list(mismatches(None, None)) == []
    assert list(mismatches({}, None)) == ["has a body: {}"]


def test_queries_are_read_as_their_types() -> None:
    """The text of a parameter has to parse as its type, and the contract has to have the parameter."""
    assert list(query_mismatches({"size": "3", "on": "true", "kind": "a", "text": "7"}, FIELDS)) == []
    assert list(query_mismatches({"size": "many", "on": "yes", "page": "1"}, FIELDS)) == [
        "size is of type string, not integer: 'many'",
        "on is of type string, not boolean: 'yes'",
        "page is no field of the contract",
    ]


def test_fields_are_named_as_in_the_contract() -> None:
    """Members and items have the names that the contract would give them."""
    assert dict(flatten({"a": {"b": [1]}})) == {"": {"a": {"b": [1]}}, "a": {"b": [1]}, "a.b": [1], "a.b[]": 1}
