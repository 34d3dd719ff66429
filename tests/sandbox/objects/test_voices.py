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


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_voices_can_only_be_looked_up(api: httpx.Client, method: str) -> None:
    """The path of voices and that of one voice have no other method than GET."""
    (anna, _) = api.get("/v2/voices").json()["data"]
    assert api.request(method, "/v2/voices", json={}).status_code == 405
    assert api.request(method, f"/v2/voices/{anna['voice_id']}", json={}).status_code == 405
    assert api.get(f"/v2/voices/{anna['voice_id']}").json() == anna
    assert status_and_body(api.get("/v2/voices/anna")) == (404, {"message": "Voice not found"})
