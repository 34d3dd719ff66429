"""Command `tavus-provider conversations --end`: by id, and all that interrupted runs left."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, Run, list_stacks
from tests.support.conversations import PERSONA, REPLICA, active_ids
from tests.support.http_server import Answer, serve_answers

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call"
MATCH = {"persona_id": PERSONA, "replica_id": REPLICA}
STACK = list_stacks("organization/shop/dev")
UNREADABLE = f"case $* in *'stack ls'*) echo '{STACK}';; *) echo 'error: cannot read' >&2; exit 1;; esac"


def pulumi_with(*resources: dict[str, object]) -> str:
    """Return a script for a `pulumi` whose backend has one stack with these resources."""
    state = json.dumps({"version": 3, "deployment": {"resources": resources}})
    return f"case $* in *'stack ls'*) echo '{STACK}';; *) echo '{state}';; esac"


def add_intent(sandbox: Sandbox, id_: str = "", name: str = "Welcome", ago: float = 1, resource: str = URN) -> Intent:
    """Write an intent as an interrupted run leaves it."""
    intent = Intent(resource, sandbox.url, name, False, "digest", time.time() - ago, id_, match=MATCH)
    Journal().begin(intent)
    return intent


def test_exactly_the_named_one_is_ended(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command ends one that no state has without a question, prints one line, and ends no other."""
    install_pulumi(pulumi_with())
    one, other = create(conversation_name="One"), create()
    ended = run("--end", one, one)
    assert (ended.exit_code, ended.output) == (0, f"ended: conversation 'One' ({one}, 0 min old)\n")
    assert active_ids(sandbox) == [other]


