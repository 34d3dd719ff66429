"""Calls that are held before or after their processing, so that a test can kill their client at that point."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tests.sandbox.conftest import make_client
from tests.sandbox.helpers import create, create_id, post
from tests.sandbox.storage import Storage, storage_properties
from tests.support.conversations import PERSONA

EFFECT: list[tuple[When, int]] = [("before", 0), ("after", 1)]
CLIENT = "import httpx, sys; httpx.post(sys.argv[1], headers={'x-api-key': 'sandbox'}, json={'persona_id': sys.argv[2]})"


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return a client of Tavus's paths that leaves no connections behind."""
    with make_client(sandbox) as api:
        yield api


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads to call from."""
    with ThreadPoolExecutor(64) as pool:
        yield pool


def start_create(pool: ThreadPoolExecutor, api: httpx.Client, name: str = "call") -> Future[httpx.Response]:
    """Start a create call in another thread."""
    return pool.submit(post, api, {"persona_id": PERSONA, "conversation_name": name})


@pytest.mark.parametrize(("when", "active"), EFFECT)
def test_a_call_is_held_before_or_after_its_effect(
    sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor, when: When, active: int
) -> None:
    """A held call shows its body and its side of the processing, and is answered as usual after its release."""
    sandbox.control.hold("create", when)
    call = start_create(pool, api)
    (held,) = sandbox.control.wait_for_held()
    assert (held["when"], held["call"]["method"], held["call"]["status"]) == (when, "POST", None)
    assert held["call"]["body"] == {"persona_id": PERSONA, "conversation_name": "call"}
    assert sandbox.control.books()["active"] == active
    assert [one["held_id"] for one in sandbox.control.release()] == [held["held_id"]]
    assert call.result().status_code == 200
    assert sandbox.control.held_calls() == []
    assert sandbox.control.books()["active"] == 1


@pytest.mark.parametrize(("when", "active"), EFFECT)
@pytest.mark.parametrize(("drop", "processed"), [(False, True), (True, False)])
def test_a_client_can_be_killed_while_its_call_is_held(
    sandbox: Sandbox, when: When, active: int, drop: bool, processed: bool
) -> None:
    """A held call of a killed client is processed on release, and not if it is dropped before its processing."""
    sandbox.control.hold("create", when)
    line = [sys.executable, "-c", CLIENT, f"{sandbox.url}/v2/conversations", PERSONA]
    with subprocess.Popen(line) as client:
        sandbox.control.wait_for_held()
        client.kill()
    assert sandbox.control.books()["active"] == active
    sandbox.control.release(drop=drop)
    assert sandbox.control.books()["active"] == int(active or processed)
    assert len(sandbox.control.calls()) == 1


def test_both_sides_of_one_call_can_be_held(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A call can be held before its processing and again after it."""
    for when, _ in EFFECT:
        sandbox.control.hold("create", when)
    call = start_create(pool, api)
    for when, active in EFFECT:
        assert [held["when"] for held in sandbox.control.wait_for_held()] == [when]
        assert sandbox.control.books()["active"] == active
        sandbox.control.release()
    assert call.result().status_code == 200


