"""Orphans on the real engine: compared with states in folders and in S3, ended, or brought under management."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
import pytest

from tavus_provider.engine.journal import Intent, Journal
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import PASSPHRASE, PULUMI, Stack

PERSONA = "pcb7a34da5fe"
REPLICA = "r90bbd427f71"
KEY = "tvs-key-of-the-stack"
TYPE = "pulumi-python:dynamic/tavus:Conversation"


def conversations(stack: Stack, *args: str, code: int = 0, cwd: Path | None = None, **environment: str | None) -> str:
    """Run `tavus-provider conversations ARGS…` beside a stack; return what it printed."""
    settings = {
        **stack.environment,
        "PATH": f"{PULUMI.parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": stack.environment.get("PULUMI_BACKEND_URL", f"file://{stack.state}"),
        "PULUMI_HOME": str(stack.state / "home"),
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-c", "from tavus_provider.cli import main; main()", "conversations", *args],
        cwd=cwd or stack.project,
        env={**os.environ, **{name: value for name, value in settings.items() if value is not None}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def orphans(stack: Stack, *args: str) -> dict[str, tuple[str, str | None]]:
    """Return the orphans by id, each with its kind and resource."""
    found = json.loads(conversations(stack, "--orphans", "--json", *args))["conversations"]
    return {each["conversation_id"]: (each["kind"], each["resource"]) for each in found}


def by_hand(sandbox: Sandbox, **body: str) -> dict[str, Any]:
    """Open a conversation past the provider."""
    given = {"persona_id": PERSONA, "replica_id": REPLICA, **body}
    answer = httpx.post(f"{sandbox.url}/v2/conversations", json=given, headers={"x-api-key": sandbox.key})
    opened: dict[str, Any] = answer.raise_for_status().json()
    return opened


def killed(sandbox: Sandbox, urn: str, answered: bool = True) -> str:
    """Leave what a create leaves that was killed after its call: a conversation and an intent. Return the id."""
    name = f"{urn.rpartition('::')[2]}-1a2b3c4"
    id_ = str(by_hand(sandbox, conversation_name=name)["conversation_id"])
    Journal().begin(Intent(urn, sandbox.url, name, True, PERSONA, REPLICA, "0", time.time(), id_ if answered else ""))
    return id_


def active(sandbox: Sandbox) -> set[str]:
    """Return the ids of the active conversations."""
    return {room["conversation_id"] for room in sandbox.control.conversations() if room["status"] == "active"}


@pytest.fixture(params=["folder", "s3"])
def anywhere(
    request: pytest.FixtureRequest, sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path, aws: str
) -> Stack:
    """Return a stack whose state is kept in a folder, or in a bucket."""
    if request.param == "folder":
        return new_stack(sandbox)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="states")
    backend = f"s3://states?endpoint={urlsplit(aws).netloc}&disableSSL=true&s3ForcePathStyle=true&region=us-east-1"
    environment = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, "PULUMI_BACKEND_URL": backend}
    (tmp_path / "project").mkdir()
    stack = Stack(tmp_path / "project", tmp_path / "state", environment)
    stack.program("")
    return stack.init()


def test_exactly_what_killed_runs_left_is_ended(sandbox: Sandbox, anywhere: Stack) -> None:
    """Known, interrupted with and without an answer, and unattributed are told apart; no passphrase is needed for it."""
    stack = anywhere
    stack.declare(persona_id=PERSONA, require_auth=True)
    stack.up()
    (known,) = active(sandbox)
    urn = stack.resources()["call"]["urn"]
    answered, unanswered = killed(sandbox, f"{urn}-answered"), killed(sandbox, f"{urn}-unanswered", answered=False)
    elsewhere = killed(sandbox, urn.replace(":dev::shop", ":dev::another-project"))
    theirs = str(by_hand(sandbox)["conversation_id"])

    interrupted = {answered: ("interrupted", f"{urn}-answered"), unanswered: ("interrupted", f"{urn}-unanswered")}
    left = {elsewhere: ("unattributed", urn.replace(":dev::shop", ":dev::another-project")), theirs: ("unattributed", None)}
    assert orphans(stack) == orphans(stack, "--stack", "organization/shop/dev") == {**interrupted, **left}
    printed = conversations(stack, "--orphans", "--end", "--yes")
    assert active(sandbox) == {known, elsewhere, theirs}
    assert printed.count("ended: ") == 2
    assert orphans(stack) == left
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active(sandbox) == {elsewhere, theirs}


def test_a_stack_that_is_not_named_may_know_it(sandbox: Sandbox, stack: Stack, new_stack: Callable[..., Stack]) -> None:
    """The journal alone, which still has what a finished run opened, is no reason to end it."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    (opened,) = active(sandbox)
    new_stack(sandbox, "other")
    assert next(Journal().intents()).id == opened
    assert orphans(stack, "--stack", "other")[opened][0] == "unattributed"
    assert "nothing to end" in conversations(stack, "--orphans", "--end", "--yes", "--stack", "other")
    assert orphans(stack) == {}
    assert active(sandbox) == {opened}


