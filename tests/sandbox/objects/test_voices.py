"""The list of voices."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import status_and_body
from tests.support.conversations import REPLICA


@pytest.fixture
def voices(sandbox: Sandbox, api: httpx.Client) -> httpx.Client:
    """Return a client of a sandbox with some voices more."""
    tags = [[], [{"tag_name": "Calm"}], [{"tag_name": "calm"}, {"tag_name": "Young"}]]
    sandbox.control.seed(voices=[{"voice_name": f"zoe-{number}", "tags": each} for number, each in enumerate(tags)])
    return api


def list_names(api: httpx.Client, **query: Any) -> list[str]:
    """Return the names in a list."""
    return [one["voice_name"] for one in api.get("/v2/voices", params=query).json()["data"]]


def test_a_voice_has_a_replica_and_tags(api: httpx.Client) -> None:
    """A voice has a replica and tags, and the list shows its page, from 1 on."""
    answer = api.get("/v2/voices", params={"limit": 1}).json()
    assert {name: value for name, value in answer.items() if name != "data"} == {"total_count": 2, "page": 1, "limit": 1}
    (anna,) = answer["data"]
    shown = {"voice_name", "replica_id", "audio_url", "tags"}
    assert set(anna) == {*shown, "voice_id", "description", "voice_type", "status", "created_at"}
    assert (anna["voice_name"], anna["replica_id"], anna["tags"]) == ("anna", REPLICA, [{"tag_name": "Warm"}])


def test_voices_are_sorted_by_name(voices: httpx.Client) -> None:
    """Voices are sorted by name, ascending by default."""
    names = ["anna", "charlie", "zoe-0", "zoe-1", "zoe-2"]
    assert list_names(voices) == list_names(voices, sort="asc") == list_names(voices, sort="desc")[::-1] == names


def test_voices_can_be_searched(voices: httpx.Client) -> None:
    """Voices can be filtered by a part of the name and by tag, in any case."""
    assert list_names(voices, search="ZOE") == ["zoe-0", "zoe-1", "zoe-2"]
    assert list_names(voices, tag="CALM") == ["zoe-1", "zoe-2"]
    assert list_names(voices, search="2", tag="young") == ["zoe-2"]
    assert list_names(voices, tag="old") == []


def test_a_page_has_a_hundred_at_most(sandbox: Sandbox, api: httpx.Client) -> None:
    """A limit above a hundred counts as a hundred."""
    sandbox.control.seed(voices=[{"voice_name": f"v{number:03}"} for number in range(120)])
    answer = api.get("/v2/voices", params={"limit": 1000}).json()
    assert (len(answer["data"]), answer["limit"], answer["total_count"]) == (100, 100, 122)
    assert len(list_names(api, limit=1000, page=2)) == 22


NEW = {"voice_name": "Ana", "train_audio_url": "https://example.com/ana.mp3"}


def test_an_unknown_voice_is_not_found(api: httpx.Client) -> None:
    """The answer has `message`, unlike most others."""
    (anna, _) = api.get("/v2/voices").json()["data"]
    assert api.get(f"/v2/voices/{anna['voice_id']}").json() == anna
    assert status_and_body(api.get("/v2/voices/anna")) == (404, {"message": "Voice not found"})


def test_a_voice_is_trained(sandbox: Sandbox, api: httpx.Client) -> None:
    """The list has a voice at once; it shows no recording, and is completed after some minutes."""
    made = api.post("/v2/voices", json=NEW).json()
    assert (made["voice_type"], made["status"], "train_audio_url" in made) == ("user", "started", False)
    assert "Ana" in list_names(api)
    sandbox.control.advance(179)
    assert api.get(f"/v2/voices/{made['voice_id']}").json()["status"] == "started"
    sandbox.control.advance(1)
    assert api.get(f"/v2/voices/{made['voice_id']}").json() == {**made, "status": "completed"}


@pytest.mark.parametrize("name", NEW)
def test_a_voice_needs_name_and_recording(api: httpx.Client, name: str) -> None:
    """The refusal names what is missing."""
    body = {key: value for key, value in NEW.items() if key != name}
    assert status_and_body(api.post("/v2/voices", json=body)) == (400, {"error": f"{name} is required"})


def test_a_voice_is_changed_by_a_merge_patch(api: httpx.Client) -> None:
    """Name, description and tags change; Tavus's own voices do not."""
    path = f"/v2/voices/{api.post('/v2/voices', json=NEW).json()['voice_id']}"
    changes = {"voice_name": "Ana v2", "description": None, "tags": ["Warm"]}
    assert changes.items() <= api.patch(path, json=changes).json().items()
    assert list_names(api, tag="warm") == ["Ana v2", "anna"]
    assert api.patch(path, json={"voice_name": ""}).status_code == 400
    assert api.patch("/v2/voices/v0a1b2c3d4e5f", json=changes).status_code == 400


def test_a_voice_in_use_is_not_deleted(api: httpx.Client) -> None:
    """The refusal counts personas and replicas; Tavus's own voices are never deleted."""
    id_ = api.post("/v2/voices", json=NEW).json()["voice_id"]
    body = {"system_prompt": "Hello.", "layers": {"tts": {"voice_id": id_}}}
    personas = [api.post("/v2/personas", json=body).json()["persona_id"] for _ in range(2)]
    image = {"train_image_url": "https://example.com/a.png", "default_voice_id": id_}
    replica = api.post("/v2/replicas", json=image).json()["replica_id"]
    status, answer = status_and_body(api.delete(f"/v2/voices/{id_}"))
    assert (status, answer["used_by"]) == (409, {"pals": 2, "faces": 1})
    for path in (*(f"/v2/personas/{each}" for each in personas), f"/v2/replicas/{replica}"):
        api.delete(path).raise_for_status()
    assert api.delete(f"/v2/voices/{id_}").status_code == 204
    assert api.get(f"/v2/voices/{id_}").status_code == 404
    assert api.delete("/v2/voices/v0a1b2c3d4e5f").status_code == 400
