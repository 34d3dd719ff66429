"""Replicas: training that takes hours, renaming and deletion."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, get, status_and_body
from tests.support.conversations import PERSONA, REPLICA

VIDEO = {"train_video_url": "https://example.com/video.mp4"}
IMAGE = {"train_image_url": "https://example.com/image.png", "voice_name": "Anna"}
ANNAS, CHARLIES = "v0a1b2c3d4e5f", "v1b2c3d4e5f60"
"""Ids of voices."""
INVALID = (400, {"error": "Invalid replica_id"})
HOUR = 3600


def create_replica(api: httpx.Client, **body: Any) -> str:
    """Create a replica and return its path."""
    return f"/v2/replicas/{create_object(api, 'replicas', **{**VIDEO, **body})['replica_id']}"


def read(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the replica as GET shows it."""
    answer: dict[str, Any] = api.get(path).raise_for_status().json()
    return answer


def test_a_creation_answers_with_id_and_status(api: httpx.Client) -> None:
    """The answer to a creation has id and status, and GET never shows the sources."""
    answer = create_object(api, "replicas", **VIDEO, replica_name="Rio", consent_video_url="https://example.com/c.mp4")
    assert (set(answer), answer["status"]) == ({"replica_id", "status"}, "started")
    one = read(api, f"/v2/replicas/{answer['replica_id']}")
    assert one == {
        **answer,
        "replica_name": "Rio",
        "model_name": "phoenix-4",
        "training_progress": "0/100",
        "error_message": None,
        "default_voice_id": None,
        "original_voice_id": None,
        "created_at": one["created_at"],
        "updated_at": one["created_at"],
    }


def test_training_takes_hours(sandbox: Sandbox, api: httpx.Client) -> None:
    """Training shows its progress as a string, and a thumbnail at the end."""
    path = create_replica(api)
    seen = []
    for _ in range(5):
        seen.append((read(api, path)["status"], read(api, path)["training_progress"]))
        sandbox.control.advance(HOUR)
    assert seen == [*(("started", f"{done}/100") for done in (0, 25, 50, 75)), ("completed", "100/100")]
    assert read(api, path)["thumbnail_video_url"].startswith("https://")


def test_training_time_can_be_chosen(sandbox: Sandbox, api: httpx.Client) -> None:
    """A changed training time applies to replicas that are created later, until a reset."""
    path = create_replica(api)
    sandbox.control.set_behavior(training=8)
    quick = create_replica(api)
    sandbox.control.advance(8)
    assert (read(api, path)["status"], read(api, quick)["status"]) == ("started", "completed")
    sandbox.control.reset()
    path = create_replica(api)
    sandbox.control.advance(8)
    assert read(api, path)["status"] == "started"


def test_training_fails_on_demand(sandbox: Sandbox, api: httpx.Client) -> None:
    """fail_training makes the next replica, or a named one, end in `error` with a text."""
    first, second, third = create_replica(api), None, None
    sandbox.control.fail_training("Too dark.")
    second, third = create_replica(api), create_replica(api)
    sandbox.control.fail_training("Too loud.", third.rpartition("/")[2])
    sandbox.control.advance(4 * HOUR)
    outcomes = [(read(api, path)["status"], read(api, path)["error_message"]) for path in (first, second, third)]
    assert outcomes == [("completed", None), ("error", "Too dark."), ("error", "Too loud.")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "Either train_video_url or train_image_url must be provided."),
        ({**VIDEO, **IMAGE}, "Only one of train_video_url and train_image_url can be provided."),
        ({"train_image_url": "https://example.com/i.png"}, "voice_name is required with train_image_url"),
        ({**VIDEO, "voice_name": "nobody"}, "Invalid voice_name"),
        ({**VIDEO, "default_voice_id": "anna"}, "Invalid default_voice_id"),
        ({**IMAGE, "default_voice_id": ANNAS}, "Only one of default_voice_id and voice_name can be provided."),
        ({**VIDEO, "model_name": "phoenix-0"}, "model_name: 'phoenix-0' is not one of ['phoenix-3', 'phoenix-4', 'phoenix-4.5']"),
        ({**VIDEO, "properties": {"background_green_screen": "yes"}}, "background_green_screen must be a boolean"),
    ],
)
def test_a_wrong_body_is_refused(api: httpx.Client, body: dict[str, Any], error: str) -> None:
    """A replica needs exactly one source, and an image needs a voice."""
    assert status_and_body(api.post("/v2/replicas", json=body)) == (400, {"error": error})


def test_an_image_is_trained_with_a_voice(api: httpx.Client) -> None:
    """The name of a voice is accepted in any case."""
    assert api.post("/v2/replicas", json=IMAGE).status_code == 200