def test_a_managed_conversation_is_ended_only_by_its_id(sandbox: Sandbox, stack: Stack) -> None:
    """The warning names stack and resource; the next refresh shows the end."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    (opened,) = active(sandbox)
    warning = f"Warning: conversation {opened} is managed: stack organization/shop/dev has it as "
    assert warning in conversations(stack, "--end", opened, code=1)
    assert active(sandbox) == {opened}
    assert warning in conversations(stack, "--end", opened, "--yes")
    stack.refresh()
    assert stack.outputs()["status"] == "ended"


def test_an_unreadable_state_makes_nothing_an_orphan(sandbox: Sandbox, stack: Stack) -> None:
    """What cannot be compared is told and left alone."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    id_ = killed(sandbox, f"{stack.resources()['call']['urn']}-other")
    (state,) = (stack.state / ".pulumi" / "stacks" / "shop").glob("dev.json")
    state.write_text("{ torn")
    assert "state not read, it may have any of these: organization/shop/dev" in conversations(stack, "--orphans", code=1)
    assert "nothing was ended" in conversations(stack, "--orphans", "--end", "--yes", code=1)
    assert id_ in active(sandbox)


def test_key_and_address_come_from_the_stack(stack: Stack, tmp_path: Path) -> None:
    """With its passphrase, from the folder of its project; neither mistakes nor lists show the key."""
    with Sandbox(key=KEY) as account:
        stack.environment.clear()
        stack.pulumi("config", "set", "--secret", "tavus:apiKey", KEY)
        stack.pulumi("config", "set", "tavus:baseUrl", account.url)
        opened = str(by_hand(account)["conversation_id"])
        secret = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
        folder = ("--cwd", str(stack.project))
        printed = [
            conversations(stack, "--stack", "dev", **secret),
            conversations(stack, "--stack", "organization/shop/dev", "--json", *folder, cwd=tmp_path, **secret),
            conversations(stack, "--stack", "dev", "--orphans", **secret),
        ]
        assert all(opened in each for each in printed)
        mistakes = {
            "passphrase must be set with PULUMI_CONFIG_PASSPHRASE": conversations(stack, "--stack", "dev", code=1),
            "no stack named 'nope' found": conversations(stack, "--stack", "nope", code=1, **secret),
            "there is no Tavus API key": conversations(stack, "--stack", "organization/shop/dev", code=1, cwd=tmp_path, **secret),
        }
        assert all(words in line and line.count("\n") == 1 for words, line in mistakes.items())
        assert not [each for each in (*printed, *mistakes.values()) if KEY in each]


def test_an_imported_conversation_is_unchanged_and_ended_by_destroy(sandbox: Sandbox, stack: Stack) -> None:
    """The file is imported, the printed lines are the program, and nothing but the address of the webhooks is a secret."""
    hook = "http://127.0.0.1:9/hook?token=hush-hush"
    opened = {
        str(by_hand(sandbox, conversation_name="Welcome call", callback_url=hook)["conversation_id"]),
        str(by_hand(sandbox)["conversation_id"]),
    }
    printed = conversations(stack, "--import-file", "import.json", *sorted(opened))
    stack.pulumi("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes", "--skip-preview")
    stack.program("\n".join(line.strip() for line in printed.splitlines() if "tavus.Conversation(" in line))
    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert {each["id"] for each in stack.resources().values()} == opened == active(sandbox)
    assert orphans(stack) == {}

    stack.refresh()
    stack.up("--expect-no-changes")
    assert "hush-hush" not in stack.export()
    stack.destroy()
    assert active(sandbox) == set()