def test_a_held_call_can_be_answered_by_a_fault(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A fault can answer a call that another fault holds."""
    sandbox.control.hold("create", "after")
    sandbox.control.inject("create", status=503, when="after")
    call = start_create(pool, api)
    assert sandbox.control.wait_for_held()[0]["call"]["faults"] == ["f1", "f2"]
    sandbox.control.release()
    assert call.result().status_code == 503
    assert sandbox.control.books()["active"] == 1


def test_the_next_call_after_some_others_can_be_held(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A hold selects its calls as any fault does."""
    conversation_id = create_id(api)
    sandbox.control.hold("get", skip=2)
    calls = [pool.submit(api.get, f"/v2/conversations/{conversation_id}") for _ in range(3)]
    sandbox.control.wait_for_held()
    assert len(sandbox.control.held_calls()) == 1
    sandbox.control.release()
    assert [call.result().status_code for call in calls] == [200] * 3


def test_held_calls_block_no_others(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Other calls are answered however many are held, also those that wait for held calls."""
    sandbox.control.hold("create", times=40)
    calls = [start_create(pool, api) for _ in range(40)]
    assert len(sandbox.control.wait_for_held(count=40)) == 40
    waiting = [pool.submit(sandbox.control.wait_for_held, count=41) for _ in range(10)]
    assert api.get("/v2/conversations").json()["total_count"] == 0
    assert create(api)["status"] == "active"
    sandbox.control.hold("create")
    calls.append(start_create(pool, api))
    assert [len(found.result()) for found in waiting] == [41] * 10
    sandbox.control.release()
    assert [call.result().status_code for call in calls] == [200] * 41


def test_held_calls_can_be_released_one_by_one(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Two held calls can be released in either order."""
    sandbox.control.hold("create", times=2)
    calls = {name: start_create(pool, api, name) for name in ("one", "two")}
    held = {one["call"]["body"]["conversation_name"]: one["held_id"] for one in sandbox.control.wait_for_held(count=2)}
    for name in ("two", "one"):
        sandbox.control.release(held[name])
        assert calls[name].result().status_code == 200
    assert [room["conversation_name"] for room in sandbox.control.conversations()] == ["two", "one"]


def test_waiting_for_held_calls_times_out(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Waiting fails with the number of held calls when no call comes, or too few."""
    with pytest.raises(ControlError, match="0 of 1 calls are held after 0.01 s"):
        sandbox.control.wait_for_held(0.01)
    sandbox.control.hold("create")
    call = start_create(pool, api)
    sandbox.control.wait_for_held()
    with pytest.raises(ControlError, match="1 of 2 calls are held after 0.01 s"):
        sandbox.control.wait_for_held(0.01, count=2)
    sandbox.control.release()
    assert call.result().status_code == 200


def test_a_call_that_is_not_held_cannot_be_released(sandbox: Sandbox) -> None:
    """A release of all calls succeeds when none is held; a release of an unknown id fails."""
    assert sandbox.control.release() == []
    with pytest.raises(ControlError, match="no call is held as h99"):
        sandbox.control.release("h99")


def test_a_release_waits_for_the_effect(aws: str, recording_sandbox: Sandbox, pool: ThreadPoolExecutor) -> None:
    """A released call has had its effect when the release returns, however long its processing takes."""
    storage = Storage(aws)
    storage.make_bucket()
    storage.make_role()
    storage.close()
    recording_sandbox.control.hold("create")
    with make_client(recording_sandbox) as api:
        call = pool.submit(post, api, {"persona_id": PERSONA, "properties": storage_properties()})
        recording_sandbox.control.wait_for_held()
        recording_sandbox.control.release()
        assert recording_sandbox.control.books()["active"] == 1
        assert call.result().status_code == 200


def test_clearing_lets_held_calls_go_on(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A held call goes on after `clear_faults`, and is not held a second time."""
    for when, _ in EFFECT:
        sandbox.control.hold("create", when)
    call = start_create(pool, api)
    sandbox.control.wait_for_held()
    sandbox.control.clear_faults()
    assert sandbox.control.books()["active"] == 1
    assert call.result().status_code == 200


@pytest.mark.parametrize("fault", ["hold", "delay"])
def test_a_reset_drops_waiting_calls(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor, fault: str) -> None:
    """A call from before a reset has no effect after it, and no answer."""
    sandbox.control.hold("create")
    if fault == "delay":
        sandbox.control.inject("create", delay=3600)
    calls = [start_create(pool, api)]
    sandbox.control.wait_for_held()
    sandbox.control.reset()
    with pytest.raises(httpx.RemoteProtocolError):
        calls[0].result()
    assert sandbox.control.conversations() == []
    assert sandbox.control.calls() == []


def test_a_sandbox_ends_while_calls_wait(pool: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture) -> None:
    """Held calls, slow bodies and requests that wait for held calls neither delay the end of the sandbox nor log an error."""
    with httpx.Client(headers={"x-api-key": "sandbox"}, trust_env=False) as api:
        with Sandbox() as sandbox:
            api.base_url = httpx.URL(sandbox.url)
            sandbox.control.hold("create")
            sandbox.control.inject("list", slow=3600)
            slow = api.send(api.build_request("GET", "/v2/conversations"), stream=True)
            call, waiting = start_create(pool, api), pool.submit(api.post, "/sandbox/held/wait", json={"count": 9}, timeout=60)
            sandbox.control.wait_for_held()
        with pytest.raises(httpx.TransportError):
            slow.read()
        assert isinstance(call.exception(), httpx.TransportError)
        assert isinstance(waiting.exception(), httpx.TransportError) or waiting.result().status_code == 408
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
