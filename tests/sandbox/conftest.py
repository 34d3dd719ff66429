"""Fixtures: a local Tavus whose clock stands still, started once and reset for each test, with and without AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import Receiver
from tests.support.http_client import NO_TLS


@pytest.fixture(scope="session")
def bare_sandbox() -> Iterator[Sandbox]:
    """Return the one sandbox without AWS."""
    with Sandbox(clock_speed=0) as running:
        yield running


@pytest.fixture(scope="session")
def bare_client(bare_sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return the one client of the sandbox without AWS."""
    with make_client(bare_sandbox) as api:
        yield api


@pytest.fixture
def sandbox(bare_sandbox: Sandbox) -> Sandbox:
    """Return a fresh sandbox without AWS."""
    bare_sandbox.control.reset()
    return bare_sandbox


@pytest.fixture
def api(sandbox: Sandbox, bare_client: httpx.Client) -> httpx.Client:
    """Return a client of Tavus's paths."""
    return bare_client


@pytest.fixture(scope="session")
def guest() -> Iterator[httpx.Client]:
    """Return a client without a key or a base address."""
    with httpx.Client(trust_env=False) as guest:
        yield guest


@pytest.fixture(scope="session")
def aws_sandbox(moto_server: str) -> Iterator[Sandbox]:
    """Return the one sandbox that records to the local AWS, as an operator without AWS settings."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        with Sandbox(aws_endpoint=moto_server, clock_speed=0) as running:
            yield running


@pytest.fixture(scope="session")
def aws_client(aws_sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return the one client of the sandbox that records."""
    with make_client(aws_sandbox) as api:
        yield api


@pytest.fixture
def recording_sandbox(aws: str, aws_sandbox: Sandbox) -> Sandbox:
    """Return a fresh sandbox that records to an empty local AWS."""
    aws_sandbox.control.reset()
    return aws_sandbox


@pytest.fixture
def recording_api(recording_sandbox: Sandbox, aws_client: httpx.Client) -> httpx.Client:
    """Return a client of the sandbox that records."""
    return aws_client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a server that receives webhooks."""
    with Receiver() as receiver:
        yield receiver


def make_client(sandbox: Sandbox) -> httpx.Client:
    """Return an HTTP client with the sandbox's address and key, which ignores proxies from the environment."""
    return httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}, verify=NO_TLS, trust_env=False)
