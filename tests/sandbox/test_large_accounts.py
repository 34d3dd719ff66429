"""Accounts with thousands of conversations, and lists that change while they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import PERSONA_WITHOUT_REPLICA, create_id, get
from tests.support.conversations import PERSONA, REPLICA


def page(api: httpx.Client, number: int, **query: Any) -> list[str]:
    """Return the names on one page of ten."""
    answer = api.get("/v2/conversations", params={"page": number, **query}).json()
    return [one["conversation_name"] for one in answer["data"]]


def names(numbers: range) -> list[str]:
    """Return the names of the conversations with these numbers."""
    return [f"call {number}" for number in numbers]


def crowd(sandbox: Sandbox, size: int) -> list[str]:
    """Open conversations of which each is a hundredth of a second older than the one before, and return their ids."""
    seeds = [{"conversation_name": name, "age": number / 100} for number, name in enumerate(names(range(size)))]
    return [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]


def test_thousands_can_be_seeded_and_listed(sandbox: Sandbox, api: httpx.Client) -> None:
    """Five thousand conversations come page by page, newest first, each once."""
    crowd(sandbox, 5000)
    walked = [page(api, number, limit=100) for number in range(1, 52)]
    assert [name for names_on_page in walked for name in names_on_page] == names(range(5000))
    assert walked[-1] == []
    assert sandbox.control.books()["active"] == 5000
    assert len(sandbox.control.calls()) == 51


def test_a_seeded_conversation_is_like_any_other(sandbox: Sandbox, api: httpx.Client) -> None:
    """It takes the fields of a create call, ends in time, costs from its creation on, and can be ended."""
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


def test_limits_hold_for_seeds(sandbox: Sandbox) -> None:
    """A seed is refused where a create call would be."""
    sandbox.control.set_limits(concurrency=1)
    with pytest.raises(ControlError, match="maximum concurrent conversations"):
        sandbox.control.seed(conversations=[{}, {}])


@pytest.mark.parametrize("seed", [{"age": -1}, {"age": "old"}, {"conversation_name": 1}, "x"])
def test_a_senseless_conversation_is_refused(sandbox: Sandbox, seed: Any) -> None:
    """A seed is checked as a create call is."""
    with pytest.raises(ControlError, match="conversations.0"):
        sandbox.control.seed(conversations=[seed])


def test_a_newcomer_moves_the_others_back(sandbox: Sandbox, api: httpx.Client) -> None:
    """Who reads on after a conversation was created meets the last of the page before once more."""
    crowd(sandbox, 25)
    before = page(api, 1)
    create_id(api, conversation_name="newcomer")
    assert page(api, 2) == [before[-1], *names(range(10, 19))]
    assert page(api, 1)[0] == "newcomer"


@pytest.mark.parametrize(("method", "suffix", "query"), [("DELETE", "", {}), ("POST", "/end", {"status": "active"})])
def test_one_who_leaves_moves_the_others_forward(
    sandbox: Sandbox, api: httpx.Client, method: str, suffix: str, query: dict[str, str]
) -> None:
    """Who reads on after a conversation was deleted, or ended in a list of active ones, misses one."""
    ids = crowd(sandbox, 25)
    assert page(api, 1, **query) == names(range(10))
    assert api.request(method, f"/v2/conversations/{ids[3]}{suffix}").is_success
    assert page(api, 2, **query) == names(range(11, 21))


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 3, "\x00\x1b[2J\u202e"])
def test_an_entry_can_be_monstrous(sandbox: Sandbox, api: httpx.Client, name: str) -> None:
    """A conversation in the list can have a name of megabytes, half surrogates or control characters."""
    sandbox.control.seed(conversations=[{"conversation_name": name}, {"conversation_name": "small"}])
    assert page(api, 1) == ["small", name]
