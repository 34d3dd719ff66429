"""Orphans on the real engine: compared with states in folders and in S3, ended, or brought under management."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.real_engine.commands import list_orphans, run_conversations
from tests.real_engine.stack import PASSPHRASE, Stack
from tests.support.conversations import PERSONA, REPLICA, active_ids, create_by_hand

KEY = "tvs-key-of-the-stack"
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call"


def leave_killed_create(sandbox: Sandbox, stack: Stack, urn: str, answered: bool = True) -> str:
    """Leave a conversation and an intent, as a create that was killed after its call does. Return the id."""
    name = f"{urn.rpartition('::')[2]}-1a2b3c4"
    id_ = create_by_hand(sandbox, conversation_name=name)
    backend = stack.variables()["PULUMI_BACKEND_URL"].partition("?")[0]
    begun = Intent(
        urn, sandbox.url, name, True, "0", time.time(), backend=backend, match={"persona_id": PERSONA, "replica_id": REPLICA}
    )
    Journal().begin(replace(begun, id=id_ if answered else ""))
    return id_


@pytest.fixture(params=["folder", "s3"])
def stack_anywhere(
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


def test_exactly_what_killed_runs_left_is_ended(sandbox: Sandbox, stack_anywhere: Stack) -> None:
    """Known, interrupted with and without an answer, and unattributed are told apart, without a passphrase."""
    stack = stack_anywhere
    stack.declare(persona_id=PERSONA, require_auth=True)
    stack.up()
    (known,) = active_ids(sandbox)
    answered = leave_killed_create(sandbox, stack, f"{URN}-answered")
    unanswered = leave_killed_create(sandbox, stack, f"{URN}-unanswered", answered=False)
    another_stack = URN.replace(":dev::shop", ":dev::another-project")
    elsewhere = leave_killed_create(sandbox, stack, another_stack)
    theirs = create_by_hand(sandbox)

    interrupted = {answered: ("interrupted", f"{URN}-answered"), unanswered: ("interrupted", f"{URN}-unanswered")}
    left = {elsewhere: ("unattributed", another_stack), theirs: ("unattributed", None)}
    assert list_orphans(stack) == list_orphans(stack, "--stack", "organization/shop/dev") == {**interrupted, **left}
    printed = run_conversations(stack, "--orphans", "--end", "--yes")
    assert set(active_ids(sandbox)) == {known, elsewhere, theirs}
    assert printed.count("ended: ") == 2
    assert list_orphans(stack) == left
    stack.up("--expect-no-changes")
    stack.destroy()
    assert set(active_ids(sandbox)) == {elsewhere, theirs}


def test_what_a_killed_up_created_is_ended_after_destroy(sandbox: Sandbox, stack: Stack) -> None:
    """Destroy does not see what never reached the state; the journal names it, and the command ends it."""
    stack.declare(persona_id=PERSONA)
    stack.kill_at(sandbox, "create", "after", "pulumi")
    (lost,) = active_ids(sandbox)
    assert list_orphans(stack) == {lost: ("interrupted", URN)}
    stack.destroy()
    assert active_ids(sandbox) == [lost]
    assert f"({lost}, " in run_conversations(stack, "--orphans", "--end", "--yes")
    assert (active_ids(sandbox), list(Journal().intents())) == ([], [])


def test_what_a_running_up_creates_is_left_alone(sandbox: Sandbox, stack: Stack) -> None:
    """The command leaves a running up's conversation alone, which the state will have shortly."""
    stack.declare(persona_id=PERSONA)
    sandbox.control.hold("create", when="after")
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(stack.up)
        sandbox.control.wait_for_held()
        (opening,) = active_ids(sandbox)
        assert list_orphans(stack) == {opening: ("unattributed", URN)}
        assert "nothing to end" in run_conversations(stack, "--orphans", "--end", "--yes")
        sandbox.control.release()
        running.result()
    assert active_ids(sandbox) == [opening]
    assert list_orphans(stack) == {}


def test_a_stack_that_is_not_named_may_know_it(sandbox: Sandbox, stack: Stack, new_stack: Callable[..., Stack]) -> None:
    """The journal alone, which still has what a finished run created, is no reason to end it."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    (opened,) = active_ids(sandbox)
    new_stack(sandbox, "other")
    assert next(Journal().intents()).id == opened
    assert list_orphans(stack, "--stack", "other")[opened][0] == "unattributed"
    assert "nothing to end" in run_conversations(stack, "--orphans", "--end", "--yes", "--stack", "other")
    assert list_orphans(stack) == {}
    assert active_ids(sandbox) == [opened]


def test_a_managed_conversation_is_ended_only_by_its_id(sandbox: Sandbox, stack: Stack) -> None:
    """The warning names stack and resource; the next refresh shows the end."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    (opened,) = active_ids(sandbox)
    warning = f"Warning: conversation {opened} is managed: stack organization/shop/dev has it as "
    assert warning in run_conversations(stack, "--end", opened, code=1)
    assert active_ids(sandbox) == [opened]
    assert warning in run_conversations(stack, "--end", opened, "--yes")
    stack.refresh()
    assert stack.resources()["call"]["outputs"]["status"] == "ended"


