"""Answers that arrive late, truncated, or not at all."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tests.sandbox.helpers import create, create_id, post
from tests.support.conversations import PERSONA

EMPTY = "Server disconnected without sending a response"
WORDS = {"fin": EMPTY, "rst": "Connection reset by peer"}
EFFECT: list[tuple[When, int]] = [("before", 0), ("after", 1)]


def fail_call(api: httpx.Client, method: str, path: str, body: Any = None) -> str:
    """Make a call that gets no complete answer, and return the client's error."""
    with pytest.raises(httpx.TransportError) as caught:
        api.request(method, path, json=body)
    return str(caught.value)


def fail_create(api: httpx.Client) -> str:
    """Make a create call that gets no complete answer, and return the client's error."""
    return fail_call(api, "POST", "/v2/conversations", {"persona_id": PERSONA})


@pytest.mark.parametrize(("when", "active"), EFFECT)
@pytest.mark.parametrize("how", WORDS)
def test_a_connection_can_end_without_an_answer(sandbox: Sandbox, api: httpx.Client, how: Any, when: When, active: int) -> None:
    """A fault closes or resets the connection before or after the call is processed, and the next call is answered."""
    sandbox.control.inject("create", close=how, when=when)
    assert WORDS[how] in fail_create(api)
    assert sandbox.control.books()["active"] == active
    assert [call["status"] for call in sandbox.control.calls()] == [None]
    assert create(api)["status"] == "active"


@pytest.mark.parametrize(("when", "status"), [("before", "active"), ("after", "ended")])
@pytest.mark.parametrize("call", [("POST", "/end"), ("DELETE", "")])
def test_an_end_may_have_happened_without_an_answer(
    sandbox: Sandbox, api: httpx.Client, call: tuple[str, str], when: When, status: str
) -> None:
    """A lost end or delete has had its effect or not; only the books show which."""
    conversation_id = create_id(api)
    sandbox.control.inject(close="fin", when=when)
    assert EMPTY in fail_call(api, call[0], f"/v2/conversations/{conversation_id}{call[1]}")
    assert sandbox.control.room(conversation_id)["status"] == status


@pytest.mark.parametrize(("truncate", "counts"), [(0, (0, 27)), (10, (10, 27)), (27, (27, 28)), (10**6, (27, 28))])
def test_a_body_can_be_truncated(sandbox: Sandbox, api: httpx.Client, truncate: int, counts: tuple[int, int]) -> None:
    """Fewer bytes arrive than Content-Length says, however short the body is."""
    sandbox.control.inject("list", truncate=truncate)
    assert "(received {} bytes, expected {})".format(*counts) in fail_call(api, "GET", "/v2/conversations")


def test_a_truncated_call_has_had_its_effect(sandbox: Sandbox, api: httpx.Client) -> None:
    """A call with a truncated answer is processed, unless the fault replaces the answer."""
    sandbox.control.inject("create", truncate=20)
    assert "(received 20 bytes" in fail_create(api)
    assert sandbox.control.books()["active"] == 1


@pytest.mark.parametrize(("method", "suffix", "words"), [("POST", "/end", "(received 0 bytes"), ("DELETE", "", EMPTY)])
def test_an_empty_answer_can_be_truncated(sandbox: Sandbox, api: httpx.Client, method: str, suffix: str, words: str) -> None:
    """A truncated empty body lacks one byte; an answer that cannot have a body does not arrive."""
    conversation_id = create_id(api)
    sandbox.control.inject(truncate=0)
    assert words in fail_call(api, method, f"/v2/conversations/{conversation_id}{suffix}")
    assert sandbox.control.room(conversation_id)["status"] == "ended"


def test_a_replaced_answer_can_be_truncated(sandbox: Sandbox, api: httpx.Client) -> None:
    """A fault can truncate the refusal that it answers with; the call is not processed then."""
    sandbox.control.inject("create", json={"message": "too many"}, status=429, truncate=4)
    assert "(received 4 bytes, expected 22)" in fail_create(api)
    assert sandbox.control.conversations() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_can_be_delayed(sandbox: Sandbox, api: httpx.Client, when: When) -> None:
    """The usual answer arrives after the delay and no earlier."""
    sandbox.control.inject("create", delay=0.05, when=when)
    start = time.monotonic()
    assert create(api)["status"] == "active"
    assert time.monotonic() - start >= 0.05


@pytest.mark.parametrize(("when", "active"), EFFECT)
def test_a_delayed_call_is_processed_after_its_client_has_left(
    sandbox: Sandbox, api: httpx.Client, when: When, active: int
) -> None:
    """A delayed call is processed at its time, also if its client has closed the connection."""
    sandbox.control.inject("create", delay=3600, when=when)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/v2/conversations", json={"persona_id": PERSONA}, timeout=0.2)
    assert sandbox.control.books()["active"] == active
    sandbox.control.clear_faults()
    assert sandbox.control.books()["active"] == 1


def test_a_body_can_be_slow(sandbox: Sandbox, api: httpx.Client) -> None:
    """A slow body takes its time and arrives complete."""
    sandbox.control.inject("list", slow=0.1)
    start = time.monotonic()
    assert api.get("/v2/conversations").json() == {"data": [], "total_count": 0}
    assert time.monotonic() - start >= 0.1


def test_a_slow_body_begins_at_once(sandbox: Sandbox, api: httpx.Client) -> None:
    """Status and headers do not wait for the body."""
    sandbox.control.inject("list", slow=3600)
    with api.stream("GET", "/v2/conversations") as response:
        assert (response.status_code, response.headers["content-length"]) == (200, "27")
        sandbox.control.reset()
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            response.read()


def test_a_slow_body_comes_in_pieces(sandbox: Sandbox, api: httpx.Client) -> None:
    """The first byte of a slow body arrives long before the last."""
    sandbox.control.inject("list", slow=10)
    with api.stream("GET", "/v2/conversations") as response:
        assert next(response.iter_raw()) != b'{"data":[],"total_count":0}'
        sandbox.control.reset()


def test_clearing_faults_ends_a_slow_body(sandbox: Sandbox, api: httpx.Client) -> None:
    """The rest of a slow body arrives at once after `clear_faults`."""
    sandbox.control.inject("list", slow=3600)
    with api.stream("GET", "/v2/conversations") as response:
        sandbox.control.clear_faults()
        assert response.read() == b'{"data":[],"total_count":0}'


def test_a_slow_body_can_be_large_or_empty(sandbox: Sandbox, api: httpx.Client) -> None:
    """A slow body of megabytes arrives in larger pieces, and an empty body arrives at once."""
    sandbox.control.inject("list", text="x" * 3_000_000, slow=0.1)
    assert len(api.get("/v2/conversations").content) == 3_000_000
    sandbox.control.inject("list", text="", slow=3600)
    assert api.get("/v2/conversations").content == b""


def test_a_success_can_be_unreadable(sandbox: Sandbox, api: httpx.Client) -> None:
    """A fault can replace the answer to a successful create call by a gateway's page."""
    sandbox.control.inject("create", text="<html>Please stand by</html>", when="after")
    answer = post(api, {"persona_id": PERSONA})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text == "<html>Please stand by</html>"
    assert sandbox.control.books()["active"] == 1
