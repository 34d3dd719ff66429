"""The command line against a local Tavus, on a machine without Pulumi unless a test brings one."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tavus_provider.cli.main import cli
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, REPLICA
from tests.support.http_client import HTTP

Opens = Callable[..., str]
Runs = Callable[..., Result]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on PATH, an empty one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def opens(sandbox: Sandbox) -> Opens:
    """Return a function that opens a conversation by hand, and returns its id."""

    def by_hand(**body: Any) -> str:
        given = {"persona_id": PERSONA, "replica_id": REPLICA, **body}
        answer = HTTP.post(f"{sandbox.url}/v2/conversations", json=given, headers={"x-api-key": sandbox.key})
        return str(answer.raise_for_status().json()["conversation_id"])

    return by_hand


@pytest.fixture
def run(sandbox: Sandbox, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Return a function that runs `tavus-provider conversations` for the sandbox's account, without a terminal."""
    monkeypatch.chdir(tmp_path)

    def conversations(*args: str, **environment: str) -> Result:
        account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, **environment}
        return CliRunner().invoke(cli, ["conversations", *args], env=account)

    return conversations


@pytest.fixture
def pulumi_that(programs: Path) -> Callable[[str], None]:
    """Return a function that puts a `pulumi` on PATH that runs a shell script, for what no real one can be made to say."""

    def does(script: str) -> None:
        program = programs / "pulumi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return does
