"""Naming: what is translated in requests and answers, and what is the user's own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.api.naming import NAMINGS, PAL

NAMES = st.sampled_from([*PAL.fields, "system_prompt", "tools"])
MEMBERS = st.dictionaries(NAMES, st.text(max_size=3))


def test_paths_fields_and_queries_have_the_newer_names() -> None:
    """Paths, members and query parameters are translated, also those of conversations."""
    assert PAL.to_wire_path("/v2/personas/p1") == "/v2/pals/p1"
    assert PAL.to_wire_path("/v2/replicas") == "/v2/faces"
    assert PAL.to_wire_path("/v2/conversations/c1/end") == "/v2/conversations/c1/end"
    assert PAL.to_wire_query({"replica_ids": "r1,r2", "page": 1}) == {"face_ids": "r1,r2", "page": 1}
    assert PAL.to_wire_body({"persona_id": "p1", "replica_id": "r1"}) == {"pal_id": "p1", "face_id": "r1"}
    assert PAL.from_wire({"data": [{"pal_id": "p1", "default_face_id": "r1"}], "total_count": 1}) == {
        "data": [{"persona_id": "p1", "default_replica_id": "r1"}],
        "total_count": 1,
    }


def test_a_json_patch_has_them_in_paths_and_whole_layers() -> None:
    """A JSON Patch is translated in its paths and in a layer that is set as a whole."""
    patch: list[dict[str, Any]] = [
        {"op": "add", "path": "/default_replica_id", "value": "r1"},
        {"op": "add", "path": "/layers/conversational_flow", "value": {"replica_interruptibility": "low"}},
        {"op": "remove", "path": "/persona_name"},
    ]
    assert PAL.to_wire_body(patch) == [
        {"op": "add", "path": "/default_face_id", "value": "r1"},
        {"op": "add", "path": "/layers/conversational_flow", "value": {"replica_interruptibility": "low"}},
        {"op": "remove", "path": "/pal_name"},
    ]


@pytest.mark.parametrize("newer", ["pal_interruptibility", "face_interruptibility", "replica_interruptibility"])
def test_interruptibility_is_read_under_each_of_its_names(newer: str) -> None:
    """Tavus's sources differ about the newer name, so the older one is sent, and all are read."""
    read = PAL.from_wire({"data": [{"layers": {"conversational_flow": {newer: "low"}}}]})
    assert read == {"data": [{"layers": {"conversational_flow": {"replica_interruptibility": "low"}}}]}
    sent = PAL.to_wire_body({"layers": {"conversational_flow": {"replica_interruptibility": "low"}}})
    assert sent == {"layers": {"conversational_flow": {"replica_interruptibility": "low"}}}


def test_what_is_the_users_own_is_left_alone() -> None:
    """Members of a custom model's body or of a webhook's parameters keep their names."""
    body = {"layers": {"llm": {"extra_body": {"persona_id": "mine"}, "tools": [{"replica_id": "mine"}]}}}
    assert PAL.to_wire_body(body) == body


def test_messages_have_the_older_names() -> None:
    """Tavus's messages are translated, so that an answer that means gone is recognized and an input has its name."""
    assert PAL.from_wire_text("Invalid pal_id") == "Invalid persona_id"
    assert (
        PAL.from_wire_text("default_face_id is required; faces are trained")
        == "default_replica_id is required; faces are trained"
    )


@given(st.fixed_dictionaries({"data": st.lists(MEMBERS), "layers": st.fixed_dictionaries({"conversational_flow": MEMBERS})}))
def test_what_is_sent_is_read_back_the_same(content: dict[str, Any]) -> None:
    """In either naming, a translated body translates back to itself."""
    for naming in NAMINGS.values():
        assert naming.from_wire(naming.to_wire_body(content)) == content
