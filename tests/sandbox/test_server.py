"""The sandbox as a server: its start, its end, and several at a time."""

from __future__ import annotations

import gc
import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox import Limits, Sandbox
from tavus_provider.sandbox.api.routing import make_application, make_route
from tests.sandbox.helpers import Receiver
from tests.support.conversations import REPLICA


def count_descriptors() -> int:
    """Return how many files and sockets this process has open."""
    gc.collect()
    return len(list(Path("/dev/fd").iterdir()))


def start_all_threads(sandbox: Sandbox, callback_url: str) -> None:
    """Make the sandbox start every thread that it can start."""
    with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as api:
        storage = {"provider": "s3", "bucket_name": "b", "bucket_region": "r", "assume_role_arn": "a"}
        properties = {"enable_recording": True, "recording_storage": storage}
        body = {"replica_id": REPLICA, "callback_url": callback_url, "properties": properties}
        conversation_id = api.post("/v2/conversations", json=body).json()["conversation_id"]
        sandbox.control.join(conversation_id)
        sandbox.control.start_recording(conversation_id)
        sandbox.control.leave(conversation_id)
        assert len(sandbox.control.webhooks()) == 4


def test_a_sandbox_leaves_nothing_behind(receiver: Receiver) -> None:
    """After its end a sandbox leaves no threads, sockets or files, and its port is free."""
    with Sandbox() as sandbox:
        start_all_threads(sandbox, receiver.url)
    threads, files = set(threading.enumerate()), count_descriptors()
    with Sandbox() as sandbox:
        start_all_threads(sandbox, receiver.url)
    assert set(threading.enumerate()) == threads
    assert count_descriptors() <= files  # idle connections of other tests may end meanwhile
    with socket.socket() as free, pytest.raises(ConnectionRefusedError):
        free.connect(("127.0.0.1", httpx.URL(sandbox.url).port))


def test_a_sandbox_ends_while_clients_are_connected() -> None:
    """Idle connections of clients do not delay the end of a sandbox."""
    with httpx.Client() as client:
        with Sandbox() as sandbox:
            assert client.get(f"{sandbox.url}/v2/personas").status_code == 401
        with pytest.raises(httpx.TransportError):
            client.get(f"{sandbox.url}/v2/personas")


def raise_bug(_request: Request) -> Response:
    """Raise an exception that no handler of the sandbox should raise."""
    raise ZeroDivisionError("a bug")


def test_a_bug_of_the_sandbox_answers_500_and_closes_the_connection() -> None:
    """A 500 names the sandbox's bug and closes the connection, so that the client's next call is answered."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_application([make_route("/", GET=raise_bug)]), lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    with httpx.Client(trust_env=False) as client:
        answers = [client.get("http://{}:{}/".format(*listener.getsockname())) for _ in range(20)]
        server.should_exit = True
    thread.join()
    assert {(answer.status_code, answer.headers["connection"]) for answer in answers} == {(500, "close")}
    assert answers[0].json() == {"message": "The sandbox itself failed, which is a bug in it: ZeroDivisionError: a bug"}


def test_a_sandbox_ends_on_an_exception() -> None:
    """An exception inside the block passes through, and the server has ended."""
    with pytest.raises(RuntimeError, match="the test's own"):
        with Sandbox() as sandbox:
            raise RuntimeError("the test's own")
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.url)


def test_several_sandboxes_share_nothing() -> None:
    """Each sandbox has its own port, key and state."""
    with Sandbox(key="one") as one, Sandbox(key="two", limits=Limits(concurrency=0)) as two:
        statuses = [
            httpx.post(
                f"{sandbox.url}/v2/conversations", headers={"x-api-key": sandbox.key}, json={"replica_id": REPLICA}
            ).status_code
            for sandbox in (one, two)
        ]
        assert statuses == [200, 400]
        assert [sandbox.control.books()["active"] for sandbox in (one, two)] == [1, 0]


def test_the_port_can_be_chosen_again_at_once() -> None:
    """A port is free as soon as its sandbox has ended."""
    with Sandbox() as first:
        port = httpx.URL(first.url).port or 0
        httpx.get(first.url)
    with Sandbox(port) as second:
        assert second.url == first.url
        assert httpx.get(second.url).status_code == 401


def test_a_taken_port_is_an_error_of_one_line() -> None:
    """A port that is in use raises an OSError that says what to do."""
    with Sandbox() as first:
        port = httpx.URL(first.url).port
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use. Choose another"):
            Sandbox(port or 0).__enter__()


def test_a_sandbox_does_not_change_the_logging_of_the_program() -> None:
    """A sandbox neither adds handlers nor changes levels."""
    before = (list(logging.root.handlers), logging.root.level, list(logging.getLogger("uvicorn").handlers))
    with Sandbox():
        pass
    assert (list(logging.root.handlers), logging.root.level, list(logging.getLogger("uvicorn").handlers)) == before


def test_boto3_is_loaded_only_for_an_aws_endpoint() -> None:
    """A sandbox without an AWS endpoint does not import boto3."""
    program = "import sys; from tavus_provider.sandbox import Sandbox; Sandbox(); sys.exit('boto3' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == 0
