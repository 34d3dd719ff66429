"""A Tavus that has not heard of the latest yet, or whose clock is off."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import Receiver, create, create_id, get

UNKNOWN = (400, {"error": "Invalid conversation_id"})


def listed(api: httpx.Client, **query: str) -> list[str]:
    """Return the ids in the list, whose total is their number."""
    answer = api.get("/v2/conversations", params=query).json()
    ids = [one["conversation_id"] for one in answer["data"]]
    assert answer["total_count"] == len(ids)
    return ids


def told(response: httpx.Response) -> datetime:
    """Return the time that the answer's one Date header tells."""
    (date,) = response.headers.get_list("date")
    return parsedate_to_datetime(date)


def moment(text: str) -> datetime:
    """Return a time without its fraction of a second."""
    return datetime.fromisoformat(text).replace(microsecond=0)


def test_a_list_can_lag_behind_by_seconds(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation shows in lists only some time after its creation; by its id it is known at once."""
    sandbox.control.inject("list", lag=10, times=None)
    conversation_id = create_id(api)
    sandbox.control.advance(9.5)
    assert listed(api) == listed(api, status="active") == []
    assert get(api, conversation_id)["status"] == "active"
    sandbox.control.advance(0.5)
    assert listed(api) == listed(api, status="active") == [conversation_id]


def test_a_list_can_lag_behind_by_calls(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation shows in the list after those many lists without it, each conversation for itself."""
    sandbox.control.inject("list", lag_calls=2, times=None)
    first = create_id(api)
    assert listed(api) == []
    second = create_id(api)
    assert [listed(api) for _ in range(3)] == [[], [first], [second, first]]


def test_what_was_there_before_does_not_lag(sandbox: Sandbox, api: httpx.Client) -> None:
    """A lag of calls concerns what is created after it was armed."""
    old = create_id(api)
    sandbox.control.inject("list", lag_calls=1, times=None)
    create(api)
    assert listed(api) == [old]


def test_a_lag_ends_with_its_fault(sandbox: Sandbox, api: httpx.Client) -> None:
    """A lag hits as many calls as any fault: one by default."""
    sandbox.control.inject("list", lag=3600)
    conversation_id = create_id(api)
    assert [listed(api), listed(api)] == [[], [conversation_id]]


def test_a_young_conversation_can_be_unknown_by_its_id(sandbox: Sandbox, api: httpx.Client) -> None:
    """A lag on other operations makes them answer as for an id that does not exist, and without effect."""
    conversation_id = create_id(api)
    path = f"/v2/conversations/{conversation_id}"
    sandbox.control.inject(path="/v2/conversations/*", lag=5, times=2)
    sandbox.control.inject("end", lag=5)
    for answer in (api.get(path), api.delete(path), api.post(f"{path}/end")):
        assert (answer.status_code, answer.json()) == UNKNOWN
    assert get(api, conversation_id)["status"] == "active"


def test_every_answer_tells_the_sandboxs_own_time(sandbox: Sandbox, api: httpx.Client) -> None:
    """The Date header follows the sandbox's clock, in Tavus's answers and in all others."""
    room = create(api)["conversation_url"]
    now = moment(sandbox.control.advance(86400 * 365))
    answers = [api.get(path) for path in ("/v2/conversations", "/nowhere", "/sandbox/books", "/sandbox/nothing", room)]
    refused = [api.get("/v2/personas", headers=headers) for headers in ({"x-api-key": "wrong"}, {"host": "elsewhere.example"})]
    assert [told(answer) for answer in (*answers, *refused)] == [now] * 7


@pytest.mark.parametrize("skew", [90, -90, 86400 * 365, -86400 * 365, 0.25])
def test_the_clock_of_tavus_can_be_off(sandbox: Sandbox, api: httpx.Client, receiver: Receiver, skew: float) -> None:
    """created_at, updated_at, events, webhooks and Date are ahead by the skew, or behind; what is billed is not."""
    sandbox.control.inject(skew=skew, times=None)
    conversation_id = create_id(api, callback_url=receiver.url)
    now = datetime.fromisoformat(sandbox.control.advance(100))
    api.post(f"/v2/conversations/{conversation_id}/end")
    answer = api.get("/v2/conversations")
    (room,) = answer.json()["data"]
    there = now + timedelta(seconds=skew)
    assert datetime.fromisoformat(room["created_at"]) == there - timedelta(seconds=100)
    assert datetime.fromisoformat(room["updated_at"]) == there
    assert told(answer) == there.replace(microsecond=0)
    assert get(api, conversation_id)["events"][0]["timestamp"] == room["created_at"]
    assert sandbox.control.webhooks()[0]["body"]["timestamp"] == room["created_at"]
    assert sandbox.control.books()["billed_seconds"] == 100


@pytest.mark.parametrize("skew", [86400 * 36500, -86400 * 36500])
def test_a_clock_can_be_off_by_a_century(sandbox: Sandbox, api: httpx.Client, skew: float) -> None:
    """Times far in the future and from before 1970 are told as any others."""
    sandbox.control.inject(skew=skew, times=None)
    created = datetime.fromisoformat(create(api)["created_at"])
    expected = datetime.fromisoformat(sandbox.control.advance(0)) + timedelta(seconds=skew)
    assert abs((created - expected).total_seconds()) < 0.001
    assert told(api.get("/v2/conversations")) == expected.replace(microsecond=0)


def test_one_answer_can_come_from_another_clock(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation keeps the time of the Tavus that created it; the next answer is dated as usual."""
    now = moment(sandbox.control.advance(0))
    sandbox.control.inject("create", skew=-60)
    ahead, usual = create(api), create(api)
    assert [moment(one["created_at"]) for one in (ahead, usual)] == [now - timedelta(seconds=60), now]
    assert get(api, ahead["conversation_id"])["created_at"] == ahead["created_at"]
    assert told(api.get("/v2/conversations")) == now


def test_a_skewed_clock_sorts_the_list_too(sandbox: Sandbox, api: httpx.Client) -> None:
    """Newest first goes by the times that are told."""
    sandbox.control.inject("create", skew=60)
    ahead, usual = create_id(api), create_id(api)
    assert listed(api) == [ahead, usual]


def test_a_refusal_is_dated_by_the_same_clock(sandbox: Sandbox, api: httpx.Client) -> None:
    """An answer of a fault's own tells the skewed time as well."""
    now = moment(sandbox.control.advance(0))
    sandbox.control.inject(status=503, skew=3600)
    assert told(api.get("/v2/conversations")) == now + timedelta(hours=1)
