"""The example rooms-on-demand: a web service, each of whose rooms is a stack of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack, session_processes
from tests.support.conversations import PERSONA, active_ids
from tests.support.http_client import HTTP, NO_TLS

TOKEN = "let-me-in"
WRONG_BODIES = [b"", b"{", b"[]", b"{}", b'{"seconds": 0}', b'{"seconds": 3601}', b'{"seconds": "60"}', b'{"seconds": true}']


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Run a local Tavus whose time stands still, so that no call ends by itself."""
    with Sandbox(clock_speed=0) as running:
        yield running


class Service(httpx.Client):
    """Client of a running service; it has the token. process: the id of the service's process; log: the lines that it logs."""

    process: int
    log: Iterator[str]

    def kill(self) -> None:
        """Kill the service with all processes that it started, as the end of a machine does."""
        for each in session_processes(self.process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


@contextlib.contextmanager
def serve(stack: Stack, sweep_seconds: float = 3600) -> Iterator[Service]:
    """Run the service as an operator does; yield a client of it."""
    settings = {"PERSONA_ID": PERSONA, "ROOMS_TOKEN": TOKEN, "PORT": "0", "SWEEP_SECONDS": str(sweep_seconds)}
    environment = {name: value for name, value in stack.variables().items() if name != "PULUMI_STACK"} | settings
    command = [".venv/bin/python", "service.py"]
    with subprocess.Popen(
        command, cwd=stack.project, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://[\d.:]+", line)))
        headers = {"authorization": f"Bearer {TOKEN}"}
        try:
            with Service(base_url=address, headers=headers, timeout=600, verify=NO_TLS, trust_env=False) as client:
                client.process, client.log = process.pid, process.stderr
                yield client
        finally:
            process.terminate()
            process.stderr.read()  # it ends when the service does


@pytest.fixture
def stack(sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    """Return a stack of the example, which only lends its environment to the service."""
    return new_stack(sandbox, project=copy_example("rooms-on-demand", tmp_path / "copy"))


def list_names(service: httpx.Client) -> list[str]:
    """Return the names of the rooms."""
    names: list[str] = service.get("/rooms").raise_for_status().json()["rooms"]
    return names


def wait_for_names(service: httpx.Client, is_reached: Callable[[list[str]], bool]) -> list[str]:
    """Return the names of the rooms once they are as expected."""
    while not is_reached(names := list_names(service)):
        time.sleep(0.1)
    return names


def test_a_room_lasts_until_it_is_deleted_or_swept(sandbox: Sandbox, stack: Stack) -> None:
    """One joins a room at its address; a sweep ends what is past its time, a restart forgets no room, and nothing is left."""
    with serve(stack) as service:
        answer = service.post("/rooms", json={"seconds": 3600})
        room = answer.json()
        assert answer.status_code == 201
        assert re.fullmatch(r"room-\d+-[0-9a-f]{6}", room["name"])
        assert room["ends_at"] - time.time() == pytest.approx(3600, abs=600)
        (call,) = active_ids(sandbox)
        assert HTTP.post(f"{room['url']}/join", json={"participant": "anna"}).json()["participants"] == ["anna"]
        short = service.post("/rooms", json={"seconds": 1}).json()
        assert len(active_ids(sandbox)) == 2
        assert set(list_names(service)) == {room["name"], short["name"]}
    with serve(stack, sweep_seconds=0.1) as service:
        assert wait_for_names(service, lambda names: len(names) == 1) == [room["name"]]
        assert active_ids(sandbox) == [call]
        assert service.delete(f"/rooms/{room['name']}").status_code == 204
        assert list_names(service) == []
        assert service.delete(f"/rooms/{room['name']}").status_code == 404
    assert active_ids(sandbox) == []
    assert [path.name for path in stack.project.glob("Pulumi.room-*")] == []


def test_one_operation_at_a_time_and_errors_of_one_line(sandbox: Sandbox, stack: Stack) -> None:
    """A room that is being created cannot be deleted; a refused creation says Tavus's reason and leaves nothing."""
    with serve(stack) as service, ThreadPoolExecutor(1) as pool:
        sandbox.control.hold("create", "before")
        creating = pool.submit(service.post, "/rooms", json={"seconds": 60})
        sandbox.control.wait_for_held()
        (name,) = list_names(service)
        busy = service.delete(f"/rooms/{name}")
        assert (busy.status_code, busy.json()) == (409, {"error": f"another operation on {name} is going on"})
        sandbox.control.release()
        assert creating.result().status_code == 201
        assert len(active_ids(sandbox)) == 1
        assert service.delete(f"/rooms/{name}").status_code == 204

        sandbox.control.inject("create", status=402, json={"message": "The user is out of conversational credits."})
        refused = service.post("/rooms", json={"seconds": 60})
        assert refused.status_code == 502
        assert "Tavus answered 402" in refused.json()["error"]
        assert "\n" not in refused.json()["error"]
        assert list_names(service) == []
    assert active_ids(sandbox) == []


def test_a_room_that_a_killed_service_has_locked_is_swept_after_a_cancel(sandbox: Sandbox, stack: Stack) -> None:
    """Errors and the log name the command that removes Pulumi's lock; after it the next sweep ends the room."""
    with serve(stack) as service, ThreadPoolExecutor(1) as pool:
        sandbox.control.hold("create", "before")
        creating = pool.submit(service.post, "/rooms", json={"seconds": 1})
        sandbox.control.wait_for_held()
        service.kill()
        sandbox.control.release(drop=True)
        assert isinstance(creating.exception(), httpx.TransportError)
    with serve(stack) as service:
        (name,) = list_names(service)
        locked = service.delete(f"/rooms/{name}")
        assert locked.status_code == 409
        cancel = f"if it was killed, run pulumi cancel --yes {name}"
        assert locked.json()["error"].endswith(cancel)
    with serve(stack, sweep_seconds=0.1) as service:
        next(line for line in service.log if f"sweep: {name}: " in line and cancel in line)
        stack.pulumi("cancel", "--yes", name)
        wait_for_names(service, lambda names: names == [])
    assert active_ids(sandbox) == []


def test_a_request_that_is_wrong_reaches_neither_pulumi_nor_tavus(sandbox: Sandbox, stack: Stack) -> None:
    """Without the token, without a time limit that fits, and for a name that is none, the answer says what is wrong."""
    with serve(stack) as service:
        stranger: dict[str, Any] = {"headers": {"authorization": "Bearer guess"}}
        refused = [service.post("/rooms", **stranger), service.get("/rooms", **stranger), service.delete("/rooms/a", **stranger)]
        assert [answer.status_code for answer in refused] == [401] * 3
        answers = [service.post("/rooms", content=body) for body in WRONG_BODIES]
        assert [answer.status_code for answer in answers] == [400] * len(WRONG_BODIES)
        assert "a whole number from 1 to 3600" in answers[0].json()["error"]
        unknown = service.delete("/rooms/dev")
        assert (unknown.status_code, unknown.json()) == (404, {"error": "there is no room 'dev'"})
        assert service.delete("/rooms/room-1-0123ab").status_code == 404
    assert sandbox.control.calls() == []
