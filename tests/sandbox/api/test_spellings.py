"""PALs and faces: the newer names of personas and replicas, on paths and in bodies."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, patch, status_and_body
from tests.support.conversations import PERSONA, REPLICA

PAL = {"pal_name": "Guide", "system_prompt": "You help.", "default_face_id": REPLICA}


def create_pal(api: httpx.Client, **body: Any) -> str:
    """Create a PAL and return its id."""
    return str(create_object(api, "pals", **{**PAL, **body})["pal_id"])


def test_a_pal_is_a_persona(api: httpx.Client) -> None:
    """Both paths lead to the same object, each in its own spelling."""
    answer = create_object(api, "pals", **PAL)
    assert set(answer) == {"pal_id", "pal_name", "created_at"}
    newer = api.get(f"/v2/pals/{answer['pal_id']}").json()["data"][0]
    older = api.get(f"/v2/personas/{answer['pal_id']}").json()["data"][0]
    assert (newer["pal_id"], newer["pal_name"], newer["default_face_id"]) == (answer["pal_id"], "Guide", REPLICA)
    assert (older["persona_id"], older["persona_name"], older["default_replica_id"]) == (answer["pal_id"], "Guide", REPLICA)
    assert sorted(map(str, newer.values())) == sorted(map(str, older.values()))


def test_a_pal_needs_a_default_face(api: httpx.Client) -> None:
    """A PAL without default_face_id is refused, unlike a persona; default_replica_id is not enough."""
    text = "Bad Request. {'default_face_id': ['default_face_id is required when creating a pal.']}"
    for body in ({"system_prompt": "Hi"}, {"system_prompt": "Hi", "default_replica_id": REPLICA}):
        assert status_and_body(api.post("/v2/pals", json=body)) == (400, {"error": text})


def test_a_face_is_a_replica(api: httpx.Client) -> None:
    """A face can be created, read, renamed and deleted, and is a replica on the older path."""
    face = create_object(api, "faces", train_video_url="https://example.com/v.mp4", face_name="Rio")["face_id"]
    assert api.get(f"/v2/replicas/{face}").json()["replica_name"] == "Rio"
    assert api.patch(f"/v2/faces/{face}/name", json={"face_name": "Bo"}).status_code == 200
    assert api.get(f"/v2/faces/{face}", params={"verbose": "true"}).json()["face_name"] == "Bo"
    assert api.get(f"/v2/faces/{face}", params={"verbose": "true"}).json()["face_type"] == "user"
    assert api.delete(f"/v2/faces/{face}").status_code == 200
    assert status_and_body(api.get(f"/v2/faces/{face}")) == (400, {"error": "Invalid face_id"})


def test_lists_are_filtered_in_both_spellings(api: httpx.Client) -> None:
    """Lists can be filtered by pal_type, face_type and face_ids, and by their older names."""
    types = [api.get("/v2/pals", params={name: "system"}).json() for name in ("pal_type", "persona_type")]
    assert types[0] == types[1]
    assert {one["pal_id"] for one in types[0]["data"]} >= {PERSONA}
    faces = api.get("/v2/faces", params={"face_ids": REPLICA, "face_type": "system", "verbose": "true"}).json()
    assert [(one["face_id"], one["face_type"]) for one in faces["data"]] == [(REPLICA, "system")]


def test_the_conversational_flow_has_both_spellings(sandbox: Sandbox, api: httpx.Client) -> None:
    """replica_interruptibility is pal_interruptibility on newer paths, within the layers and in patches."""
    sandbox.control.set_behavior(whole_personas=True)
    id_ = create_pal(api, layers={"conversational_flow": {"pal_interruptibility": "high"}})

    def flow(kind: str) -> dict[str, Any]:
        found: dict[str, Any] = api.get(f"/v2/{kind}/{id_}").json()["data"][0]["layers"]["conversational_flow"]
        return found

    assert (flow("pals")["pal_interruptibility"], flow("personas")["replica_interruptibility"]) == ("high", "high")
    assert "replica_interruptibility" not in flow("pals")
    patch(api, f"pals/{id_}", ("replace", "/layers/conversational_flow/pal_interruptibility", "low"))
    assert flow("personas")["replica_interruptibility"] == "low"
    patch(api, f"personas/{id_}", ("add", "/layers/conversational_flow", {"pal_interruptibility": "medium"}))
    assert flow("pals")["pal_interruptibility"] == "medium"
    patch(api, f"pals/{id_}", ("add", "/layers", {"conversational_flow": {"pal_interruptibility": "high"}}))
    assert flow("pals")["pal_interruptibility"] == "high"


def test_patches_may_use_either_spelling(api: httpx.Client) -> None:
    """A patch can use either spelling on either path."""
    id_ = create_pal(api)
    for kind, pointer in (("pals", "/pal_name"), ("personas", "/pal_name"), ("pals", "/persona_name")):
        name = f"{kind}{pointer}"
        assert patch(api, f"{kind}/{id_}", ("replace", pointer, name)).status_code == 200
        assert api.get(f"/v2/personas/{id_}").json()["data"][0]["persona_name"] == name


def test_bodies_may_use_the_newer_spelling_on_older_paths(api: httpx.Client) -> None:
    """An older path accepts newer names and answers in the older spelling."""
    answer = create_object(api, "personas", **PAL)
    assert set(answer) == {"persona_id", "persona_name", "created_at"}


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("conversations", {"persona_id": PERSONA, "pal_id": PERSONA}, ("persona_id", "pal_id")),
        ("conversations", {"pal_id": PERSONA, "replica_id": REPLICA, "face_id": REPLICA}, ("replica_id", "face_id")),
        ("pals", {**PAL, "persona_name": "Guide"}, ("persona_name", "pal_name")),
        ("personas", {**PAL, "default_replica_id": REPLICA}, ("default_replica_id", "default_face_id")),
    ],
)
def test_one_name_in_both_spellings_is_refused(
    api: httpx.Client, path: str, body: dict[str, str], names: tuple[str, str]
) -> None:
    """A body with one name in both spellings is refused, even if both have the same value."""
    status, answer = status_and_body(api.post(f"/v2/{path}", json=body))
    assert status == 400
    assert answer["error"] == f"Cannot have both {names[0]} and {names[1]}"


def test_a_conversation_is_shown_in_the_spelling_of_its_creation(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation is shown in the spelling of its create call; the books have one spelling."""
    newer, older = (
        create_object(api, "conversations", **{name: PERSONA})["conversation_id"] for name in ("pal_id", "persona_id")
    )
    first, second = api.get("/v2/conversations").json()["data"]
    shown = api.get(f"/v2/conversations/{newer}").json()
    assert second == shown
    assert (shown["pal_id"], shown["face_id"]) == (PERSONA, REPLICA)
    assert (first["conversation_id"], first["persona_id"], first["replica_id"]) == (older, PERSONA, REPLICA)
    assert {room["persona_id"] for room in sandbox.control.conversations()} == {PERSONA}


@pytest.mark.parametrize("kind", ["pals", "personas"])
def test_a_fault_for_an_operation_hits_both_spellings(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """A fault for an operation or an older path hits both spellings; one for a newer path hits only that."""
    sandbox.control.inject("get_persona", status=418)
    assert api.get(f"/v2/{kind}/{PERSONA}").status_code == 418
    sandbox.control.inject(path="/v2/pals", status=418, times=None)
    assert [api.get(f"/v2/{one}").status_code for one in ("pals", "personas")] == [418, 200]
