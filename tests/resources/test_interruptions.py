"""Interrupted runs: the next run finds what they created, takes it over or ends it, and creates no duplicate."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.api.errors import TavusError
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.search import Ambiguous
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, REPLICA, active_ids
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import CONVERSATION_URN, conversation_at

MATCH = {"persona_id": PERSONA, "replica_id": REPLICA}
NEWS: dict[str, Any] = {**MATCH}


def intent(sandbox: Sandbox) -> Intent:
    """Return the one intent there is."""
    (found,) = Journal().intents()
    assert found.base_url == sandbox.url
    return found


def test_what_was_opened_but_never_reached_the_state_is_taken_over(
    sandbox: Sandbox, conversations: ConversationLifecycle, capfd: pytest.CaptureFixture[str]
) -> None:
    """A run that was killed after the answer leaves an intent with the id, and the next run takes that conversation over."""
    opened, _ = conversations.create(NEWS)
    assert intent(sandbox).id == opened
    taken, outs = conversations.create(NEWS)

    assert taken == opened
    assert outs["conversation_name"] == intent(sandbox).name
    assert active_ids(sandbox) == [opened]
    assert "taken over: conversation 'onboarding-" in capfd.readouterr().err


@pytest.mark.parametrize("hook", ["read", "diff", "delete"])
def test_the_intent_goes_once_the_state_knows_the_id(conversations: ConversationLifecycle, hook: str) -> None:
    """Any read, diff or delete of the id proves that the state has it, and removes the intent."""
    opened, outs = conversations.create(NEWS)
    getattr(conversations, hook)(opened, outs, *([NEWS] if hook == "diff" else []))
    assert list(Journal().intents()) == []


def test_what_was_opened_with_other_inputs_is_ended(
    sandbox: Sandbox, conversations: ConversationLifecycle, capfd: pytest.CaptureFixture[str]
) -> None:
    """If the inputs have changed meanwhile, the run ends the old conversation before it creates the new one."""
    opened, _ = conversations.create(NEWS)
    taken, _ = conversations.create({**NEWS, "language": "English"})

    assert taken != opened
    assert active_ids(sandbox) == [taken]
    assert "ended: conversation 'onboarding-" in capfd.readouterr().err


def test_a_private_room_is_opened_anew(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """The run creates another private room, because the old one's token was lost with the answer."""
    opened, _ = conversations.create({**NEWS, "require_auth": True})
    taken, outs = conversations.create({**NEWS, "require_auth": True})
    assert outs["meeting_token"]
    assert active_ids(sandbox) == [taken]
    assert taken != opened


