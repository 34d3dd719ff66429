"""Replicas: training that takes hours, of which nothing but the name can be changed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import answered, get, made
from tests.support.conversations import PERSONA, REPLICA

VIDEO = {"train_video_url": "https://example.com/video.mp4"}
IMAGE = {"train_image_url": "https://example.com/image.png", "voice_name": "Anna"}
INVALID = (400, {"error": "Invalid replica_id"})
HOUR = 3600


def replica(api: httpx.Client, **body: Any) -> str:
    """Create a replica and return its path."""
    return f"/v2/replicas/{made(api, 'replicas', **{**VIDEO, **body})['replica_id']}"


def shown(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the replica as GET tells it."""
    answer: dict[str, Any] = api.get(path).raise_for_status().json()
    return answer


def test_a_creation_tells_id_and_status(api: httpx.Client) -> None:
    """What it was made of is never told again."""
    answer = made(api, "replicas", **VIDEO, replica_name="Rio", consent_video_url="https://example.com/c.mp4")
    assert (set(answer), answer["status"]) == ({"replica_id", "status"}, "started")
    one = shown(api, f"/v2/replicas/{answer['replica_id']}")
    assert one == {
        **answer,
        "replica_name": "Rio",
        "model_name": "phoenix-4",
        "training_progress": "0/100",
        "error_message": None,
        "created_at": one["created_at"],
        "updated_at": one["created_at"],
    }


def test_training_takes_hours(sandbox: Sandbox, api: httpx.Client) -> None:
    """Its progress is a text; at the end there is a thumbnail."""
    path = replica(api)
    seen = []
    for _ in range(5):
        seen.append((shown(api, path)["status"], shown(api, path)["training_progress"]))
        sandbox.control.advance(HOUR)
    assert seen == [*(("started", f"{done}/100") for done in (0, 25, 50, 75)), ("completed", "100/100")]
    assert shown(api, path)["thumbnail_video_url"].startswith("https://")


def test_training_time_can_be_chosen(sandbox: Sandbox, api: httpx.Client) -> None:
    """For those that begin from then on; a reset returns to what was."""
    path = replica(api)
    sandbox.control.set_behavior(training=8)
    quick = replica(api)
    sandbox.control.advance(8)
    assert (shown(api, path)["status"], shown(api, quick)["status"]) == ("started", "completed")
    sandbox.control.reset()
    path = replica(api)
    sandbox.control.advance(8)
    assert shown(api, path)["status"] == "started"


def test_training_fails_on_demand(sandbox: Sandbox, api: httpx.Client) -> None:
    """The next one, or a certain one, ends in `error` with a text."""
    first, second, third = replica(api), None, None
    sandbox.control.fail_training("Too dark.")
    second, third = replica(api), replica(api)
    sandbox.control.fail_training("Too loud.", third.rpartition("/")[2])
    sandbox.control.advance(4 * HOUR)
    outcomes = [(shown(api, path)["status"], shown(api, path)["error_message"]) for path in (first, second, third)]
    assert outcomes == [("completed", None), ("error", "Too dark."), ("error", "Too loud.")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "Either train_video_url or train_image_url must be provided."),
        ({**VIDEO, **IMAGE}, "Only one of train_video_url and train_image_url can be provided."),
        ({"train_image_url": "https://example.com/i.png"}, "voice_name is required with train_image_url"),
        ({**VIDEO, "voice_name": "nobody"}, "Invalid voice_name"),
        ({**VIDEO, "properties": {"background_green_screen": "yes"}}, "background_green_screen must be a boolean"),
    ],
)
def test_a_wrong_body_is_refused(api: httpx.Client, body: dict[str, Any], error: str) -> None:
    """Training needs one source, and an image needs a voice."""
    assert answered(api.post("/v2/replicas", json=body)) == (400, {"error": error})


def test_an_image_is_trained_with_a_voice(api: httpx.Client) -> None:
    """Whatever the case of its name."""
    assert api.post("/v2/replicas", json=IMAGE).status_code == 200


def test_the_name_can_be_changed(sandbox: Sandbox, api: httpx.Client) -> None:
    """200 without a body."""
    path = replica(api)
    before = shown(api, path)
    sandbox.control.advance(1)
    assert answered(api.patch(f"{path}/name", json={"replica_name": "Rio"})) == (200, None)
    after = shown(api, path)
    assert after == {**before, "replica_name": "Rio", "updated_at": after["updated_at"]}
    assert answered(api.patch(f"{path}/name", json={})) == (400, {"error": "replica_name is required"})


def test_a_deleted_replica_cannot_be_used(api: httpx.Client) -> None:
    """200 without a body; it is unknown from then on, and what it holds goes on."""
    added = made(api, "replicas", **VIDEO)["replica_id"]
    assert answered(api.delete(f"/v2/replicas/{added}")) == (200, None)
    assert answered(api.get(f"/v2/replicas/{added}")) == answered(api.delete(f"/v2/replicas/{added}")) == INVALID
    assert answered(api.patch(f"/v2/replicas/{added}/name", json={"replica_name": "Rio"})) == INVALID
    assert answered(api.post("/v2/conversations", json={"replica_id": added})) == INVALID


def test_a_conversation_outlives_its_replica(sandbox: Sandbox, api: httpx.Client) -> None:
    """Deleting a replica does not delete the conversations that it is in."""
    (added,) = sandbox.control.seed(replicas=[{}])["replicas"]
    conversation = made(api, "conversations", persona_id=PERSONA, replica_id=added["replica_id"])["conversation_id"]
    api.delete(f"/v2/replicas/{added['replica_id']}", params={"hard": "true"})
    assert (get(api, conversation)["status"], get(api, conversation)["replica_id"]) == ("active", added["replica_id"])


def test_a_replica_in_training_cannot_be_used(sandbox: Sandbox, api: httpx.Client) -> None:
    """Neither in a conversation nor in a video, until it is completed."""
    id_ = replica(api).rpartition("/")[2]
    bodies = {"conversations": {"replica_id": id_}, "videos": {"replica_id": id_, "script": "Hi"}}
    assert [api.post(f"/v2/{kind}", json=body).status_code for kind, body in bodies.items()] == [400, 400]
    sandbox.control.advance(4 * HOUR)
    assert [api.post(f"/v2/{kind}", json=body).status_code for kind, body in bodies.items()] == [200, 200]


def test_hard_and_soft_deletions_can_be_told_apart(sandbox: Sandbox, api: httpx.Client) -> None:
    """In the books; for Tavus's clients both are gone."""
    soft, hard = replica(api), replica(api)
    api.delete(soft)
    api.delete(hard, params={"hard": "true"})
    assert [one["deleted"] for one in sandbox.control.objects("replicas")[-2:]] == ["soft", "hard"]


def test_system_replicas_cannot_be_touched(api: httpx.Client) -> None:
    """They belong to Tavus."""
    assert api.delete(f"/v2/replicas/{REPLICA}").status_code == 400
    assert api.patch(f"/v2/replicas/{REPLICA}/name", json={"replica_name": "Mine"}).status_code == 400
    assert shown(api, f"/v2/replicas/{REPLICA}")["replica_name"] == "Anna"
