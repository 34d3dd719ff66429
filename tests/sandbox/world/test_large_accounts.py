"""Accounts with thousands of conversations, and lists that change between pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import PERSONA_WITHOUT_REPLICA, create_id, get
from tests.support.conversations import PERSONA, REPLICA


def list_names(api: httpx.Client, number: int, **query: Any) -> list[str]:
    """Return the names on one page."""
    answer = api.get("/v2/conversations", params={"page": number, **query}).json()
    return [one["conversation_name"] for one in answer["data"]]


def make_names(numbers: range) -> list[str]:
    """Return the names of the conversations with these numbers."""
    return [f"call {number}" for number in numbers]


def seed_conversations(sandbox: Sandbox, size: int) -> list[str]:
    """Seed conversations, each a hundredth of a second older than the one before, and return their ids."""
    seeds = [{"conversation_name": name, "age": number / 100} for number, name in enumerate(make_names(range(size)))]
    return [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]


def test_thousands_can_be_seeded_and_listed(sandbox: Sandbox, api: httpx.Client) -> None:
    """Pages show five thousand conversations, newest first, each exactly once."""
    seed_conversations(sandbox, 5000)
    walked = [list_names(api, number, limit=100) for number in range(1, 52)]
    assert [name for names_on_page in walked for name in names_on_page] == make_names(range(5000))
    assert walked[-1] == []
    assert sandbox.control.books()["active"] == 5000
    assert len(sandbox.control.calls()) == 51


def test_a_seeded_conversation_is_like_any_other(sandbox: Sandbox, api: httpx.Client) -> None:
    """A seeded conversation takes the fields of a create call, ends by itself, is billed from its creation, and can be ended."""
    seeds: list[dict[str, Any]] = [{}, {"age": 100, "persona_id": PERSONA_WITHOUT_REPLICA, "replica_id": REPLICA}, {"age": 400}]
    fresh, running, over = sandbox.control.seed(conversations=seeds)["conversations"]
    now = datetime.fromisoformat(sandbox.control.advance(0))
    assert [room["status"] for room in (fresh, running, over)] == ["active", "active", "ended"]
    assert (now - datetime.fromisoformat(running["created_at"])).total_seconds() == 100
    assert [room["billed_seconds"] for room in (fresh, running, over)] == [0, 100, 300]
    assert [room["persona_id"] for room in (fresh, running)] == [PERSONA, PERSONA_WITHOUT_REPLICA]
    assert over["shutdown_reason"] == "participant_absent_timeout reached"
    sandbox.control.advance(200)
    assert get(api, running["conversation_id"])["status"] == "ended"
    api.post(f"/v2/conversations/{fresh['conversation_id']}/end")
    assert sandbox.control.books()["active"] == 0
    assert sandbox.control.books()["billed_seconds"] == 800


def test_limits_apply_to_seeds(sandbox: Sandbox) -> None:
    """The sandbox refuses a seed where it would refuse a create call."""
    sandbox.control.set_limits(concurrency=1)
    with pytest.raises(ControlError, match="maximum concurrent conversations"):
        sandbox.control.seed(conversations=[{}, {}])


@pytest.mark.parametrize("seed", [{"age": -1}, {"age": "old"}, {"conversation_name": 1}, "x"])
def test_an_invalid_seed_is_refused(sandbox: Sandbox, seed: Any) -> None:
    """The sandbox validates a seed as it validates a create call."""
    with pytest.raises(ControlError, match="conversations.0"):
        sandbox.control.seed(conversations=[seed])


def test_a_new_conversation_moves_the_others_to_later_places(sandbox: Sandbox, api: httpx.Client) -> None:
    """A reader of pages meets the last item of a page again if a conversation was created meanwhile."""
    seed_conversations(sandbox, 25)
    before = list_names(api, 1)
    create_id(api, conversation_name="newcomer")
    assert list_names(api, 2) == [before[-1], *make_names(range(10, 19))]
    assert list_names(api, 1)[0] == "newcomer"


@pytest.mark.parametrize(("method", "suffix", "query"), [("DELETE", "", {}), ("POST", "/end", {"status": "active"})])
def test_a_conversation_that_leaves_the_list_moves_the_others_forward(
    sandbox: Sandbox, api: httpx.Client, method: str, suffix: str, query: dict[str, str]
) -> None:
    """A reader of pages misses an item if a conversation was deleted meanwhile, or ended in a list of active ones."""
    ids = seed_conversations(sandbox, 25)
    assert list_names(api, 1, **query) == make_names(range(10))
    assert api.request(method, f"/v2/conversations/{ids[3]}{suffix}").is_success
    assert list_names(api, 2, **query) == make_names(range(11, 21))


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 3, "\x00\x1b[2J\u202e"])
def test_a_name_can_be_any_string(sandbox: Sandbox, api: httpx.Client, name: str) -> None:
    """A list shows names of megabytes, half surrogates and control characters."""
    sandbox.control.seed(conversations=[{"conversation_name": name}, {"conversation_name": "small"}])
    assert list_names(api, 1) == ["small", name]
