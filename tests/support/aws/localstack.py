"""LocalStack, a second reading of AWS beside moto's, in an environment of its own: see `make test-aws`."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.http_client import HTTP

ENVIRONMENT = Path(__file__).parents[3] / ".venv-aws"


@contextmanager
def serve_localstack(folder: Path) -> Iterator[str]:
    """Run LocalStack, which writes into `folder`, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "localstack.runtime.main"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=_environment(f"{host}:{port}", folder), stdout=log, stderr=log)
    with process:
        try:
            _wait_for_answer(process, f"http://{host}:{port}/_localstack/health")
            yield f"http://{host}:{port}"
        finally:
            process.terminate()


def _wait_for_answer(process: subprocess.Popen[bytes], url: str) -> None:
    while True:
        assert process.poll() is None, "LocalStack ended: `make test-aws` makes the environment that it needs"
        try:
            HTTP.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def _environment(address: str, folder: Path) -> dict[str, str]:
    """Return an environment in which LocalStack asks nothing of the internet, and keeps all files in `folder`."""
    offline = {"DISABLE_EVENTS": "1", "SKIP_SSL_CERT_DOWNLOAD": "1", "DNS_ADDRESS": "0"}
    place = {"GATEWAY_LISTEN": address, "OVERRIDE_IN_DOCKER": "0", "FILESYSTEM_ROOT": str(folder)}
    return {**os.environ, **offline, **place, "LS_LOG": "error"}
