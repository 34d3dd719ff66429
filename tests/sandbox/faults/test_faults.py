"""Faults: which calls they hit, how often, and with which answers."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tavus_provider.sandbox.faults.operations import Operation
from tests.sandbox.helpers import create, create_id, post
from tests.support.conversations import PERSONA, REPLICA

PATHS: dict[Operation, tuple[str, str]] = {
    "create": ("POST", "/v2/conversations"),
    "list": ("GET", "/v2/conversations"),
    "get": ("GET", "/v2/conversations/c1"),
    "end": ("POST", "/v2/conversations/c1/end"),
    "delete": ("DELETE", "/v2/conversations/c1"),
    "list_personas": ("GET", "/v2/personas"),
    "get_persona": ("GET", f"/v2/personas/{PERSONA}"),
    "list_replicas": ("GET", "/v2/replicas"),
    "get_replica": ("GET", f"/v2/replicas/{REPLICA}"),
}


def list_statuses(api: httpx.Client, calls: int) -> list[int]:
    """Return the statuses of some lists of personas, one after the other."""
    return [api.get("/v2/personas").status_code for _ in range(calls)]


@pytest.mark.parametrize("operation", PATHS)
def test_an_operation_names_its_own_calls(sandbox: Sandbox, api: httpx.Client, operation: Operation) -> None:
    """A fault for one operation hits calls of that operation and no others."""
    sandbox.control.inject(operation, status=418, times=None)
    hit = [name for name, call in PATHS.items() if api.request(*call).status_code == 418]
    assert hit == [operation]


@pytest.mark.parametrize(
    ("which", "hit"),
    [
        ({}, [*PATHS]),
        ({"method": "DELETE"}, ["delete"]),
        ({"path": "/v2/*"}, ["create", "list", "list_personas", "list_replicas"]),
        ({"path": "/v2/conversations/*", "method": "GET"}, ["get"]),
        ({"path": "/v2/conversations/c1/end"}, ["end"]),
        ({"path": "/v2/conversations/c[0-9]"}, []),
        ({"contains": "anything"}, []),
    ],
)
def test_method_and_path_select_calls(sandbox: Sandbox, api: httpx.Client, which: Any, hit: list[str]) -> None:
    """A star matches a part of the path without a slash and is the only wildcard; a member that is left out matches anything."""
    sandbox.control.inject(status=418, times=None, **which)
    assert [name for name, call in PATHS.items() if api.request(*call).status_code == 418] == hit


def test_contains_selects_calls_by_their_body(sandbox: Sandbox, api: httpx.Client) -> None:
    """`contains` selects the calls whose body contains a string."""
    sandbox.control.inject("create", contains='"two"', status=500, times=None)
    answers = [post(api, {"persona_id": PERSONA, "conversation_name": name}) for name in ("one", "two", "twofold")]
    assert [answer.status_code for answer in answers] == [200, 500, 200]


def test_a_fault_hits_once_by_default(sandbox: Sandbox, api: httpx.Client) -> None:
    """A fault hits `times` calls, by default one, after `skip` calls that pass."""
    sandbox.control.inject(status=500)
    assert list_statuses(api, 3) == [500, 200, 200]
    sandbox.control.inject(status=500, times=2, skip=1)
    assert list_statuses(api, 4) == [200, 500, 500, 200]
    sandbox.control.inject(status=500, times=None)
    assert list_statuses(api, 20) == [500] * 20


def test_a_seed_repeats_the_same_hits(sandbox: Sandbox, api: httpx.Client) -> None:
    """The same seed hits the same calls in the same order, another seed hits others."""
    drawn = []
    for seed in (1, 1, 2):
        sandbox.control.reset()
        sandbox.control.inject(status=500, probability=0.5, seed=seed)
        drawn.append(list_statuses(api, 40))
    assert 10 < drawn[0].count(500) < 30
    assert drawn[0] == drawn[1] != drawn[2]


def test_times_limits_a_probability(sandbox: Sandbox, api: httpx.Client) -> None:
    """A probability of 1 hits all calls and one of 0 hits none, and `times` limits the hits."""
    sandbox.control.inject(status=500, probability=0)
    sandbox.control.inject(status=503, probability=1, times=2)
    assert list_statuses(api, 4) == [503, 503, 200, 200]


def test_faults_that_answer_take_turns(sandbox: Sandbox, api: httpx.Client) -> None:
    """Of several faults that answer a call, the one armed first does; the others wait for the next calls."""
    for status in (500, 502, 503):
        sandbox.control.inject(status=status)
    assert list_statuses(api, 4) == [500, 502, 503, 200]


def test_other_faults_add_up(sandbox: Sandbox, api: httpx.Client) -> None:
    """One fault can delay a call, another answer it and a third date the answer."""
    ids = [
        fault["fault_id"]
        for fault in (sandbox.control.inject(status=500), sandbox.control.inject(delay=0.01), sandbox.control.inject(skew=60))
    ]
    assert list_statuses(api, 2) == [500, 200]
    assert [call["faults"] for call in sandbox.control.calls()] == [ids, []]


@pytest.mark.parametrize(("when", "active"), [("before", 0), ("after", 1)])
def test_a_refusal_comes_before_or_after_the_effect(sandbox: Sandbox, api: httpx.Client, when: Any, active: int) -> None:
    """A fault before the processing prevents the effect; one after it only replaces the answer."""
    sandbox.control.inject("create", status=502, when=when)
    assert post(api, {"persona_id": PERSONA}).status_code == 502
    assert sandbox.control.books()["active"] == active


@pytest.mark.parametrize("operation", ["end", "delete"])
def test_an_end_can_be_refused_and_have_its_effect(sandbox: Sandbox, api: httpx.Client, operation: Operation) -> None:
    """A conversation has ended although a fault answered the call after its processing."""
    conversation_id = create_id(api)
    sandbox.control.inject(operation, status=504, when="after")
    method, path = PATHS[operation]
    assert api.request(method, path.replace("c1", conversation_id)).status_code == 504
    assert sandbox.control.room(conversation_id)["status"] == "ended"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"status": 503}, 503, b'{"message":"Service Unavailable"}'),
        ({"status": 599}, 599, b'{"message":""}'),
        ({"status": 400, "json": {"error": "Invalid persona_id"}}, 400, b'{"error":"Invalid persona_id"}'),
        ({"json": ["no object"]}, 200, b'["no object"]'),
        ({"json": None}, 200, b"null"),
        ({"text": "<html>Please stand by</html>"}, 200, b"<html>Please stand by</html>"),
        ({"text": ""}, 200, b""),
        ({"text": "\ud800"}, 200, b"\xed\xa0\x80"),
        ({"status": 502, "text": "Bad Gateway"}, 502, b"Bad Gateway"),
        ({"status": 204, "json": {"lost": 1}}, 204, b""),
        ({"status": 304}, 304, b""),
        ({"text": "x" * 5_000_000}, 200, b"x" * 5_000_000),
    ],
)
def test_a_fault_can_replace_the_answer(sandbox: Sandbox, api: httpx.Client, answer: Any, status: int, body: bytes) -> None:
    """A fault answers with any status and a JSON or raw body; statuses that have no body have none here."""
    sandbox.control.inject(**answer)
    response = api.get("/v2/conversations")
    assert (response.status_code, response.content) == (status, body)
    assert response.headers.get("content-length") == (None if status in (204, 304) else str(len(body)))
    assert api.get("/v2/conversations").json() == {"data": [], "total_count": 0}


@pytest.mark.parametrize(("value", "header"), [(5, "5"), (0.5, "0.5"), (-1, "-1"), ("soon", "soon")])
def test_retry_after_in_seconds(sandbox: Sandbox, api: httpx.Client, value: Any, header: str) -> None:
    """Retry-After has the value of the fault, also an invalid one."""
    sandbox.control.inject(status=429, retry_after=value)
    assert api.get("/v2/conversations").headers["retry-after"] == header


def test_retry_after_as_a_date(sandbox: Sandbox, api: httpx.Client) -> None:
    """Retry-After can be a date, which counts from the time in the Date header."""
    sandbox.control.inject(skew=500)
    sandbox.control.inject(status=503, retry_after_date=90)
    answer = api.get("/v2/conversations")
    date, retry = (parsedate_to_datetime(answer.headers[name]) for name in ("date", "retry-after"))
    assert (retry - date).total_seconds() == 90
    assert 499 <= (date - datetime.fromisoformat(sandbox.control.advance(0))).total_seconds() <= 500


def test_a_fault_hits_before_the_key_is_checked(sandbox: Sandbox, guest: httpx.Client) -> None:
    """A call without the right key is hit like any other, since a failing gateway does not ask for a key."""
    sandbox.control.inject(status=502)
    assert [guest.get(f"{sandbox.url}/v2/personas").status_code for _ in range(2)] == [502, 401]


def test_faults_do_not_hit_control_paths_and_rooms(sandbox: Sandbox, api: httpx.Client) -> None:
    """Faults hit Tavus's paths only."""
    conversation_id = create_id(api)
    sandbox.control.inject(status=500, times=None)
    assert sandbox.control.join(conversation_id)["participants"] == ["participant-1"]


