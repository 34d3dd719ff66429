"""Calls that are held at a known point, so that a test can end their client exactly there."""

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
from tests.sandbox.conftest import client
from tests.sandbox.helpers import create, create_id, post
from tests.sandbox.storage import Storage, nested
from tests.support.conversations import PERSONA

EFFECT: list[tuple[When, int]] = [("before", 0), ("after", 1)]
CLIENT = "import httpx, sys; httpx.post(sys.argv[1], headers={'x-api-key': 'sandbox'}, json={'persona_id': sys.argv[2]})"


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return a client of Tavus's paths that leaves no connections behind."""
    with client(sandbox) as api:
        yield api


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads to call from."""
    with ThreadPoolExecutor(64) as pool:
        yield pool


def started(pool: ThreadPoolExecutor, api: httpx.Client, name: str = "call") -> Future[httpx.Response]:
    """Begin a create call."""
    return pool.submit(post, api, {"persona_id": PERSONA, "conversation_name": name})


@pytest.mark.parametrize(("when", "active"), EFFECT)
def test_a_call_is_held_before_or_after_its_effect(
    sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor, when: When, active: int
) -> None:
    """A held call shows what it asks and where it stands; once released it is answered as usual."""
    sandbox.control.hold("create", when)
    call = started(pool, api)
    (held,) = sandbox.control.wait_for_held()
    assert (held["when"], held["call"]["method"], held["call"]["status"]) == (when, "POST", None)
    assert held["call"]["body"] == {"persona_id": PERSONA, "conversation_name": "call"}
    assert sandbox.control.books()["active"] == active
    assert [one["held_id"] for one in sandbox.control.release()] == [held["held_id"]]
    assert call.result().status_code == 200
    assert sandbox.control.held_calls() == []
    assert sandbox.control.books()["active"] == 1


@pytest.mark.parametrize(("when", "active"), EFFECT)
@pytest.mark.parametrize(("drop", "begun"), [(False, True), (True, False)])
def test_a_client_can_be_killed_at_the_point(sandbox: Sandbox, when: When, active: int, drop: bool, begun: bool) -> None:
    """What a killed client had sent is processed on release, and is not if it is dropped before that."""
    sandbox.control.hold("create", when)
    line = [sys.executable, "-c", CLIENT, f"{sandbox.url}/v2/conversations", PERSONA]
    with subprocess.Popen(line) as client:
        sandbox.control.wait_for_held()
        client.kill()
    assert sandbox.control.books()["active"] == active
    sandbox.control.release(drop=drop)
    assert sandbox.control.books()["active"] == int(active or begun)
    assert len(sandbox.control.calls()) == 1


def test_both_sides_of_one_call_can_be_held(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A call that was held before its effect can be held again after it."""
    for when, _ in EFFECT:
        sandbox.control.hold("create", when)
    call = started(pool, api)
    for when, active in EFFECT:
        assert [held["when"] for held in sandbox.control.wait_for_held()] == [when]
        assert sandbox.control.books()["active"] == active
        sandbox.control.release()
    assert call.result().status_code == 200