def test_what_ended_in_between_is_not_taken_over(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """If the intent's conversation has ended or is gone, the run creates another."""
    conversations.create(NEWS)
    sandbox.control.advance(300)
    conversations.create(NEWS)
    assert len(active_ids(sandbox)) == 1
    sandbox.control.reset()
    conversations.create(NEWS)
    assert len(active_ids(sandbox)) == 1


@pytest.mark.parametrize("given", [{}, {"conversation_name": "Welcome"}])
def test_a_run_killed_before_the_answer_is_searched_for(
    sandbox: Sandbox, conversations: ConversationLifecycle, given: dict[str, str]
) -> None:
    """Without an id the run finds the conversation by its name, a given one also by persona, replica and time."""
    opened, _ = conversations.create({**NEWS, **given})
    Journal().begin(replace(intent(sandbox), id=""))
    taken, _ = conversations.create({**NEWS, **given})
    assert (taken, active_ids(sandbox)) == (opened, [opened])


def test_a_chosen_name_is_kept_until_it_is_settled(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A run that finds nothing creates under the same name, so that a conversation that shows up later can be recognized."""
    conversations.create(NEWS)
    begun = replace(intent(sandbox), id="")
    sandbox.control.reset()
    Journal().begin(begun)
    _, outs = conversations.create(NEWS)
    assert outs["conversation_name"] == begun.name


def test_what_another_resource_claimed_is_not_taken(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """The journal distinguishes two resources with the same given name."""
    named = {**NEWS, "conversation_name": "Welcome"}
    theirs, _ = conversation_at(sandbox.url, urn=f"{CONVERSATION_URN}-other").create(named)
    Journal().begin(Intent(CONVERSATION_URN, sandbox.url, "Welcome", False, "0", time.time() - 1, match=MATCH))
    ours, _ = conversations.create(named)
    assert theirs != ours
    assert sorted(active_ids(sandbox)) == sorted([theirs, ours])


def test_a_refused_creation_leaves_no_intent(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A create that Tavus refused leaves no intent."""
    with pytest.raises(TavusError):
        conversations.create({**NEWS, "persona_id": "p-none"})
    assert list(Journal().intents()) == []


def test_an_undecided_creation_keeps_its_intent() -> None:
    """If the answer was lost and the search failed too, the intent stays, and the next run searches first."""
    with serve_answers(Answer(502)) as tavus, pytest.raises(TavusError, match="run `pulumi up` again"):
        conversation_at(tavus.url, retry_timeout=0.1).create(NEWS)
    (left,) = Journal().intents()
    assert (left.resource, left.id) == (CONVERSATION_URN, "")


def test_without_a_writable_folder_creating_still_works(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A folder that cannot be written causes a warning, and the run creates the conversation."""
    monkeypatch.setenv("TAVUS_STATE_DIR", "/dev/null")
    opened, _ = conversation_at(sandbox.url).create(NEWS)
    assert active_ids(sandbox) == [opened]
    assert "could not be written" in capfd.readouterr().err


def test_a_full_account_is_waited_for(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """With wait_for_slot, create repeats the call until a slot is free."""
    sandbox.control.set_limits(concurrency=1)
    first, _ = conversation_at(sandbox.url, urn=f"{CONVERSATION_URN}-first").create(NEWS)
    with pytest.raises(TavusError, match=f"active: 'onboarding-first-.*{first}, 0 min old.*--end ID"):
        conversations.create(NEWS)

    threading.Thread(target=free_a_slot, args=[sandbox, first]).start()
    conversations.create({**NEWS, "wait_for_slot": 30})
    assert len(active_ids(sandbox)) == 1


def free_a_slot(sandbox: Sandbox, holder: str) -> None:
    """End the conversation that holds the slot after the second refused create."""
    while sum(call["status"] == 400 for call in sandbox.control.calls()) < 2:
        time.sleep(0.01)
    conversation_at(sandbox.url).delete(holder, {})


SHARED: dict[str, Any] = {**NEWS, "conversation_name": "Welcome"}


def begun(sandbox: Sandbox, resource: str, inputs: str = "0") -> Intent:
    """Write the intent of a create with the shared name that was killed before its answer."""
    left = Intent(resource, sandbox.url, "Welcome", False, inputs, time.time() - 1, match=MATCH)
    Journal().begin(left)
    return left


def test_what_a_state_knows_is_not_taken_by_a_killed_creation_of_the_same_name(
    sandbox: Sandbox, conversations: ConversationLifecycle
) -> None:
    """A conversation that another resource's state has is not taken over."""
    begun(sandbox, CONVERSATION_URN)
    other = conversation_at(sandbox.url, urn=f"{CONVERSATION_URN}-other")
    theirs, outs = other.create(SHARED)
    other.diff(theirs, outs, SHARED)
    ours, _ = conversations.create(SHARED)
    assert theirs != ours
    assert sorted(active_ids(sandbox)) == sorted([theirs, ours])


def test_killed_creations_of_one_name_and_equal_inputs_take_one_each(
    sandbox: Sandbox, conversations: ConversationLifecycle
) -> None:
    """If there are as many conversations as intents with equal inputs, each resource takes one over."""
    resources = [conversation_at(sandbox.url, urn=f"{CONVERSATION_URN}-{number}") for number in range(2)]
    opened = [resource.create(SHARED)[0] for resource in resources]
    for each in list(Journal().intents()):
        Journal().begin(replace(each, id=""))
    taken = [resource.create(SHARED)[0] for resource in resources]
    assert sorted(taken) == sorted(opened) == sorted(active_ids(sandbox))


def test_killed_creations_of_one_name_and_different_inputs_are_opened_anew(
    sandbox: Sandbox, conversations: ConversationLifecycle
) -> None:
    """If inputs differ, each resource ends one conversation and creates its own."""
    resources = {each: conversation_at(sandbox.url, urn=f"{CONVERSATION_URN}-{each}") for each in ("English", "French")}
    opened = [resource.create({**SHARED, "language": language})[0] for language, resource in resources.items()]
    for each in list(Journal().intents()):
        Journal().begin(replace(each, id=""))
    taken = [resource.create({**SHARED, "language": language})[0] for language, resource in resources.items()]
    assert not set(taken) & set(opened)
    assert sorted(active_ids(sandbox)) == sorted(taken)


def test_a_creation_under_way_is_waited_for_by_a_search_of_its_name(
    sandbox: Sandbox, conversations: ConversationLifecycle
) -> None:
    """A search waits while another resource's create has no answer yet, whose conversation looks like the lost one."""
    sandbox.control.inject("create", close="fin", contains="onboarding-lost")
    sandbox.control.hold("create", when="after", contains="-held")
    opened: list[str] = []

    def create(end: str) -> None:
        resource = conversation_at(sandbox.url, urn=CONVERSATION_URN + end)
        opened.append(resource.create({**SHARED, "custom_greeting": f"onboarding{end}"})[0])

    threads = [threading.Thread(target=create, args=[end]) for end in ("-held", "-lost")]
    threads[0].start()
    sandbox.control.wait_for_held()
    threads[1].start()
    while not any(call["faults"] == ["f1"] for call in sandbox.control.calls()):
        time.sleep(0.01)
    sandbox.control.release()
    for thread in threads:
        thread.join()
    assert len(set(opened)) == 2
    assert sorted(active_ids(sandbox)) == sorted(opened)


def test_what_follows_a_private_room_that_was_ended_is_searched_for(sandbox: Sandbox) -> None:
    """The run removes the ended room's id from the journal before it creates another, so an interruption loses nothing."""
    private = {**NEWS, "require_auth": True}
    sandbox.control.inject("create", close="fin", when="after", times=2)
    sandbox.control.inject("list", status=500, skip=2, times=None)
    with pytest.raises(TavusError, match="may be active and billed"):
        conversation_at(sandbox.url, retry_timeout=1).create(private)
    sandbox.control.clear_faults()
    assert intent(sandbox).id == ""
    opened, _ = conversation_at(sandbox.url).create(private)
    assert active_ids(sandbox) == [opened]


def test_a_private_room_that_cannot_be_ended_is_not_forgotten(sandbox: Sandbox) -> None:
    """If a private room's answer was lost and ending it fails, the run creates no other, and the next run ends it first."""
    private = {**SHARED, "require_auth": True}
    sandbox.control.inject("create", close="fin", when="after")
    sandbox.control.inject("end", status=429, times=None)
    with pytest.raises(TavusError, match="could not end .* run `pulumi up` again, which ends it first"):
        conversation_at(sandbox.url, retry_timeout=1).create(private)
    sandbox.control.clear_faults()
    assert active_ids(sandbox) == [intent(sandbox).id]
    opened, _ = conversation_at(sandbox.url).create(private)
    assert active_ids(sandbox) == [opened]


def test_what_a_killed_destroy_ended_is_replaced(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """If a note says that a run began to end it, diff asks Tavus for the status although the state says active."""
    opened, outs = conversations.create(NEWS)
    assert not conversations.diff(opened, outs, NEWS).changes
    conversations.delete(opened, outs)
    assert conversations.diff(opened, outs, NEWS).replaces == ("status",)


def test_what_a_destroy_could_not_end_stays(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A note of an ending does not prove that the conversation has ended."""
    opened, outs = conversations.create(NEWS)
    sandbox.control.inject("end", status=403)
    with pytest.raises(TavusError):
        conversations.delete(opened, outs)
    assert not conversations.diff(opened, outs, NEWS).changes
    assert active_ids(sandbox) == [opened]


def on_a_new_machine(sandbox: Sandbox, recovery: str = "account") -> ConversationLifecycle:
    """Return conversations of a machine without a journal."""
    for each in list(Journal().intents()):
        Journal().forget(each)
    return conversation_at(sandbox.url, recovery=recovery)


def test_what_a_machine_left_that_vanished_is_found_by_its_name(sandbox: Sandbox) -> None:
    """With recovery=account, another machine takes over the conversation with this resource's marker and equal inputs."""
    opened, outs = on_a_new_machine(sandbox).create(NEWS)
    taken, _ = on_a_new_machine(sandbox).create(NEWS)
    assert (taken, active_ids(sandbox)) == (opened, [opened])
    assert outs["conversation_name"].startswith("onboarding-")

    edited, _ = on_a_new_machine(sandbox).create({**NEWS, "language": "English"})
    assert active_ids(sandbox) == [edited]
    assert edited != opened


def test_by_default_the_account_is_not_asked(sandbox: Sandbox) -> None:
    """By default the run does not take over what an equal stack of another backend has."""
    opened, _ = on_a_new_machine(sandbox, "journal").create(NEWS)
    other, _ = on_a_new_machine(sandbox, "journal").create(NEWS)
    assert sorted(active_ids(sandbox)) == sorted([opened, other])


def test_a_given_name_carries_no_marker(sandbox: Sandbox) -> None:
    """A given name has no marker, and the run takes over nothing by it."""
    named = {**NEWS, "conversation_name": "Welcome"}
    opened, _ = on_a_new_machine(sandbox).create(named)
    other, _ = on_a_new_machine(sandbox).create(named)
    assert sorted(active_ids(sandbox)) == sorted([opened, other])


@pytest.mark.parametrize("text", ["", "garbage", '{"began": "yesterday"}', None], ids=["empty", "garbage", "types", "pipe"])
@pytest.mark.parametrize("given", [{}, {"conversation_name": "Welcome"}], ids=["chosen name", "given name"])
def test_what_an_unreadable_intent_may_be_about_is_looked_for(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str], text: str | None, given: dict[str, Any]
) -> None:
    """The run creates nothing while an unreadable intent may have created something; else it renames the file and names it."""
    opened, _ = conversation_at(sandbox.url).create({**NEWS, **given})
    path = Journal().path(intent(sandbox))
    path.unlink()
    path.write_text(text) if text is not None else os.mkfifo(path)

    with pytest.raises(Ambiguous, match=f"{path.name} cannot be read.*may have created .*{opened}.*remove that file"):
        conversation_at(sandbox.url).create({**NEWS, **given})
    assert active_ids(sandbox) == [opened]

    conversation_at(sandbox.url).delete(opened, {})
    second, _ = conversation_at(sandbox.url).create({**NEWS, **given})
    assert active_ids(sandbox) == [second]
    printed = capfd.readouterr().err
    assert f"{path} cannot be read" in printed
    assert "it was set aside as" in printed
    assert len(list(path.parent.glob("*.unreadable-*"))) == 1


def test_a_journal_of_another_user_is_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The run creates nothing if it may not read the journal's folder."""
    monkeypatch.setenv("TAVUS_STATE_DIR", str(tmp_path))
    (tmp_path / "intents").mkdir(mode=0o000)
    # Another user may not be able to read Python's modules either, so all are loaded before.
    code = (
        "import os, httpx, tenacity\n"
        "from tests.support.lifecycles import conversation_at\n"
        f"call = conversation_at({sandbox.url!r})\n"
        "call.client\n"
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        f"call.create({NEWS!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "it belongs to another user: set TAVUS_STATE_DIR" in done.stderr
    assert active_ids(sandbox) == []
