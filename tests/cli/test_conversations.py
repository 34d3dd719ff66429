"""Command `tavus-provider conversations`: lists and errors."""

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
from tests.support.ids import BENT_IDS


def test_the_table_has_active_conversations_and_their_cost(sandbox: Sandbox, create: Create, run: Run) -> None:
    """The table has aligned columns for name, persona, replica, time, age and billed time, and the sum on the last line."""
    first = create(conversation_name="Welcome")
    sandbox.control.advance(125)
    second = create(conversation_name="\u6b22\u8fce")
    titles, one, two, total = run().output.splitlines()

    assert titles.split() == ["ID", "NAME", "STATUS", "PERSONA", "REPLICA", "CREATED", "AGE", "BILLED"]
    assert one.split()[:5] == [first, "Welcome", "active", PERSONA, REPLICA]
    ages = [parse_age(line.split()[-2]) for line in (one, two)]
    assert ages == [parse_age(line.split()[-1]) for line in (one, two)]
    assert ages[0] - ages[1] >= 124  # the table has whole seconds
    assert 124 <= sum(ages) <= sandbox.control.books()["billed_seconds"] + 2
    assert two.split()[0] == second
    assert one.index("active") == titles.index("STATUS") == two.index("active") + 2  # two characters, each two columns wide
    assert total == f"2 active conversations, {timedelta(seconds=sum(ages))} billed so far"


def parse_age(text: str) -> int:
    """Return an age in the table in seconds."""
    hours, minutes, seconds = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


def test_an_empty_account_has_an_empty_list(run: Run) -> None:
    """The command says that there are no conversations."""
    assert run().output == "0 active conversations\n"


def test_json_has_tavus_names(sandbox: Sandbox, create: Create, run: Run) -> None:
    """JSON has Tavus's names and ages in whole seconds, and no address or token that lets anybody in."""
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
    """With --all the list has ended conversations, which have an age and no cost."""
    create()
    sandbox.control.advance(400)
    create()
    rows = json.loads(run("--all", "--json").output)["conversations"]
    assert sorted((row["status"], row["billed_seconds"] is None) for row in rows) == [("active", False), ("ended", True)]
    assert len(json.loads(run("--json").output)["conversations"]) == 1


def test_every_page_is_read(sandbox: Sandbox, run: Run) -> None:
    """The list has each of 205 conversations once."""
    seeded = sandbox.control.seed(conversations=[{}] * 205)["conversations"]
    ids = {each["conversation_id"] for each in seeded}
    rows = json.loads(run("--json").output)["conversations"]
    assert len(rows) == 205
    assert {row["conversation_id"] for row in rows} == ids


def test_control_characters_of_a_name_are_escaped(create: Create, run: Run) -> None:
    """The table escapes what is not printable, so that a name cannot move the cursor and rewrite the list."""
    create(conversation_name="a\x1b[2Jb\n\u202ec")
    assert "a\\x1b[2Jb\\n\\u202ec" in run().output


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 100, "\x00" * 100])
def test_a_very_long_name_is_cut_in_the_table(sandbox: Sandbox, run: Run, name: str) -> None:
    """The table cuts a long name, and JSON has all of it."""
    sandbox.control.seed(conversations=[{"conversation_name": name}, {"conversation_name": "Welcome"}])
    table = run()
    assert (table.exit_code, max(map(len, table.output.splitlines())) < 600) == (0, True)
    assert {row["conversation_name"] for row in json.loads(run("--json").output)["conversations"]} == {name, "Welcome"}


def test_thousands_are_listed(sandbox: Sandbox, run: Run) -> None:
    """The table has thousands of conversations, oldest first."""
    seeds = [{"age": number / 100} for number in range(3000)]
    ids = [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]
    assert [line.split()[0] for line in run().output.splitlines()[1:-1]] == ids[::-1]


def test_an_account_that_cannot_be_read_is_not_empty(run: Run) -> None:
    """An answer without a list is an error in every kind of list."""
    with serve_answers(Answer(body={})) as tavus:
        for args in ([], ["--json"], ["--all"]):
            failed = run(*args, TAVUS_BASE_URL=tavus.url, TAVUS_RETRY_TIMEOUT="0")
            assert (failed.exit_code, "cannot be read (200, no 'data' in it)" in failed.output) == (1, True)


def test_what_tavus_leaves_out_is_listed_as_unknown(run: Run) -> None:
    """The table has a conversation without a name or a readable time."""
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
        *((["--end", "--", bent], "is not the id of a conversation") for bent in BENT_IDS),
        (["--import-file", "f.json", BENT_IDS[0]], "is not the id of a conversation"),
        (["--cwd", "nowhere"], "does not exist"),
    ],
)
def test_a_wrong_command_line_is_refused(sandbox: Sandbox, run: Run, args: list[str], words: str) -> None:
    """The exit code is that of wrong usage, and Tavus receives no request."""
    refused = run(*args)
    assert (refused.exit_code, words in refused.output) == (2, True)
    assert sandbox.control.calls() == []


@pytest.mark.parametrize(
    ("args", "environment", "words"),
    [
        ([], {"TAVUS_API_KEY": ""}, "there is no Tavus API key: set TAVUS_API_KEY, or name a stack that has one"),
        ([], {"TAVUS_API_KEY": "wrong"}, "could not list the active conversations: Tavus answered 401"),
        ([], {"TAVUS_API_KEY": "k\u00e9y"}, "contains a character that no key has"),
        ([], {"TAVUS_BASE_URL": "tavusapi.com"}, "must be a whole URL"),
        ([], {"TAVUS_BASE_URL": "http://127.0.0.1:9", "TAVUS_RETRY_TIMEOUT": "0"}, "no connection to Tavus"),
        (["--stack", "dev"], {}, "there is no pulumi on PATH: install it"),
        (["--orphans"], {}, "there is no pulumi on PATH: install it"),
    ],
)
def test_an_error_is_one_line(run: Run, args: list[str], environment: dict[str, str], words: str) -> None:
    """The error says what is wrong, without a traceback and without the key."""
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
        ("printf 'error: caf\\351 %99999d' 0 >&2; exit 1", "failed: caf\N{REPLACEMENT CHARACTER} "),
        ("printf '[\\377%99999d'", "did not answer with the JSON that was expected"),
        ("exit 1", "it does not say why"),
        ("echo nonsense", "did not answer with the JSON that was expected"),
    ],
)
def test_an_error_of_pulumi_is_passed_on(run: Run, install_pulumi: InstallPulumi, script: str, words: str) -> None:
    """The error has Pulumi's message on one line, without the password of a backend."""
    install_pulumi(script)
    failed = run("--orphans")
    assert (failed.exit_code, failed.output.count("\n")) == (1, 1)
    assert words in failed.output
    assert "hush" not in failed.output


def test_it_loads_neither_boto3_nor_the_sandbox(sandbox: Sandbox) -> None:
    """The command does not load packages that it does not need."""
    code = (
        "import sys\nfrom tavus_provider.cli.main import cli\ncli(['conversations'], standalone_mode=False)\nprint(*sys.modules)"
    )
    environment = {**os.environ, "TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"boto3", "botocore", "moto", "starlette", "uvicorn", "jsonschema", "pulumi_aws"}
    assert not [name for name in loaded if name.startswith("tavus_provider.sandbox")]


def test_it_is_a_command_of_tavus_provider() -> None:
    """The console script has the command."""
    program = Path(sys.executable).with_name("tavus-provider")
    done = subprocess.run([program, "conversations", "--help"], capture_output=True, text=True, check=True)
    assert "--orphans" in done.stdout
