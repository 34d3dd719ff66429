"""Calls to a Tavus that lags behind, or whose clock is off."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import Receiver, create, create_id, get

UNKNOWN = (400, {"error": "Invalid conversation_id"})


def list_ids(api: httpx.Client, **query: str) -> list[str]:
    """Return the ids in the list, after a check of its total."""
    answer = api.get("/v2/conversations", params=query).json()
    ids = [one["conversation_id"] for one in answer["data"]]
    assert answer["total_count"] == len(ids)
    return ids


def read_date(response: httpx.Response) -> datetime:
    """Return the time in the answer's only Date header."""
    (date,) = response.headers.get_list("date")
    return parsedate_to_datetime(date)


def whole_seconds(text: str) -> datetime:
    """Return a time without its fraction of a second."""
    return datetime.fromisoformat(text).replace(microsecond=0)


def test_a_list_can_lag_by_seconds(sandbox: Sandbox, api: httpx.Client) -> None:
    """With a lag in seconds, lists show a conversation only some time after its creation, while GET knows it at once."""
    sandbox.control.inject("list", lag=10, times=None)
    conversation_id = create_id(api)
    sandbox.control.advance(9.5)
    assert list_ids(api) == list_ids(api, status="active") == []
    assert get(api, conversation_id)["status"] == "active"
    sandbox.control.advance(0.5)
    assert list_ids(api) == list_ids(api, status="active") == [conversation_id]


def test_a_list_can_lag_by_calls(sandbox: Sandbox, api: httpx.Client) -> None:
    """With a lag in calls, each conversation appears after that many lists without it."""
    sandbox.control.inject("list", lag_calls=2, times=None)
    first = create_id(api)
    assert list_ids(api) == []
    second = create_id(api)
    assert [list_ids(api) for _ in range(3)] == [[], [first], [second, first]]


def test_a_lag_does_not_hide_older_conversations(sandbox: Sandbox, api: httpx.Client) -> None:
    """A lag in calls hides only conversations that are created after it was armed."""
    old = create_id(api)
    sandbox.control.inject("list", lag_calls=1, times=None)
    create(api)
    assert list_ids(api) == [old]


def test_a_lag_ends_with_its_fault(sandbox: Sandbox, api: httpx.Client) -> None:
    """A lag hits as many calls as any fault, by default one."""
    sandbox.control.inject("list", lag=3600)
    conversation_id = create_id(api)
    assert [list_ids(api), list_ids(api)] == [[], [conversation_id]]


def test_a_young_conversation_can_be_unknown_by_its_id(sandbox: Sandbox, api: httpx.Client) -> None:
    """With a lag, other operations answer as for an unknown id, and have no effect."""
    conversation_id = create_id(api)
    path = f"/v2/conversations/{conversation_id}"
    sandbox.control.inject(path="/v2/conversations/*", lag=5, times=2)
    sandbox.control.inject("end", lag=5)
    for answer in (api.get(path), api.delete(path), api.post(f"{path}/end")):
        assert (answer.status_code, answer.json()) == UNKNOWN
    assert get(api, conversation_id)["status"] == "active"


def test_every_answer_has_the_time_of_the_sandbox(sandbox: Sandbox, api: httpx.Client) -> None:
    """The Date header of every answer has the time of the sandbox's clock."""
    room = create(api)["conversation_url"]
    now = whole_seconds(sandbox.control.advance(86400 * 365))
    answers = [api.get(path) for path in ("/v2/conversations", "/nowhere", "/sandbox/books", "/sandbox/nothing", room)]
    refused = [api.get("/v2/personas", headers=headers) for headers in ({"x-api-key": "wrong"}, {"host": "elsewhere.example"})]
    assert [read_date(answer) for answer in (*answers, *refused)] == [now] * 7


@pytest.mark.parametrize("skew", [90, -90, 86400 * 365, -86400 * 365, 0.25])
def test_the_clock_of_tavus_can_be_off(sandbox: Sandbox, api: httpx.Client, receiver: Receiver, skew: float) -> None:
    """created_at, updated_at, events, webhooks and Date are ahead or behind by the skew; billed seconds are not."""
    sandbox.control.inject(skew=skew, times=None)
    conversation_id = create_id(api, callback_url=receiver.url)
    now = datetime.fromisoformat(sandbox.control.advance(100))
    api.post(f"/v2/conversations/{conversation_id}/end")
    answer = api.get("/v2/conversations")
    (room,) = answer.json()["data"]
    there = now + timedelta(seconds=skew)
    assert datetime.fromisoformat(room["created_at"]) == there - timedelta(seconds=100)
    assert datetime.fromisoformat(room["updated_at"]) == there
    assert read_date(answer) == there.replace(microsecond=0)
    assert get(api, conversation_id)["events"][0]["timestamp"] == room["created_at"]
    assert sandbox.control.webhooks()[0]["body"]["timestamp"] == room["created_at"]
    assert sandbox.control.books()["billed_seconds"] == 100


@pytest.mark.parametrize("skew", [86400 * 36500, -86400 * 36500])
def test_a_clock_can_be_off_by_a_century(sandbox: Sandbox, api: httpx.Client, skew: float) -> None:
    """Times in the far future and before 1970 are shown like any others."""
    sandbox.control.inject(skew=skew, times=None)
    created = datetime.fromisoformat(create(api)["created_at"])
    expected = datetime.fromisoformat(sandbox.control.advance(0)) + timedelta(seconds=skew)
    assert abs((created - expected).total_seconds()) < 0.001
    assert read_date(api.get("/v2/conversations")) == expected.replace(microsecond=0)


def test_one_answer_can_come_from_another_clock(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation keeps the time of the skewed clock that created it; the next answer has the usual date."""
    now = whole_seconds(sandbox.control.advance(0))
    sandbox.control.inject("create", skew=-60)
    ahead, usual = create(api), create(api)
    assert [whole_seconds(one["created_at"]) for one in (ahead, usual)] == [now - timedelta(seconds=60), now]
    assert get(api, ahead["conversation_id"])["created_at"] == ahead["created_at"]
    assert read_date(api.get("/v2/conversations")) == now


def test_a_skewed_clock_sorts_the_list_too(sandbox: Sandbox, api: httpx.Client) -> None:
    """Lists sort by the times that they show."""
    sandbox.control.inject("create", skew=60)
    ahead, usual = create_id(api), create_id(api)
    assert list_ids(api) == [ahead, usual]


def test_a_refusal_is_dated_by_the_same_clock(sandbox: Sandbox, api: httpx.Client) -> None:
    """The answer of a fault has the skewed time too."""
    now = whole_seconds(sandbox.control.advance(0))
    sandbox.control.inject(status=503, skew=3600)
    assert read_date(api.get("/v2/conversations")) == now + timedelta(hours=1)
