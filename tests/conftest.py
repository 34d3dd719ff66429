"""Fixtures of all tests: a clean environment, a local Tavus and a local AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tavus_provider.recording.aws import clients
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.local_aws import LocalAws
from tavus_provider.settings import PLUGINS
from tests.support.aws.local import empty_aws, point_boto3_to
from tests.support.aws.localstack import serve_localstack

hypothesis.settings.register_profile("tests", deadline=None, derandomize=True)  # no test depends on speed or luck
hypothesis.settings.load_profile("tests")


def clear_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the machine's settings from the environment."""
    for name in list(os.environ):
        if name.startswith(("TAVUS_", "AWS_", "PULUMI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's settings out of a test, and the test's intents out of the machine."""
    clear_environment(monkeypatch)
    clients.ask_identity.cache_clear()  # each test is a process of its own to the provider
    monkeypatch.setenv("TAVUS_STATE_DIR", str(tmp_path / "tavus-state"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choices of the local AWS and of the plugin."""
    parser.addoption("--plugin", choices=PLUGINS, default="dynamic", help="what serves the programs in Python")
    parser.addoption("--aws", choices=["moto", "localstack"], default="moto", help="the local AWS of the tests")


@pytest.fixture(scope="session")
def plugin(request: pytest.FixtureRequest) -> str:
    """Return what serves the programs in Python: dynamic or native."""
    chosen: str = request.config.getoption("--plugin")
    return chosen


@pytest.fixture(scope="session")
def moto_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one local AWS for all tests of a process: moto's, or LocalStack."""
    if request.config.getoption("--aws") == "localstack":
        with serve_localstack(tmp_path_factory.mktemp("localstack")) as url:
            yield url
    else:
        with LocalAws() as local:
            yield local.url


@pytest.fixture
def aws(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty AWS, which boto3 is pointed to."""
    empty_aws(moto_server)
    point_boto3_to(moto_server, monkeypatch)
    return moto_server


@pytest.fixture(scope="session")
def tavus() -> Iterator[Sandbox]:
    """Run one local Tavus without AWS for all tests of a process."""
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def recording_tavus(moto_server: str) -> Iterator[Sandbox]:
    """Run one local Tavus that records to the local AWS, for all tests of a process."""
    with Sandbox(aws_endpoint=moto_server) as running:
        yield running


@pytest.fixture
def sandbox(tavus: Sandbox) -> Sandbox:
    """Return a local Tavus without AWS, as new."""
    tavus.control.reset()
    return tavus


@pytest.fixture
def recording_sandbox(recording_tavus: Sandbox, aws: str) -> Sandbox:
    """Return a local Tavus that records to the local AWS, as new."""
    recording_tavus.control.reset()
    return recording_tavus
