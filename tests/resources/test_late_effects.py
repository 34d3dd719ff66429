"""Late effects: a call whose answer was lost may create something after everybody looked; later runs look again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tavus_provider.api.errors import OutcomeUnknown
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.journal.intent import Intent, digest
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.uptime import uptime
from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, REPLICA, active_ids, create_by_hand
from tests.support.http_client import HTTP
from tests.support.lifecycles import conversation_at, object_at

NEWS: dict[str, Any] = {"persona_id": PERSONA, "replica_id": REPLICA}


def lose(sandbox: Sandbox, **settings: Any) -> tuple[str, Props]:
    """Create a conversation whose first call seems to have had no effect; return what the second call created."""
    sandbox.control.inject("create", close="rst", when="before")
    return conversation_at(sandbox.url, **settings).create(NEWS)


def hooks(sandbox: Sandbox, **settings: Any) -> dict[str, Callable[[str, Props], object]]:
    """Return what the engine may call in the next run, by name."""
    later: ConversationLifecycle = conversation_at(sandbox.url, **settings)
    return {"diff": lambda id_, outs: later.diff(id_, outs, NEWS), "read": later.read, "delete": later.delete}


@pytest.mark.parametrize("hook", ["diff", "read", "delete"])
def test_what_came_late_is_ended_by_the_next_run(sandbox: Sandbox, capfd: pytest.CaptureFixture[str], hook: str) -> None:
    """Any call of the next run ends and names a second conversation of the chosen name; the one in the state stays."""
    kept, outs = lose(sandbox)
    late = create_by_hand(sandbox, conversation_name=outs["conversation_name"])
    hooks(sandbox)[hook](kept, outs)
    assert active_ids(sandbox) == ([] if hook == "delete" else [kept])
    assert late in capfd.readouterr().err


def test_every_run_looks_until_it_is_too_late(sandbox: Sandbox) -> None:
    """Each run reads one list until the time is over, one more after that, and then none."""

    def count_calls(**settings: Any) -> int:
        before = len(sandbox.control.calls())
        hooks(sandbox, **settings)["diff"](kept, outs)
        return len(sandbox.control.calls()) - before

    kept, outs = lose(sandbox)
    looks = [count_calls(), count_calls(), count_calls(late_timeout=0), count_calls()]
    assert looks[0] == looks[1] == looks[2] > 0
    assert looks[3] == 0


def test_a_good_create_leaves_no_doubt(sandbox: Sandbox) -> None:
    """Without a lost answer later runs make no call."""
    kept, outs = conversation_at(sandbox.url).create(NEWS)
    before = len(sandbox.control.calls())
    hooks(sandbox)["diff"](kept, outs)
    assert len(sandbox.control.calls()) == before


def test_a_killed_create_stays_in_doubt(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """A killed run's call may take effect after the next run has created another conversation; a later diff ends it."""
    begun = Intent(conversations.context.urn, sandbox.url, "onboarding-1234567", True, digest(NEWS), 0.0, match=NEWS)
    Journal().begin(replace(begun, first_try=uptime(), last_try=uptime()))
    kept, outs = conversations.create(NEWS)
    assert outs["conversation_name"] == begun.name
    create_by_hand(sandbox, conversation_name=begun.name)
    hooks(sandbox)["diff"](kept, outs)
    assert active_ids(sandbox) == [kept]


def test_what_has_a_name_of_the_users_is_named_and_left_alone(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """The run only names a conversation of a given name, which may be a colleague's."""
    sandbox.control.inject("create", close="rst", when="before")
    kept, outs = conversation_at(sandbox.url).create({**NEWS, "conversation_name": "Welcome"})
    other = create_by_hand(sandbox, conversation_name="Welcome")
    conversation_at(sandbox.url).diff(kept, outs, {**NEWS, "conversation_name": "Welcome"})
    assert active_ids(sandbox) == [kept, other]
    assert f"left alone: conversation 'Welcome' ({other})" in capfd.readouterr().err


def test_a_document_that_came_late_is_deleted(sandbox: Sandbox) -> None:
    """An interrupted run's call took effect after the next run had created another one."""
    news = {"document_url": "https://example.com/a.pdf", "wait_for_ready": 0}
    sandbox.control.inject(method="POST", path="/v2/documents", close="rst", when="before")
    with pytest.raises(OutcomeUnknown, match="looks for it first"):
        object_at(DocumentLifecycle, sandbox.url, settle_timeout=0).create(news)
    kept, outs = object_at(DocumentLifecycle, sandbox.url, settle_timeout=0).create(news)
    body = {"document_url": news["document_url"], "document_name": outs["document_name"]}
    HTTP.post(f"{sandbox.url}/v2/documents", json=body, headers={"x-api-key": sandbox.key}).raise_for_status()
    object_at(DocumentLifecycle, sandbox.url).diff(kept, outs, news)
    assert sandbox.control.undeleted_ids()["documents"] == [kept]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wrong_clock_hides_no_conversation(sandbox: Sandbox, conversations: ConversationLifecycle, hours: int) -> None:
    """An interrupted run's conversation of a given name is taken over, whatever the clock said when the run was killed."""
    news = {**NEWS, "conversation_name": "Welcome"}
    begun = Intent(conversations.context.urn, sandbox.url, "Welcome", False, digest(news), 0.0, match=NEWS)
    opened = create_by_hand(sandbox, conversation_name="Welcome")
    Journal().begin(replace(begun, began=begun.began + hours * 3600))
    assert conversations.create(news)[0] == opened


def test_a_colleagues_conversation_is_never_taken_over(
    sandbox: Sandbox, conversations: ConversationLifecycle, capfd: pytest.CaptureFixture[str]
) -> None:
    """Hours after a run was killed before its call took effect, a conversation of the given name is somebody else's."""
    news = {**NEWS, "conversation_name": "Welcome"}
    begun = Intent(conversations.context.urn, sandbox.url, "Welcome", False, digest(news), 0.0, match=NEWS)
    six_hours_ago = uptime() - 6 * 3600
    Journal().begin(replace(begun, first_try=six_hours_ago, last_try=six_hours_ago))
    colleagues = create_by_hand(sandbox, conversation_name="Welcome")
    own, outs = conversations.create(news)
    assert own != colleagues
    assert f"left alone: conversation 'Welcome' ({colleagues})" in capfd.readouterr().err
    conversations.delete(own, outs)
    assert active_ids(sandbox) == [colleagues]


def test_a_later_conversation_that_a_restored_state_lacks_is_named(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """The state of a backup has the first one; the second, which a later run created, is named until it has ended."""
    first, outs = conversation_at(sandbox.url).create(NEWS)
    conversation_at(sandbox.url).delete(first, outs)
    second, later_outs = conversation_at(sandbox.url).create(NEWS)
    conversation_at(sandbox.url).diff(second, later_outs, NEWS)
    conversation_at(sandbox.url).read(first, outs)
    assert f"({second}, 0 min old) was created for" in (printed := capfd.readouterr().err)
    assert f"`tavus-provider conversations --end {second}`" in printed
    conversation_at(sandbox.url).delete(second, later_outs)
    conversation_at(sandbox.url).read(first, outs)
    assert second not in capfd.readouterr().err