def test_a_stack_that_takes_a_conversation_over_is_read(sandbox: Sandbox, stack: Stack) -> None:
    """The state of an old stack may have a conversation after each command that puts one into it, so it is compared."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    state = stack.state / ".pulumi" / "stacks" / "shop" / "dev.json"
    imported = create_by_hand(sandbox)
    text, found = re.subn(r'("time": ?")[^"]*', r"\g<1>2020-01-01T00:00:00Z", state.read_text(), count=1)
    assert found
    state.write_text(text)
    assert "is managed" not in run_conversations(stack, "--import-file", "import.json", imported)
    stack.pulumi("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes", "--skip-preview")
    warning = f"Warning: conversation {imported} is managed: stack organization/shop/dev has it as "
    assert warning in run_conversations(stack, "--end", imported, code=1)

    (stack.project / "state.json").write_text(stack.export())
    stack.pulumi("stack", "rm", "--force", "--yes", "dev")
    stack.init().pulumi("stack", "import", "--file", "state.json")
    assert warning in run_conversations(stack, "--end", imported, code=1)


def test_an_unreadable_state_makes_nothing_an_orphan(sandbox: Sandbox, stack: Stack, tmp_path: Path) -> None:
    """The command lists what it cannot compare and leaves it alone; it ends such a conversation only by its id."""
    id_ = leave_killed_create(sandbox, stack, URN)
    (stack.state / ".pulumi" / "stacks" / "shop" / "dev.json").write_text("{ torn")
    named = ("--orphans", "--stack", "organization/shop/dev")
    reason = "organization/shop/dev: `pulumi stack export --stack=organization/shop/dev` failed: failed to load checkpoint"
    assert f"state not read, it may have any of these: {reason}" in run_conversations(stack, *named, code=1, cwd=tmp_path)
    assert "nothing was ended" in run_conversations(stack, *named, "--end", "--yes", code=1, cwd=tmp_path)
    assert run_conversations(stack, "--orphans", "--end", "--yes", code=1).startswith("Error: `pulumi stack ls --json --all")
    assert active_ids(sandbox) == [id_]
    assert "Warning: state not read: " in run_conversations(stack, "--end", id_, "--yes")
    assert active_ids(sandbox) == []


def test_key_and_address_come_from_the_stack(stack: Stack, tmp_path: Path) -> None:
    """The command reads both with the stack's passphrase from the project's folder; neither mistakes nor lists show the key."""
    with Sandbox(key=KEY) as account:
        stack.environment.clear()
        stack.pulumi("config", "set", "--secret", "tavus:apiKey", KEY)
        stack.pulumi("config", "set", "tavus:baseUrl", account.url)
        opened = create_by_hand(account)
        folder = ("--cwd", str(stack.project))
        printed = [
            run_conversations(stack, "--stack", "dev", passphrase=PASSPHRASE),
            run_conversations(stack, "--stack", "organization/shop/dev", "--json", *folder, cwd=tmp_path, passphrase=PASSPHRASE),
            run_conversations(stack, "--stack", "dev", "--orphans", passphrase=PASSPHRASE),
        ]
        assert all(opened in each for each in printed)
        mistakes = {
            "passphrase must be set with PULUMI_CONFIG_PASSPHRASE": run_conversations(stack, "--stack", "dev", code=1),
            "no stack named 'nope' found": run_conversations(stack, "--stack", "nope", code=1, passphrase=PASSPHRASE),
            "there is no Tavus API key": run_conversations(
                stack, "--stack", "organization/shop/dev", code=1, cwd=tmp_path, passphrase=PASSPHRASE
            ),
        }
        assert all(words in line and line.count("\n") == 1 for words, line in mistakes.items())
        assert not [each for each in (*printed, *mistakes.values()) if KEY in each]


def test_an_imported_conversation_is_unchanged_and_ended_by_destroy(sandbox: Sandbox, stack: Stack) -> None:
    """The file can be imported, the printed lines are the program, and only the address of the webhooks is a secret."""
    hook = "http://127.0.0.1:9/hook?token=hush-hush"
    opened = {
        create_by_hand(sandbox, conversation_name="Welcome call", callback_url=hook),
        create_by_hand(sandbox),
    }
    printed = run_conversations(stack, "--import-file", "import.json", *sorted(opened))
    stack.pulumi("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes", "--skip-preview")
    stack.program("\n".join(line.strip() for line in printed.splitlines() if "tavus.Conversation(" in line))
    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert {each["id"] for each in stack.resources().values()} == opened == set(active_ids(sandbox))
    assert list_orphans(stack) == {}

    stack.refresh()
    stack.up("--expect-no-changes")
    assert "hush-hush" not in stack.export()
    stack.destroy()
    assert active_ids(sandbox) == []