def test_a_managed_one_is_ended_only_when_it_is_confirmed(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """The warning names stack and resource, and without a terminal it takes --yes."""
    id_ = create()
    install_pulumi(pulumi_with({"urn": URN, "id": id_, "type": "t"}))
    refused = run("--end", id_)
    assert refused.exit_code == 1
    assert f"Warning: conversation {id_} is managed: stack organization/shop/dev has it as {URN}" in refused.output
    assert "there is no terminal to ask on; --yes goes ahead without asking" in refused.output
    assert active_ids(sandbox) == [id_]
    assert "ended: conversation 'New Conversation" in run("--end", id_, "--yes").output
    assert active_ids(sandbox) == []


@pytest.mark.parametrize("script", [UNREADABLE, "echo 'error: cannot list' >&2; exit 1", None])
def test_the_command_asks_where_a_state_may_have_it(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi, script: str | None
) -> None:
    """It asks if a state cannot be read, if the backend cannot be listed, and without Pulumi."""
    if script:
        install_pulumi(script)
    id_ = create()
    refused = run("--end", id_)
    assert (refused.exit_code, active_ids(sandbox)) == (1, [id_])
    assert "Warning: state not read: " in refused.output
    assert run("--end", id_, "--yes").exit_code == 0
    assert active_ids(sandbox) == []


def test_json_has_what_became_of_each(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """One object for each id; warnings and failures are on stderr, too."""
    install_pulumi(pulumi_with())
    one = create(conversation_name="One")
    sandbox.control.inject("end", status=400, skip=1)
    done = run("--end", one, create(), "c-none", "--json")
    ended, failed, gone = json.loads(done.stdout)["conversations"]
    assert ended == {"conversation_id": one, "result": "ended", "message": f"ended: conversation 'One' ({one}, 0 min old)"}
    assert (failed["result"], gone["result"], done.exit_code) == ("failed", "gone", 1)
    assert done.stderr == f"Error: {failed['message']}\n"


def test_json_has_what_became_of_what_interrupted_runs_left(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """Only what was ended is in it; where there is nothing to end, it is an empty list."""
    install_pulumi(pulumi_with())
    theirs, ours = create(conversation_name="Theirs"), create(conversation_name="Welcome")
    add_intent(sandbox)
    found = [json.loads(run("--orphans", "--end", "--yes", "--json").stdout)["conversations"] for _ in range(2)]
    assert [[(each["conversation_id"], each["result"]) for each in rows] for rows in found] == [[(ours, "ended")], []]
    assert active_ids(sandbox) == [theirs]


def test_ctrl_c_in_between_leaves_a_record(sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi) -> None:
    """What has ended until then is printed."""
    install_pulumi(pulumi_with())
    one, other = create(), create()
    sandbox.control.hold("end", skip=1)
    environment = {**os.environ, "TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    line = [sys.executable, "-c", "from tavus_provider.cli import main; main()", "conversations", "--json", "--end", one, other]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as ending:
        sandbox.control.wait_for_held()
        ending.send_signal(signal.SIGINT)
        printed, errors = ending.communicate()
    sandbox.control.release(drop=True)
    assert [each["conversation_id"] for each in json.loads(printed)["conversations"]] == [one]
    assert (ending.returncode, errors.strip()) == (1, "Aborted!")


def test_what_is_gone_counts_as_ended(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """An ended conversation and one that does not exist are no failures."""
    install_pulumi(pulumi_with())
    id_ = create()
    sandbox.control.advance(400)
    assert run("--end", id_).output == f"ended: conversation {id_}\n"
    gone = run("--end", "c-none")
    assert (gone.exit_code, gone.output) == (0, "gone: conversation c-none does not exist in this account (any more)\n")


def test_a_failure_is_one_line_and_the_others_are_ended(run: Run, install_pulumi: InstallPulumi) -> None:
    """The exit code says that not all were ended."""
    install_pulumi(pulumi_with())
    refusal, ended = Answer(400, {"error": "no"}), Answer(body={"status": "ended"})
    answers = [Answer(body={"data": []}), refusal, ended, refusal, Answer(body={"status": "active"}), Answer(200)]
    with serve_answers(*answers) as tavus:
        done = run("--end", "c1", "c2", TAVUS_BASE_URL=tavus.url)
    assert done.exit_code == 1
    assert sorted(done.output.splitlines()) == [
        "Error: could not end conversation c1: Tavus answered 400 'no'",
        "ended: conversation c2",
    ]


def test_what_interrupted_runs_left_is_ended(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command ends conversations of intents, leaves managed and unattributed ones alone, and empties the journal."""
    known, theirs = create(conversation_name="Known"), create(conversation_name="Theirs")
    create(conversation_name="Welcome")
    answered = create(conversation_name="Answered")
    add_intent(sandbox, answered, "Answered", resource=f"{URN}-answered")
    add_intent(sandbox)
    add_intent(sandbox, known, "Known", resource=f"{URN}-known")
    install_pulumi(pulumi_with({"urn": f"{URN}-known", "id": known, "type": "t"}))

    refused = run("--orphans", "--end")
    assert (refused.exit_code, len(active_ids(sandbox))) == (1, 4)
    done = run("--orphans", "--end", "--yes")
    assert done.exit_code == 0
    assert [line.split("'")[1] for line in done.output.splitlines() if line.startswith("ended: ")] == ["Welcome", "Answered"]
    assert "1 unattributed left alone" in done.output
    assert active_ids(sandbox) == [known, theirs]
    assert list(Journal().intents()) == []
    assert "nothing to end" in run("--orphans", "--end", "--yes").output


def test_nothing_is_an_orphan_while_a_state_is_not_read(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """A state that was not read may have any conversation, so the command ends one by its id only."""
    add_intent(sandbox, create())
    install_pulumi(UNREADABLE)
    listed = run("--orphans")
    assert listed.exit_code == 1
    assert "state not read, it may have any of these: organization/shop/dev: `pulumi stack export" in listed.output
    refused = run("--orphans", "--end", "--yes")
    assert refused.exit_code == 1
    assert "Error: nothing was ended: these states could not be read" in refused.output
    assert len(active_ids(sandbox)) == 1


def test_orphans_are_listed_with_their_reasons(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The table ends with the next command, and JSON has the resource and the unread stacks."""
    install_pulumi(pulumi_with())
    id_ = create(conversation_name="Welcome")
    add_intent(sandbox, id_)
    titles, line, total, hint = run("--orphans").output.splitlines()
    assert titles.split() == ["ID", "NAME", "AGE", "BILLED", "KIND", "REASON"]
    assert line.startswith(f"{id_}  Welcome  0:")
    assert line.endswith("interrupted  an interrupted run created it for 'call' of stack shop/dev")
    assert total.startswith("1 orphaned conversation, 0:")
    assert hint == "End the interrupted ones with `tavus-provider conversations --orphans --end`"

    printed = json.loads(run("--orphans", "--json").output)
    (row,) = printed["conversations"]
    assert (row["kind"], row["stack"], row["resource"], printed["unread_stacks"]) == ("interrupted", None, URN, [])


def test_finished_intents_leave_the_journal(sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi) -> None:
    """The command removes intents whose conversation a state has, has ended, or would be older than a conversation can be."""
    ended = create()
    sandbox.control.advance(400)
    known = create(conversation_name="Known")
    install_pulumi(pulumi_with({"urn": URN, "id": known, "type": "t"}))
    add_intent(sandbox, ended, resource=f"{URN}-ended")
    add_intent(sandbox, known, resource=f"{URN}-known")
    add_intent(sandbox, "c-gone", resource=f"{URN}-gone", ago=90_000)
    add_intent(sandbox, resource=f"{URN}-nothing", ago=90_000)
    assert run("--orphans").output == "0 orphaned conversations\n"
    assert list(Journal().intents()) == []


def test_intents_that_may_be_needed_stay(sandbox: Sandbox, run: Run, install_pulumi: InstallPulumi) -> None:
    """An id may belong to another account, and a call without an answer may be carried out later."""
    install_pulumi(pulumi_with())
    kept = [
        add_intent(sandbox, "c-of-another-account", resource=f"{URN}-1"),
        add_intent(sandbox, resource=f"{URN}-2"),
        Intent(f"{URN}-3", "http://127.0.0.1:9", "n", False, "d", 0, "c-of-another-address"),
    ]
    Journal().begin(kept[2])
    assert run("--orphans").output == "0 orphaned conversations\n"
    assert run("--end", "c-of-another-account").exit_code == 0
    assert sorted(Journal().intents(), key=lambda each: each.resource) == kept


def test_an_old_intent_stays_while_its_conversation_is_active(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """The journal keeps the intent, however old it is."""
    install_pulumi(pulumi_with())
    id_ = create(conversation_name="call-1a2b3c4")
    Journal().begin(Intent(URN, sandbox.url, "call-1a2b3c4", True, "digest", time.time() - 90_000, match=MATCH))
    for _ in range(2):
        assert f"{id_}  call-1a2b3c4" in run("--orphans").output
    assert len(list(Journal().intents())) == 1


def test_of_two_with_a_chosen_name_the_intent_stays_for_the_other(
    sandbox: Sandbox, create: Create, run: Run, install_pulumi: InstallPulumi
) -> None:
    """The journal keeps the intent while a conversation of its name is active."""
    install_pulumi(pulumi_with())
    one, other = create(conversation_name="call-1a2b3c4"), create(conversation_name="call-1a2b3c4")
    Journal().begin(Intent(URN, sandbox.url, "call-1a2b3c4", True, "digest", time.time(), match=MATCH))
    run("--end", one)
    assert len(list(Journal().intents())) == 1
    run("--end", other)
    assert list(Journal().intents()) == []


def test_a_lagging_list_hides_no_orphan(run: Run, install_pulumi: InstallPulumi) -> None:
    """The command reads a conversation of the journal by its id although the list lacks it."""
    install_pulumi(pulumi_with())
    found = {"conversation_id": "c1", "conversation_name": "Welcome", "status": "active"}
    with serve_answers(Answer(body={"data": []}), Answer(body=found)) as tavus:
        Journal().begin(Intent(URN, tavus.url, "Welcome", False, "digest", time.time(), "c1"))
        assert "interrupted" in run("--orphans", TAVUS_BASE_URL=tavus.url).output


@pytest.mark.parametrize(("answer", "left"), [("y", 0), ("n", 1), ("", 1)])
def test_the_command_asks_on_a_terminal(
    sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi, answer: str, left: int
) -> None:
    """It shows first what it would end, any answer except yes ends nothing, and Pulumi does not take what somebody types."""
    install_pulumi(f"read -r line; {pulumi_with()}")
    add_intent(sandbox, create(conversation_name="Welcome"))
    asked, status = run_at_terminal(sandbox, answer, "--orphans", "--end")
    assert "'Welcome' (" in asked
    assert "an interrupted run created it for 'call' of stack shop/dev" in asked
    assert "End this conversation? [y/N]: " in asked
    assert (status, len(active_ids(sandbox)), len(list(Journal().intents()))) == (left, left, left)


def test_a_conversation_adopted_during_the_question_is_left_alone(
    sandbox: Sandbox, create: Create, install_pulumi: InstallPulumi, programs: Path
) -> None:
    """The command reads the states again after the answer."""
    id_ = create()
    add_intent(sandbox, id_)
    (programs / "later").write_text(pulumi_with({"urn": URN, "id": id_, "type": "t"}))
    once = 'if [ -e "$0.once" ]; then . "${0%/*}/later"; exit; fi; case $* in *"stack ls"*) ;; *) : > "$0.once";; esac'
    install_pulumi(f"{once}\n{pulumi_with()}")
    asked, status = run_at_terminal(sandbox, "y", "--orphans", "--end")
    assert f"{id_}, 0 min old) is not an orphan any more" in asked
    assert (status, active_ids(sandbox)) == (0, [id_])


def run_at_terminal(sandbox: Sandbox, answer: str, *args: str) -> tuple[str, int]:
    """Run the command at a terminal where somebody types an answer; return what it printed and its exit code."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    line = [sys.executable, "-c", "from tavus_provider.cli import main; main()", "conversations", *args]
    with subprocess.Popen(
        line, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as asked:
        os.write(controller, f"{answer}\n".encode())
        printed = asked.communicate()[0]
    os.close(terminal)
    os.close(controller)
    return printed, asked.returncode
