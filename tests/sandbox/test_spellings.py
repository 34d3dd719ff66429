"""PALs and faces: the newer names of personas and replicas, on every path and in every body."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import answered, made, patch
from tests.support.conversations import PERSONA, REPLICA

PAL = {"pal_name": "Guide", "system_prompt": "You help.", "default_face_id": REPLICA}


def pal(api: httpx.Client, **body: Any) -> str:
    """Create a PAL and return its id."""
    return str(made(api, "pals", **{**PAL, **body})["pal_id"])


def test_a_pal_is_a_persona(api: httpx.Client) -> None:
    """Both paths lead to the same object, each in its own spelling."""
    answer = made(api, "pals", **PAL)
    assert set(answer) == {"pal_id", "pal_name", "created_at"}
    newer = api.get(f"/v2/pals/{answer['pal_id']}").json()["data"][0]
    older = api.get(f"/v2/personas/{answer['pal_id']}").json()["data"][0]
    assert (newer["pal_id"], newer["pal_name"], newer["default_face_id"]) == (answer["pal_id"], "Guide", REPLICA)
    assert (older["persona_id"], older["persona_name"], older["default_replica_id"]) == (answer["pal_id"], "Guide", REPLICA)
    assert sorted(map(str, newer.values())) == sorted(map(str, older.values()))


def test_a_pal_needs_a_default_face(api: httpx.Client) -> None:
    """Unlike a persona; default_replica_id is not enough."""
    text = "Bad Request. {'default_face_id': ['default_face_id is required when creating a pal.']}"
    for body in ({"system_prompt": "Hi"}, {"system_prompt": "Hi", "default_replica_id": REPLICA}):
        assert answered(api.post("/v2/pals", json=body)) == (400, {"error": text})


def test_a_face_is_a_replica(api: httpx.Client) -> None:
    """Created, shown, renamed and deleted."""
    face = made(api, "faces", train_video_url="https://example.com/v.mp4", face_name="Rio")["face_id"]
    assert api.get(f"/v2/replicas/{face}").json()["replica_name"] == "Rio"
    assert api.patch(f"/v2/faces/{face}/name", json={"face_name": "Bo"}).status_code == 200
    assert api.get(f"/v2/faces/{face}", params={"verbose": "true"}).json()["face_name"] == "Bo"
    assert api.get(f"/v2/faces/{face}", params={"verbose": "true"}).json()["face_type"] == "user"
    assert api.delete(f"/v2/faces/{face}").status_code == 200
    assert answered(api.get(f"/v2/faces/{face}")) == (400, {"error": "Invalid face_id"})


def test_lists_are_filtered_in_both_spellings(api: httpx.Client) -> None:
    """pal_type, face_type and face_ids."""
    types = [api.get("/v2/pals", params={name: "system"}).json() for name in ("pal_type", "persona_type")]
    assert types[0] == types[1]
    assert {one["pal_id"] for one in types[0]["data"]} >= {PERSONA}
    faces = api.get("/v2/faces", params={"face_ids": REPLICA, "face_type": "system", "verbose": "true"}).json()
    assert [(one["face_id"], one["face_type"]) for one in faces["data"]] == [(REPLICA, "system")]


def test_the_flow_has_a_name_of_its_own(sandbox: Sandbox, api: httpx.Client) -> None:
    """replica_interruptibility is pal_interruptibility, inside the layers."""
    sandbox.control.set_behavior(whole_personas=True)
    id_ = pal(api, layers={"conversational_flow": {"pal_interruptibility": "high"}})

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
    """On either path."""
    id_ = pal(api)
    for kind, pointer in (("pals", "/pal_name"), ("personas", "/pal_name"), ("pals", "/persona_name")):
        name = f"{kind}{pointer}"
        assert patch(api, f"{kind}/{id_}", ("replace", pointer, name)).status_code == 200
        assert api.get(f"/v2/personas/{id_}").json()["data"][0]["persona_name"] == name


def test_bodies_may_use_the_newer_spelling_on_older_paths(api: httpx.Client) -> None:
    """The answers to older paths stay in the older one."""
    answer = made(api, "personas", **PAL)
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
    """Even where both say the same."""
    status, answer = answered(api.post(f"/v2/{path}", json=body))
    assert status == 400
    assert answer["error"] == f"Cannot have both {names[0]} and {names[1]}"


def test_a_conversation_is_told_as_it_was_created(sandbox: Sandbox, api: httpx.Client) -> None:
    """With pal_id and face_id, or with persona_id and replica_id; the books know one spelling."""
    newer, older = (made(api, "conversations", **{name: PERSONA})["conversation_id"] for name in ("pal_id", "persona_id"))
    first, second = api.get("/v2/conversations").json()["data"]
    shown = api.get(f"/v2/conversations/{newer}").json()
    assert second == shown
    assert (shown["pal_id"], shown["face_id"]) == (PERSONA, REPLICA)
    assert (first["conversation_id"], first["persona_id"], first["replica_id"]) == (older, PERSONA, REPLICA)
    assert {room["persona_id"] for room in sandbox.control.conversations()} == {PERSONA}


@pytest.mark.parametrize("kind", ["pals", "personas"])
def test_a_fault_for_an_operation_hits_both_spellings(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """What is named by its purpose, or by its older path; the newer path alone means itself."""
    sandbox.control.inject("get_persona", status=418)
    assert api.get(f"/v2/{kind}/{PERSONA}").status_code == 418
    sandbox.control.inject(path="/v2/pals", status=418, times=None)
    assert [api.get(f"/v2/{one}").status_code for one in ("pals", "personas")] == [418, 200]
