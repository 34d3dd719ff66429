"""The lists of `tavus-provider conversations`, and what it says to mistakes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, Run
from tests.support.conversations import PERSONA, REPLICA
from tests.support.http_server import Answer, serve_answers


def test_the_table_shows_what_is_active_and_what_it_costs(sandbox: Sandbox, create: Create, run: Run) -> None:
    """Name, persona, replica, time, age and billed time stand in aligned columns; below is the sum."""
    first = create(conversation_name="Welcome")
    sandbox.control.advance(125)
    second = create(conversation_name="\u6b22\u8fce")
    titles, one, two, total = run().output.splitlines()

    assert titles.split() == ["ID", "NAME", "STATUS", "PERSONA", "REPLICA", "CREATED", "AGE", "BILLED"]
    assert one.split()[:5] == [first, "Welcome", "active", PERSONA, REPLICA]
    ages = [age(line.split()[-2]) for line in (one, two)]
    assert ages == [age(line.split()[-1]) for line in (one, two)]
    assert ages[0] - ages[1] >= 124  # times are told in whole seconds
    assert 124 <= sum(ages) <= sandbox.control.books()["billed_seconds"] + 2
    assert two.split()[0] == second
    assert one.index("active") == titles.index("STATUS") == two.index("active") + 2  # two characters of two columns each
    assert total == f"2 active conversations, {timedelta(seconds=sum(ages))} billed so far"


def age(text: str) -> int:
    """Return an age in seconds, as it is told."""
    hours, minutes, seconds = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


def test_an_empty_account_says_so(run: Run) -> None:
    """Nothing is listed, and that is said."""
    assert run().output == "0 active conversations\n"


def test_json_is_for_machines(sandbox: Sandbox, create: Create, run: Run) -> None:
    """Tavus's own names, ages in whole seconds, and nothing that lets anybody in."""
    id_ = create(conversation_name="Welcome", callback_url="http://127.0.0.1:9/hook?token=hush", require_auth=True)
    sandbox.control.advance(60)
    printed = run("--json").output
    (row,) = json.loads(printed)["conversations"]
    assert 59 <= row["age_seconds"] <= sandbox.control.books()["billed_seconds"] + 1
    assert row.pop("age_seconds") == row.pop("billed_seconds")
    assert datetime.fromisoformat(row.pop("created_at")) <= datetime.now(UTC)
    assert row == {
        "conversation_id": id_,
        "conversation_name": "Welcome",
        "status": "active",
        "persona_id": PERSONA,
        "replica_id": REPLICA,
    }


def test_all_lists_ended_ones_too(sandbox: Sandbox, create: Create, run: Run) -> None:
    """What has ended has an age but costs nothing any more."""
    create()
    sandbox.control.advance(400)
    create()
    rows = json.loads(run("--all", "--json").output)["conversations"]
    assert sorted((row["status"], row["billed_seconds"] is None) for row in rows) == [("active", False), ("ended", True)]
    assert len(json.loads(run("--json").output)["conversations"]) == 1


def test_every_page_is_read(sandbox: Sandbox, run: Run) -> None:
    """However many there are, each is listed once."""
    seeded = sandbox.control.seed(conversations=[{}] * 205)["conversations"]
    ids = {each["conversation_id"] for each in seeded}
    rows = json.loads(run("--json").output)["conversations"]
    assert len(rows) == 205
    assert {row["conversation_id"] for row in rows} == ids


def test_a_name_moves_no_cursor(create: Create, run: Run) -> None:
    """What is not printable is shown escaped, so that no name can rewrite the list."""
    create(conversation_name="a\x1b[2Jb\n\u202ec")
    assert "a\\x1b[2Jb\\n\\u202ec" in run().output


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 100, "\x00" * 100])
def test_a_monstrous_name_is_cut_in_the_table(sandbox: Sandbox, run: Run, name: str) -> None:
    """A table stays one that can be read; JSON has the whole name."""
    sandbox.control.seed(conversations=[{"conversation_name": name}, {"conversation_name": "Welcome"}])
    table = run()
    assert (table.exit_code, max(map(len, table.output.splitlines())) < 600) == (0, True)
    assert {row["conversation_name"] for row in json.loads(run("--json").output)["conversations"]} == {name, "Welcome"}


def test_thousands_are_listed(sandbox: Sandbox, run: Run) -> None:
    """An account with thousands of conversations is listed whole, oldest first."""
    seeds = [{"age": number / 100} for number in range(3000)]
    ids = [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]
    assert [line.split()[0] for line in run().output.splitlines()[1:-1]] == ids[::-1]


