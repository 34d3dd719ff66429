"""The JSON Patch between two documents: correct for any two, and as small as possible."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.lifecycle.json_patch import make_patch, split_path

NAMES = st.sampled_from(["a", "b", "layers", "a/b", "~", "m~n/o", "", "0", "-"])
LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)


@given(DOCUMENTS, DOCUMENTS, st.sampled_from([(), ("/a", "/layers", "/b/a")]))
def test_applying_the_patch_gives_what_is_wanted(
    document: dict[str, Any], wanted: dict[str, Any], itemwise: tuple[str, ...]
) -> None:
    """Another implementation of JSON Patch turns the first document into the second one, for any two documents."""
    before = copy.deepcopy(document)
    assert jsonpatch.apply_patch(document, make_patch(document, wanted, itemwise)) == wanted
    assert document == before


@given(DOCUMENTS)
def test_what_is_already_so_needs_no_patch(document: dict[str, Any]) -> None:
    """The patch between equal documents is empty."""
    assert make_patch(document, copy.deepcopy(document)) == []


@pytest.mark.parametrize(
    ("document", "wanted", "operations"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [{"op": "add", "path": "/b", "value": 3}]),
        ({"a": 1, "b": 2}, {"b": 2}, [{"op": "remove", "path": "/a"}]),
        ({"a": True}, {"a": 1}, [{"op": "add", "path": "/a", "value": 1}]),
        (
            {"layers": {"llm": {"model": "m", "base_url": "u"}}},
            {"layers": {"llm": {"model": "n", "base_url": "u"}}},
            [{"op": "add", "path": "/layers/llm/model", "value": "n"}],
        ),
        (
            {"layers": {}},
            {"layers": {"tts": {"api_key": "k"}}},
            [{"op": "add", "path": "/layers/tts", "value": {"api_key": "k"}}],
        ),
        ({}, {"layers": {"tts": {}}}, [{"op": "add", "path": "/layers", "value": {"tts": {}}}]),
        ({"rules": [1, 2]}, {"rules": [1, 3]}, [{"op": "add", "path": "/rules", "value": [1, 3]}]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, [{"op": "add", "path": "/a~1b/~0", "value": 2}]),
    ],
)
def test_only_what_differs_is_patched(document: dict[str, Any], wanted: dict[str, Any], operations: list[Any]) -> None:
    """A member is set by the longest path that exists, a whole object where it is absent, and a list as a whole."""
    assert make_patch(document, wanted) == operations


def test_lists_can_be_patched_item_by_item() -> None:
    """The patch changes single members of items, adds new items at the end, and removes items from the end backwards."""
    document = {"data": [{"name": "a", "id": 1}, {"name": "b", "id": 2}, {"name": "c", "id": 3}]}
    assert make_patch(document, {"data": [{"name": "x", "id": 1}]}, ["/data"]) == [
        {"op": "add", "path": "/data/0/name", "value": "x"},
        {"op": "remove", "path": "/data/2"},
        {"op": "remove", "path": "/data/1"},
    ]
    longer = {"data": [*document["data"], {"name": "d"}]}
    assert make_patch(document, longer, ["/data"]) == [{"op": "add", "path": "/data/-", "value": {"name": "d"}}]


def test_a_path_names_what_it_leads_through() -> None:
    """Escapes are undone in the order that RFC 6901 asks for."""
    assert split_path("/data/0/a~1b/~01") == ["data", "0", "a/b", "~1"]
