"""The command line against a local Tavus, on a machine without Pulumi unless a test brings one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tavus_provider.cli.main import cli
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import create_by_hand

Create = Callable[..., str]
Run = Callable[..., Result]
InstallPulumi = Callable[[str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on PATH, an empty one."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def create(sandbox: Sandbox) -> Create:
    """Return a function that creates a conversation by hand, and returns its id."""
    return partial(create_by_hand, sandbox)


@pytest.fixture
def run(sandbox: Sandbox, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `tavus-provider conversations` for the sandbox's account, without a terminal."""
    monkeypatch.chdir(tmp_path)

    def conversations(*args: str, **environment: str) -> Result:
        account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, **environment}
        return CliRunner().invoke(cli, ["conversations", *args], env=account)

    return conversations


@pytest.fixture
def install_pulumi(programs: Path) -> InstallPulumi:
    """Return a function that puts a shell script on PATH as `pulumi`, for answers that the real one cannot be made to give."""

    def install(script: str) -> None:
        program = programs / "pulumi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return install


def list_stacks(*names: str) -> str:
    """Return what `pulumi stack ls --json` prints."""
    return json.dumps([{"name": name, "current": False} for name in names])


def configuration_json(settings: dict[str, str]) -> str:
    """Return what `pulumi config --json` prints."""
    return json.dumps({key: {"value": value, "secret": False} for key, value in settings.items()})