def test_an_account_that_cannot_be_read_is_not_empty(run: Run) -> None:
    """An answer without a list is an error, in every kind of list."""
    with serve_answers(Answer(body={})) as tavus:
        for args in ([], ["--json"], ["--all"]):
            failed = run(*args, TAVUS_BASE_URL=tavus.url, TAVUS_RETRY_TIMEOUT="0")
            assert (failed.exit_code, "cannot be read (200, no 'data' in it)" in failed.output) == (1, True)


def test_what_tavus_leaves_out_is_told_as_unknown(run: Run) -> None:
    """A conversation without name or readable time is listed all the same."""
    with serve_answers(Answer(body={"data": [{"conversation_id": "c1", "status": "active"}]})) as tavus:
        line = run(TAVUS_BASE_URL=tavus.url).output.splitlines()[1]
    assert line.split() == ["c1", "-", "active", "-", "-", "-", "-", "-"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["c1"], "an ID needs --end or --import-file"),
        (["--end"], "say what to end: an ID, or --orphans"),
        (["--end", "c1", "--import-file", "f.json"], "cannot be given together"),
        (["--all", "--orphans"], "--all is for the plain list"),
        (["--json", "--end", "c1"], "--json is for lists"),
        (["--end", "../personas/p1"], "is not the id of a conversation"),
        (["--cwd", "nowhere"], "does not exist"),
    ],
)
def test_what_cannot_be_meant_is_refused(sandbox: Sandbox, run: Run, args: list[str], words: str) -> None:
    """Nothing is asked of Tavus, and the exit code is that of a wrong usage."""
    refused = run(*args)
    assert (refused.exit_code, words in refused.output) == (2, True)
    assert sandbox.control.calls() == []


@pytest.mark.parametrize(
    ("args", "environment", "words"),
    [
        ([], {"TAVUS_API_KEY": ""}, "there is no Tavus API key: set TAVUS_API_KEY, or name a stack that has one"),
        ([], {"TAVUS_API_KEY": "wrong"}, "could not list the active conversations: Tavus answered 401"),
        ([], {"TAVUS_API_KEY": "k\u00e9y"}, "holds a character that no key has"),
        ([], {"TAVUS_BASE_URL": "tavusapi.com"}, "must be a whole URL"),
        ([], {"TAVUS_BASE_URL": "http://127.0.0.1:9", "TAVUS_RETRY_TIMEOUT": "0"}, "no connection to Tavus"),
        (["--stack", "dev"], {}, "there is no pulumi on PATH: install it"),
        (["--orphans"], {}, "there is no pulumi on PATH: install it"),
    ],
)
def test_an_error_is_one_line(run: Run, args: list[str], environment: dict[str, str], words: str) -> None:
    """It says what is wrong, without a traceback and without the key."""
    failed = run(*args, **environment)
    assert failed.exit_code == 1
    assert failed.output.startswith("Error: ")
    assert failed.output.count("\n") == 1
    assert words in failed.output


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'warning: old' >&2; echo \"error: no stack named 'nope' found\" >&2; exit 1",
            "failed: no stack named 'nope' found",
        ),
        ("echo 'error: cannot open postgres://me:hush@db/state' >&2; exit 1", "cannot open postgres://***@db/state"),
        ("echo broken >&2; exit 1", "failed: broken"),
        ("exit 1", "it does not say why"),
        ("echo nonsense", "did not answer with the JSON that was expected"),
    ],
)
def test_what_pulumi_says_is_passed_on(run: Run, install_pulumi: InstallPulumi, script: str, words: str) -> None:
    """In its own words, in one line, and without the password of a backend."""
    install_pulumi(script)
    failed = run("--orphans")
    assert (failed.exit_code, failed.output.count("\n")) == (1, 1)
    assert words in failed.output
    assert "hush" not in failed.output


def test_it_loads_neither_boto3_nor_the_sandbox(sandbox: Sandbox) -> None:
    """What the command does not need is not loaded."""
    code = (
        "import sys\nfrom tavus_provider.cli.main import cli\ncli(['conversations'], standalone_mode=False)\nprint(*sys.modules)"
    )
    environment = {**os.environ, "TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"boto3", "botocore", "moto", "starlette", "uvicorn", "jsonschema", "pulumi_aws"}
    assert not [name for name in loaded if name.startswith("tavus_provider.sandbox")]


def test_it_is_a_command_of_tavus_provider() -> None:
    """The console script knows it."""
    program = Path(sys.executable).with_name("tavus-provider")
    done = subprocess.run([program, "conversations", "--help"], capture_output=True, text=True, check=True)
    assert "--orphans" in done.stdout
