"""Answers that come late, in part, or not at all."""

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


def failure(api: httpx.Client, method: str, path: str, body: Any = None) -> str:
    """Make a call that gets no whole answer, and return what the client says of it."""
    with pytest.raises(httpx.TransportError) as caught:
        api.request(method, path, json=body)
    return str(caught.value)


def failed_create(api: httpx.Client) -> str:
    """Make a create call that gets no whole answer, and return what the client says of it."""
    return failure(api, "POST", "/v2/conversations", {"persona_id": PERSONA})


@pytest.mark.parametrize(("when", "active"), EFFECT)
@pytest.mark.parametrize("how", WORDS)
def test_a_connection_can_end_without_an_answer(sandbox: Sandbox, api: httpx.Client, how: Any, when: When, active: int) -> None:
    """The connection is closed or reset, before the call has its effect or after that; the next call is answered."""
    sandbox.control.inject("create", close=how, when=when)
    assert WORDS[how] in failed_create(api)
    assert sandbox.control.books()["active"] == active
    assert [call["status"] for call in sandbox.control.calls()] == [None]
    assert create(api)["status"] == "active"


@pytest.mark.parametrize(("when", "status"), [("before", "active"), ("after", "ended")])
@pytest.mark.parametrize("call", [("POST", "/end"), ("DELETE", "")])
def test_an_end_may_have_happened_without_an_answer(
    sandbox: Sandbox, api: httpx.Client, call: tuple[str, str], when: When, status: str
) -> None:
    """Whether a lost end or delete took place is known to the books alone."""
    conversation_id = create_id(api)
    sandbox.control.inject(close="fin", when=when)
    assert EMPTY in failure(api, call[0], f"/v2/conversations/{conversation_id}{call[1]}")
    assert sandbox.control.room(conversation_id)["status"] == status


@pytest.mark.parametrize(("kept", "told"), [(0, (0, 27)), (10, (10, 27)), (27, (27, 28)), (10**6, (27, 28))])
def test_a_body_can_be_truncated(sandbox: Sandbox, api: httpx.Client, kept: int, told: tuple[int, int]) -> None:
    """Fewer bytes arrive than Content-Length told, however short the body is."""
    sandbox.control.inject("list", truncate=kept)
    assert "(received {} bytes, expected {})".format(*told) in failure(api, "GET", "/v2/conversations")


def test_a_truncated_call_has_had_its_effect(sandbox: Sandbox, api: httpx.Client) -> None:
    """What is cut is the answer of a call that was processed, unless the fault has an answer of its own."""
    sandbox.control.inject("create", truncate=20)
    assert "(received 20 bytes" in failed_create(api)
    assert sandbox.control.books()["active"] == 1


@pytest.mark.parametrize(("method", "suffix", "words"), [("POST", "/end", "(received 0 bytes"), ("DELETE", "", EMPTY)])
def test_an_empty_answer_can_be_truncated(sandbox: Sandbox, api: httpx.Client, method: str, suffix: str, words: str) -> None:
    """An empty body misses a byte; an answer that cannot have a body does not arrive."""
    conversation_id = create_id(api)
    sandbox.control.inject(truncate=0)
    assert words in failure(api, method, f"/v2/conversations/{conversation_id}{suffix}")
    assert sandbox.control.room(conversation_id)["status"] == "ended"


def test_an_answer_of_ones_own_can_be_truncated(sandbox: Sandbox, api: httpx.Client) -> None:
    """A refusal can be cut as well; then nothing was processed."""
    sandbox.control.inject("create", json={"message": "too many"}, status=429, truncate=4)
    assert "(received 4 bytes, expected 22)" in failed_create(api)
    assert sandbox.control.conversations() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_can_be_delayed(sandbox: Sandbox, api: httpx.Client, when: When) -> None:
    """The answer comes no earlier than after the delay, and is the usual one."""
    sandbox.control.inject("create", delay=0.05, when=when)
    began = time.monotonic()
    assert create(api)["status"] == "active"
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize(("when", "active"), EFFECT)
def test_a_client_may_give_up_first(sandbox: Sandbox, api: httpx.Client, when: When, active: int) -> None:
    """A call whose client has lost patience has its effect all the same, when its time has come."""
    sandbox.control.inject("create", delay=3600, when=when)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/v2/conversations", json={"persona_id": PERSONA}, timeout=0.2)
    assert sandbox.control.books()["active"] == active
    sandbox.control.clear_faults()
    assert sandbox.control.books()["active"] == 1


def test_a_body_can_be_slow(sandbox: Sandbox, api: httpx.Client) -> None:
    """The body takes its time and arrives whole."""
    sandbox.control.inject("list", slow=0.1)
    began = time.monotonic()
    assert api.get("/v2/conversations").json() == {"data": [], "total_count": 0}
    assert time.monotonic() - began >= 0.1


def test_a_slow_body_begins_at_once(sandbox: Sandbox, api: httpx.Client) -> None:
    """Status and headers do not wait for the body."""
    sandbox.control.inject("list", slow=3600)
    with api.stream("GET", "/v2/conversations") as response:
        assert (response.status_code, response.headers["content-length"]) == (200, "27")
        sandbox.control.reset()
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            response.read()


def test_a_slow_body_comes_in_pieces(sandbox: Sandbox, api: httpx.Client) -> None:
    """The first byte is there long before the last."""
    sandbox.control.inject("list", slow=10)
    with api.stream("GET", "/v2/conversations") as response:
        assert next(response.iter_raw()) != b'{"data":[],"total_count":0}'
        sandbox.control.reset()


def test_clearing_ends_the_slowness(sandbox: Sandbox, api: httpx.Client) -> None:
    """Without its fault the rest of a slow body comes at once."""
    sandbox.control.inject("list", slow=3600)
    with api.stream("GET", "/v2/conversations") as response:
        sandbox.control.clear_faults()
        assert response.read() == b'{"data":[],"total_count":0}'


def test_a_slow_body_can_be_large_or_empty(sandbox: Sandbox, api: httpx.Client) -> None:
    """Megabytes come in larger pieces, and an empty body is there at once."""
    sandbox.control.inject("list", text="x" * 3_000_000, slow=0.1)
    assert len(api.get("/v2/conversations").content) == 3_000_000
    sandbox.control.inject("list", text="", slow=3600)
    assert api.get("/v2/conversations").content == b""


def test_a_success_can_be_unreadable(sandbox: Sandbox, api: httpx.Client) -> None:
    """A gateway's page can stand where the answer to a successful create belongs."""
    sandbox.control.inject("create", text="<html>Please stand by</html>", when="after")
    answer = post(api, {"persona_id": PERSONA})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text == "<html>Please stand by</html>"
    assert sandbox.control.books()["active"] == 1
