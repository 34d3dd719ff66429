"""Progress of long commands: a bar at a terminal, on stderr; nothing in a pipe; stdout has the result and nothing else."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner

from tavus_provider.cli.main import cli
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, list_stacks
from tests.cli.test_ending import add_intent
from tests.support.terminal import run_with_errors_at_terminal

BUCKET = "recordings-of-tests"
STATE = '{"version": 3, "deployment": {"resources": []}}'
PULUMI = f"""case $* in
  *version*) echo v3.274.1;;
  *'stack ls'*) echo '{list_stacks("organization/shop/dev", "organization/shop/prod")}';;
  *) echo '{STATE}';;
esac"""
COMMANDS = {
    "conversations --all --json": "Reading",
    "conversations --orphans --json": "Reading states",
    "conversations --orphans --end --yes --json": "Ending",
    "conversations --import-file file.json {ids} --json": "Reading",
    "export --all --json": "Listing",
    "recordings BUCKET --json": "Reading",
    "recordings BUCKET --download c1/1 --json": "Downloading",
    "doctor --json": "Checking",
}
"""Commands, and the label of a bar that each shows."""


@pytest.fixture
def machine(sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi, aws: str) -> str:
    """Return the ids of two conversations, where there are two of interrupted runs, two stacks and two recordings, too."""
    install_pulumi(PULUMI)
    storage = boto3.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("c1/1", "c1/2"):
        storage.put_object(Bucket=BUCKET, Key=key, Body=b"0")
    for name in ("One", "Two"):
        add_intent(sandbox, create(conversation_name=name), name, resource=f"urn:pulumi:dev::shop::t::{name}")
    return f"{create()} {create()}"


def write_command(sandbox: Sandbox, line: str) -> tuple[list[str], dict[str, str]]:
    """Return a command line of `tavus-provider`, and its environment."""
    environment = {**os.environ, "TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, "COLUMNS": "100"}
    program = [sys.executable, "-c", "from tavus_provider.cli import main; main()"]
    return [*program, *line.replace("BUCKET", BUCKET).split()], environment


@pytest.mark.parametrize(("command", "label"), COMMANDS.items(), ids=COMMANDS)
def test_a_terminal_shows_the_progress_and_a_pipe_gets_the_result(
    sandbox: Sandbox, machine: str, tmp_path: Path, command: str, label: str
) -> None:
    """The bar grows on stderr and is removed at the end; stdout is JSON alone."""
    arguments, environment = write_command(sandbox, command.format(ids=machine))
    printed, shown = run_with_errors_at_terminal(arguments, tmp_path, environment)
    assert json.loads(printed)
    drawn = [each for each in shown.replace("\x1b[?25l", "").split("\r") if each.startswith(f"{label}  [")]
    assert len(drawn) > 1
    assert "----" in drawn[0]
    assert "-]" not in drawn[-1]
    assert shown.endswith("\x1b[A\x1b[K")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_drawn_into_a_pipe(
    sandbox: Sandbox, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A script that reads both streams gets no bar."""
    monkeypatch.chdir(tmp_path)
    arguments, environment = write_command(sandbox, command.format(ids=machine))
    result = CliRunner().invoke(cli, arguments[3:], env=environment)
    assert json.loads(result.stdout)
    assert result.stderr == ""


@pytest.mark.parametrize("options", [[], ["--local-aws"]])
def test_the_start_of_the_sandbox_is_shown(tmp_path: Path, options: list[str]) -> None:
    """Until both servers answer; stdout then has the addresses for a program."""
    program = [sys.executable, "-c", "from tavus_provider.cli import main; main()", "sandbox", "--json", *options]
    printed, shown = run_with_errors_at_terminal(program, tmp_path, os.environ, stop="}")
    found = json.loads(printed)
    assert found["url"].startswith("http://127.0.0.1:")
    assert (found["aws_endpoint"] is not None) is bool(options)
    assert "Starting  [------" in shown
    assert "#]  100%" in shown


def test_a_bar_inside_of_a_bar_is_hidden(tmp_path: Path) -> None:
    """It would be drawn over the other; the next one is shown again."""
    program = (
        "from tavus_provider.cli.terminal import track\n"
        "for label in 'first', 'second':\n"
        "    with track([1, 2], label, 2) as items:\n"
        "        for each in items:\n"
        "            with track([1, 2], 'inner', 2) as others:\n"
        "                list(others)\n"
    )
    _, shown = run_with_errors_at_terminal([sys.executable, "-c", program], tmp_path, os.environ)
    assert [label in shown for label in ("first", "second", "inner")] == [True, True, False]


def test_one_item_has_no_progress(tmp_path: Path) -> None:
    """A bar for a single step would only flicker."""
    program = "from tavus_provider.cli.terminal import track\nwith track([1], 'one', 1) as items: list(items)"
    assert run_with_errors_at_terminal([sys.executable, "-c", program], tmp_path, os.environ) == ("", "")
