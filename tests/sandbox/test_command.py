"""The command that runs the sandbox in a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from click.testing import CliRunner

from tavus_provider.cli.sandbox import sandbox as command
from tavus_provider.sandbox import ControlClient, Sandbox

SENSELESS = (
    ["--port", "65536"],
    ["--port", "-1"],
    ["--speed", "-1"],
    ["--host", "0.0.0.0"],  # noqa: S104
    ["--local-aws", "--aws-endpoint", "http://127.0.0.1:1"],
)
PROGRAM = "from tavus_provider.cli.sandbox import sandbox; sandbox()"


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    """Return the URL that the first line of output names."""
    assert process.stdout
    return next(word for word in process.stdout.readline().split() if word.startswith("http://127.0.0.1:"))


def rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what the process still says, on both streams, until it has ended."""
    assert process.stdout
    assert process.stderr
    said = process.stdout.read(), process.stderr.read()
    process.wait()
    return said


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_and_ends_on_a_signal(stop: signal.Signals) -> None:
    """The first line has the URL, the next how to point the provider to it; SIGINT and SIGTERM end it with 0."""
    with running() as process:
        url = url_of(process)
        assert httpx.get(f"{url}/v2/personas", headers={"x-api-key": "sandbox"}).status_code == 200
        process.send_signal(stop)
        output, errors = rest(process)
    assert output.splitlines()[0] == f"Point the provider to it: export TAVUS_BASE_URL={url} TAVUS_API_KEY=sandbox"
    assert (process.returncode, errors) == (0, "")


def test_key_and_speed_can_be_chosen() -> None:
    """--key and --speed reach the sandbox; a key of one's own is not printed."""
    with running("--key", "my-own-key", "--speed", "1e6") as process:
        url = url_of(process)
        call = {"headers": {"x-api-key": "my-own-key"}, "json": {"replica_id": "r90bbd427f71"}}
        conversation_id = httpx.post(f"{url}/v2/conversations", **call).json()["conversation_id"]  # type: ignore[arg-type]
        with ControlClient(url) as control:
            assert control.room(conversation_id)["shutdown_reason"] == "participant_absent_timeout reached"
        process.terminate()
        assert "my-own-key" not in rest(process)[0]


def test_recordings_are_checked_with_an_aws_endpoint_only(aws: str) -> None:
    """--aws-endpoint makes the sandbox ask that AWS for the role; without it the output says that nobody does."""
    storage = {"provider": "s3", "bucket_name": "b", "bucket_region": "us-east-1", "assume_role_arn": "r"}
    body = {"replica_id": "r90bbd427f71", "properties": {"recording_storage": storage}}
    found = []
    for arguments in ((), ("--aws-endpoint", aws)):
        with running(*arguments) as process:
            call = httpx.post(f"{url_of(process)}/v2/conversations", headers={"x-api-key": "sandbox"}, json=body)
            process.terminate()
            found.append((call.status_code, "not written" in rest(process)[0]))
    assert found == [(200, True), (400, False)]


def test_a_local_aws_can_run_beside_it() -> None:
    """--local-aws starts one, says how to point boto3 to it, and makes the sandbox ask it for the role."""
    storage = {"provider": "s3", "bucket_name": "b", "bucket_region": "us-east-1", "assume_role_arn": "r"}
    body = {"replica_id": "r90bbd427f71", "properties": {"recording_storage": storage}}
    with running("--local-aws") as process:
        call = httpx.post(f"{url_of(process)}/v2/conversations", headers={"x-api-key": "sandbox"}, json=body)
        process.terminate()
        output, errors = rest(process)
    assert (call.status_code, process.returncode, errors) == (400, 0, "")
    assert "Point boto3 to its AWS: export AWS_ENDPOINT_URL=http://127.0.0.1:" in output


def test_the_ids_that_it_names_are_there() -> None:
    """The persona and the replica of the introduction open a conversation."""
    with running() as process:
        url = url_of(process)
        persona, replica = "pcb7a34da5fe", "r90bbd427f71"
        call = {"headers": {"x-api-key": "sandbox"}, "json": {"persona_id": persona, "replica_id": replica}}
        opened = httpx.post(f"{url}/v2/conversations", **call)  # type: ignore[arg-type]
        process.terminate()
        assert f"the persona {persona} and the replica {replica}" in rest(process)[0]
    assert opened.status_code == 200


def test_a_taken_port_is_one_clear_line() -> None:
    """The command fails in one line when the port is taken."""
    with Sandbox() as first:
        port = str(httpx.URL(first.url).port)
        result = CliRunner().invoke(command, ["--port", port])
    assert result.exit_code == 1
    problem = f"The sandbox cannot listen on 127.0.0.1:{port}: Address already in use."
    assert result.output == f"Error: {problem} Choose another port, or 0 for a free one.\n"


@pytest.mark.parametrize("arguments", SENSELESS)
def test_senseless_options_are_refused(arguments: list[str]) -> None:
    """Ports and speeds have their range, and there is no way to listen on another address."""
    assert CliRunner().invoke(command, arguments).exit_code == 2