def test_a_held_call_can_be_answered_by_a_fault(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Holding does not settle how a call ends."""
    sandbox.control.hold("create", "after")
    sandbox.control.inject("create", status=503, when="after")
    call = started(pool, api)
    assert sandbox.control.wait_for_held()[0]["call"]["faults"] == ["f1", "f2"]
    sandbox.control.release()
    assert call.result().status_code == 503
    assert sandbox.control.books()["active"] == 1


def test_the_next_call_after_some_others_can_be_held(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """A hold chooses its calls as any fault does."""
    conversation_id = create_id(api)
    sandbox.control.hold("get", skip=2)
    calls = [pool.submit(api.get, f"/v2/conversations/{conversation_id}") for _ in range(3)]
    sandbox.control.wait_for_held()
    assert len(sandbox.control.held_calls()) == 1
    sandbox.control.release()
    assert [call.result().status_code for call in calls] == [200] * 3


def test_held_calls_keep_nobody_waiting(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """However many calls are held, others are answered, also those that wait for the held ones."""
    sandbox.control.hold("create", times=40)
    calls = [started(pool, api) for _ in range(40)]
    assert len(sandbox.control.wait_for_held(count=40)) == 40
    waiting = [pool.submit(sandbox.control.wait_for_held, count=41) for _ in range(10)]
    assert api.get("/v2/conversations").json()["total_count"] == 0
    assert create(api)["status"] == "active"
    sandbox.control.hold("create")
    calls.append(started(pool, api))
    assert [len(found.result()) for found in waiting] == [41] * 10
    sandbox.control.release()
    assert [call.result().status_code for call in calls] == [200] * 41


def test_held_calls_can_be_released_one_by_one(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Two programs can be brought to the same point and let go in either order."""
    sandbox.control.hold("create", times=2)
    calls = {name: started(pool, api, name) for name in ("one", "two")}
    held = {one["call"]["body"]["conversation_name"]: one["held_id"] for one in sandbox.control.wait_for_held(count=2)}
    for name in ("two", "one"):
        sandbox.control.release(held[name])
        assert calls[name].result().status_code == 200
    assert [room["conversation_name"] for room in sandbox.control.conversations()] == ["two", "one"]


def test_waiting_for_a_call_has_an_end(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """When no call comes, or too few, waiting fails with how many are held."""
    with pytest.raises(ControlError, match="0 of 1 calls are held after 0.01 s"):
        sandbox.control.wait_for_held(0.01)
    sandbox.control.hold("create")
    call = started(pool, api)
    sandbox.control.wait_for_held()
    with pytest.raises(ControlError, match="1 of 2 calls are held after 0.01 s"):
        sandbox.control.wait_for_held(0.01, count=2)
    sandbox.control.release()
    assert call.result().status_code == 200


def test_what_is_not_held_cannot_be_released(sandbox: Sandbox) -> None:
    """Releasing everything is fine when nothing is held; an unknown id is an error."""
    assert sandbox.control.release() == []
    with pytest.raises(ControlError, match="no call is held as h99"):
        sandbox.control.release("h99")


def test_a_release_waits_for_the_effect(aws: str, recording_sandbox: Sandbox, pool: ThreadPoolExecutor) -> None:
    """However long a released call takes to be processed, its effect is there when the release returns."""
    storage = Storage(aws)
    storage.make_bucket()
    storage.make_role()
    storage.close()
    recording_sandbox.control.hold("create")
    with client(recording_sandbox) as api:
        call = pool.submit(post, api, {"persona_id": PERSONA, "properties": nested()})
        recording_sandbox.control.wait_for_held()
        recording_sandbox.control.release()
        assert recording_sandbox.control.books()["active"] == 1
        assert call.result().status_code == 200


def test_clearing_lets_held_calls_go_on(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor) -> None:
    """Without its fault a call goes all the way, past a second point where it was to be held too."""
    for when, _ in EFFECT:
        sandbox.control.hold("create", when)
    call = started(pool, api)
    sandbox.control.wait_for_held()
    sandbox.control.clear_faults()
    assert sandbox.control.books()["active"] == 1
    assert call.result().status_code == 200


@pytest.mark.parametrize("fault", ["hold", "delay"])
def test_a_reset_drops_what_waits(sandbox: Sandbox, api: httpx.Client, pool: ThreadPoolExecutor, fault: str) -> None:
    """A call from before a reset has no effect after it, and no answer."""
    sandbox.control.hold("create")
    if fault == "delay":
        sandbox.control.inject("create", delay=3600)
    calls = [started(pool, api)]
    sandbox.control.wait_for_held()
    sandbox.control.reset()
    with pytest.raises(httpx.RemoteProtocolError):
        calls[0].result()
    assert sandbox.control.conversations() == []
    assert sandbox.control.calls() == []


def test_a_sandbox_ends_while_calls_wait(pool: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture) -> None:
    """Held calls, slow bodies and those who wait for held calls do not hold up the end, nor is it an error."""
    with httpx.Client(headers={"x-api-key": "sandbox"}, trust_env=False) as api:
        with Sandbox() as sandbox:
            api.base_url = httpx.URL(sandbox.url)
            sandbox.control.hold("create")
            sandbox.control.inject("list", slow=3600)
            slow = api.send(api.build_request("GET", "/v2/conversations"), stream=True)
            call, waiting = started(pool, api), pool.submit(api.post, "/sandbox/held/wait", json={"count": 9}, timeout=60)
            sandbox.control.wait_for_held()
        with pytest.raises(httpx.TransportError):
            slow.read()
        assert isinstance(call.exception(), httpx.TransportError)
        assert isinstance(waiting.exception(), httpx.TransportError) or waiting.result().status_code == 408
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