def test_the_name_can_be_changed(sandbox: Sandbox, api: httpx.Client) -> None:
    """A new name is answered 200 without a body."""
    path = create_replica(api)
    before = read(api, path)
    sandbox.control.advance(1)
    assert status_and_body(api.patch(f"{path}/name", json={"replica_name": "Rio"})) == (200, None)
    after = read(api, path)
    assert after == {**before, "replica_name": "Rio", "updated_at": after["updated_at"]}
    assert status_and_body(api.patch(f"{path}/name", json={})) == (400, {"error": "replica_name is required"})


@pytest.mark.parametrize(
    ("body", "voice"),
    [
        ({**VIDEO}, None),
        (IMAGE, ANNAS),
        ({"train_image_url": IMAGE["train_image_url"], "default_voice_id": CHARLIES}, CHARLIES),
    ],
)
def test_a_trained_replica_has_a_voice(sandbox: Sandbox, api: httpx.Client, body: dict[str, Any], voice: str | None) -> None:
    """The replica has the chosen voice, or the one of its video."""
    path = f"/v2/replicas/{create_object(api, 'replicas', **body)['replica_id']}"
    sandbox.control.advance(4 * HOUR)
    shown = read(api, path)
    assert shown["default_voice_id"] == shown["original_voice_id"] == (voice or shown["original_voice_id"])
    assert shown["default_voice_id"].startswith("v")


def test_name_and_voice_are_changed_by_a_merge_patch(sandbox: Sandbox, api: httpx.Client) -> None:
    """The patch of a face changes what it names, in the newer spelling, and the original voice stays."""
    path = create_replica(api).replace("replicas", "faces")
    sandbox.control.advance(4 * HOUR)
    original = read(api, path)["original_voice_id"]
    answer = api.patch(path, json={"face_name": "Rio", "default_voice_id": ANNAS}).raise_for_status().json()
    assert (answer["face_name"], answer["default_voice_id"], answer["original_voice_id"]) == ("Rio", ANNAS, original)
    assert read(api, path) == answer
    assert api.patch(path, json={"default_voice_id": original}).json()["default_voice_id"] == original
    assert status_and_body(api.patch(path, json={"default_voice_id": "anna"})) == (400, {"error": "Invalid default_voice_id"})
    assert status_and_body(api.patch("/v2/faces/r0", json={})) == (400, {"error": "Invalid face_id"})


def test_a_deleted_replica_cannot_be_used(api: httpx.Client) -> None:
    """A deletion is answered 200 without a body, and the replica is unknown from then on."""
    added = create_object(api, "replicas", **VIDEO)["replica_id"]
    assert status_and_body(api.delete(f"/v2/replicas/{added}")) == (200, None)
    assert status_and_body(api.get(f"/v2/replicas/{added}")) == status_and_body(api.delete(f"/v2/replicas/{added}")) == INVALID
    assert status_and_body(api.patch(f"/v2/replicas/{added}/name", json={"replica_name": "Rio"})) == INVALID
    assert status_and_body(api.post("/v2/conversations", json={"replica_id": added})) == INVALID


def test_a_conversation_outlives_its_replica(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation goes on when its replica is deleted."""
    (added,) = sandbox.control.seed(replicas=[{}])["replicas"]
    conversation = create_object(api, "conversations", persona_id=PERSONA, replica_id=added["replica_id"])["conversation_id"]
    api.delete(f"/v2/replicas/{added['replica_id']}", params={"hard": "true"})
    assert (get(api, conversation)["status"], get(api, conversation)["replica_id"]) == ("active", added["replica_id"])


def test_a_replica_in_training_cannot_be_used(sandbox: Sandbox, api: httpx.Client) -> None:
    """A replica can be used for conversations and videos only when its training is completed."""
    id_ = create_replica(api).rpartition("/")[2]
    bodies = {"conversations": {"replica_id": id_}, "videos": {"replica_id": id_, "script": "Hi"}}
    assert [api.post(f"/v2/{kind}", json=body).status_code for kind, body in bodies.items()] == [400, 400]
    sandbox.control.advance(4 * HOUR)
    assert [api.post(f"/v2/{kind}", json=body).status_code for kind, body in bodies.items()] == [200, 200]


def test_the_books_distinguish_hard_and_soft_deletions(sandbox: Sandbox, api: httpx.Client) -> None:
    """The books show whether a deletion was hard or soft; for Tavus's clients the replica is gone either way."""
    soft, hard = create_replica(api), create_replica(api)
    api.delete(soft)
    api.delete(hard, params={"hard": "true"})
    assert [one["deleted"] for one in sandbox.control.objects("replicas")[-2:]] == ["soft", "hard"]


def test_system_replicas_cannot_be_changed(api: httpx.Client) -> None:
    """Replicas that belong to Tavus can be neither renamed nor deleted."""
    assert api.delete(f"/v2/replicas/{REPLICA}").status_code == 400
    assert api.patch(f"/v2/replicas/{REPLICA}/name", json={"replica_name": "Mine"}).status_code == 400
    assert read(api, f"/v2/replicas/{REPLICA}")["replica_name"] == "Anna"
