"""The command `tavus-provider sandbox`."""

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

INVALID = (
    ["--port", "65536"],
    ["--port", "-1"],
    ["--speed", "-1"],
    ["--host", "0.0.0.0"],  # noqa: S104
    ["--local-aws", "--aws-endpoint", "http://127.0.0.1:1"],
)
PROGRAM = "from tavus_provider.cli.sandbox import sandbox; sandbox()"


@contextmanager
def run_command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_url(process: subprocess.Popen[str]) -> str:
    """Return the URL in the first line of output."""
    assert process.stdout
    return next(word for word in process.stdout.readline().split() if word.startswith("http://127.0.0.1:"))


def read_rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the remaining output and errors, once the process has ended."""
    assert process.stdout
    assert process.stderr
    output = process.stdout.read(), process.stderr.read()
    process.wait()
    return output


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_url_and_ends_on_a_signal(stop: signal.Signals) -> None:
    """The first line has the URL, the next says how to point the provider to it; SIGINT and SIGTERM end the command with 0."""
    with run_command() as process:
        url = read_url(process)
        assert httpx.get(f"{url}/v2/personas", headers={"x-api-key": "sandbox"}).status_code == 200
        process.send_signal(stop)
        output, errors = read_rest(process)
    assert output.splitlines()[0] == f"Point the provider to it: export TAVUS_BASE_URL={url} TAVUS_API_KEY=sandbox"
    assert (process.returncode, errors) == (0, "")


def test_key_and_speed_can_be_chosen() -> None:
    """--key and --speed reach the sandbox, and the command does not print a key that the user chose."""
    with run_command("--key", "my-own-key", "--speed", "1e6") as process:
        url = read_url(process)
        call = {"headers": {"x-api-key": "my-own-key"}, "json": {"replica_id": "r90bbd427f71"}}
        conversation_id = httpx.post(f"{url}/v2/conversations", **call).json()["conversation_id"]  # type: ignore[arg-type]
        with ControlClient(url) as control:
            assert control.room(conversation_id)["shutdown_reason"] == "participant_absent_timeout reached"
        process.terminate()
        assert "my-own-key" not in read_rest(process)[0]


def test_recordings_are_checked_with_an_aws_endpoint_only(aws: str) -> None:
    """With --aws-endpoint the sandbox asks that AWS for the role; without it the output says that recordings are not checked."""
    storage = {"provider": "s3", "bucket_name": "b", "bucket_region": "us-east-1", "assume_role_arn": "r"}
    body = {"replica_id": "r90bbd427f71", "properties": {"recording_storage": storage}}
    found = []
    for arguments in ((), ("--aws-endpoint", aws)):
        with run_command(*arguments) as process:
            call = httpx.post(f"{read_url(process)}/v2/conversations", headers={"x-api-key": "sandbox"}, json=body)
            process.terminate()
            found.append((call.status_code, "not written" in read_rest(process)[0]))
    assert found == [(200, True), (400, False)]


def test_a_local_aws_can_run_beside_the_sandbox() -> None:
    """--local-aws starts one, prints how to point boto3 to it, and makes the sandbox ask it for the role."""
    storage = {"provider": "s3", "bucket_name": "b", "bucket_region": "us-east-1", "assume_role_arn": "r"}
    body = {"replica_id": "r90bbd427f71", "properties": {"recording_storage": storage}}
    with run_command("--local-aws") as process:
        call = httpx.post(f"{read_url(process)}/v2/conversations", headers={"x-api-key": "sandbox"}, json=body)
        process.terminate()
        output, errors = read_rest(process)
    assert (call.status_code, process.returncode, errors) == (400, 0, "")
    assert "Point boto3 to its AWS: export AWS_ENDPOINT_URL=http://127.0.0.1:" in output


def test_the_printed_ids_exist() -> None:
    """A conversation can be created with the persona and the replica that the command prints."""
    with run_command() as process:
        url = read_url(process)
        persona, replica = "pcb7a34da5fe", "r90bbd427f71"
        call = {"headers": {"x-api-key": "sandbox"}, "json": {"persona_id": persona, "replica_id": replica}}
        created = httpx.post(f"{url}/v2/conversations", **call)  # type: ignore[arg-type]
        process.terminate()
        assert f"the persona {persona} and the replica {replica}" in read_rest(process)[0]
    assert created.status_code == 200


def test_a_taken_port_is_an_error_of_one_line() -> None:
    """The command fails with one line when the port is in use."""
    with Sandbox() as first:
        port = str(httpx.URL(first.url).port)
        result = CliRunner().invoke(command, ["--port", port])
    assert result.exit_code == 1
    problem = f"The sandbox cannot listen on 127.0.0.1:{port}: Address already in use."
    assert result.output == f"Error: {problem} Choose another port, or 0 for a free one.\n"


@pytest.mark.parametrize("arguments", INVALID)
def test_invalid_options_are_refused(arguments: list[str]) -> None:
    """Ports and speeds have their range, and no option chooses another address."""
    assert CliRunner().invoke(command, arguments).exit_code == 2