def test_faults_are_listed_with_their_counts(sandbox: Sandbox, api: httpx.Client) -> None:
    """The list shows each fault, also when it is used up, with the numbers of calls that matched, were hit and are left."""
    once = sandbox.control.inject("create", status=500, skip=1)
    always = sandbox.control.inject("list", lag=5, times=None)
    assert (once["fault_id"], once["fired"], once["left"]) == ("f1", 0, 1)
    for _ in range(3):
        post(api, {"persona_id": PERSONA})
    rule = {"method": "POST", "path": "/v2/conversations", "status": 500, "skip": 1}
    assert sandbox.control.faults() == [{"fault_id": "f1", "rule": rule, "matched": 2, "fired": 1, "left": 0}, always]
    assert [(call["status"], call["faults"]) for call in sandbox.control.calls()] == [(200, []), (500, ["f1"]), (200, [])]


def test_faults_can_be_cleared(sandbox: Sandbox, api: httpx.Client) -> None:
    """After `clear_faults` or a reset no fault is left, and calls are answered as usual."""
    for forget in (sandbox.control.clear_faults, sandbox.control.reset):
        sandbox.control.inject(status=500, times=None)
        forget()
        assert sandbox.control.faults() == []
        assert create(api)["status"] == "active"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({}, "a fault needs an effect"),
        ({"times": 2}, "a fault needs an effect"),
        ({"operation": "creat", "status": 500}, "operation"),
        ({"operation": "create", "method": "GET", "status": 500}, "operation and method exclude each other"),
        ({"status": 100}, "status"),
        ({"status": 600}, "status"),
        ({"status": 500, "times": 0}, "times"),
        ({"status": 500, "probability": 1.1}, "probability"),
        ({"status": 500, "seed": 1}, "'probability' is a dependency of 'seed'"),
        ({"status": 500, "when": "during"}, "when"),
        ({"status": 500, "retry_after": "a\r\nb: c"}, "retry_after"),
        ({"retry_after": 5, "delay": 1}, "'status' is a dependency of 'retry_after'"),
        ({"json": {}, "text": ""}, "json and text exclude each other"),
        ({"close": "fin", "status": 500}, "close and status exclude each other"),
        ({"close": "gently"}, "close"),
        ({"delay": -1}, "delay"),
        ({"hold": False}, "hold"),
        ({"skew": 1e300}, "skew"),
        ({"lag": -1}, "lag"),
        ({"truncate": 1.5}, "truncate"),
        ({"colour": "red", "status": 500}, "colour"),
    ],
)
def test_an_invalid_fault_is_refused(sandbox: Sandbox, guest: httpx.Client, fault: Any, words: str) -> None:
    """A fault that contradicts itself, has no effect or is out of range is refused with 400 and the reason."""
    answer = guest.post(f"{sandbox.url}/sandbox/faults", json=fault)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert sandbox.control.faults() == []


def test_a_refused_fault_is_an_error_in_python(sandbox: Sandbox) -> None:
    """The control client raises ControlError for a refused fault."""
    with pytest.raises(ControlError, match="a fault needs an effect"):
        sandbox.control.inject("create")
