"""Search for a conversation in accounts that are large, change meanwhile, refuse it or have huge names; and clocks that jump."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import httpx
import pytest

from tavus_provider.api.errors import ConcurrencyLimit, OutcomeUnknown, TavusError
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.search import created_at
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import FaultSpec
from tests.support.conversations import PERSONA
from tests.support.lifecycles import conversation_at

CHOSEN: dict[str, Any] = {"persona_id": PERSONA}
GIVEN: dict[str, Any] = {**CHOSEN, "conversation_name": "Welcome"}
both_names = pytest.mark.parametrize("news", [CHOSEN, GIVEN], ids=["chosen name", "given name"])


def ours(sandbox: Sandbox) -> list[str]:
    """Return the ids of the active conversations that the test's resource may have created."""
    rooms = sandbox.control.conversations()
    names = ("onboarding-", "Welcome")
    return [
        room["conversation_id"] for room in rooms if room["status"] == "active" and room["conversation_name"].startswith(names)
    ]


def lose(sandbox: Sandbox, conversations: ConversationLifecycle, news: dict[str, Any]) -> None:
    """Create a conversation whose answer is lost, in a run that ends before it searches for it."""
    sandbox.control.inject("create", close="rst", when="after")
    sandbox.control.inject("list", status=503, times=None)
    with pytest.raises(TavusError, match="may be active and billed"):
        conversation_at(sandbox.url, retry_timeout=0).create(news)
    sandbox.control.clear_faults()


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 429, "retry_after": 3600},
        {"status": 401, "json": {"message": "Invalid access token"}},
        {"status": 403},
        {"status": 400},
        {"status": 503},
        {"close": "rst"},
        {"json": {}},
    ],
    ids=str,
)
@both_names
def test_a_search_that_is_refused_forgets_nothing(
    sandbox: Sandbox, conversations: ConversationLifecycle, news: dict[str, Any], refusal: FaultSpec
) -> None:
    """The intent stays if the search fails, and the next run takes the conversation over."""
    sandbox.control.inject("create", close="rst", when="after")
    lasting: FaultSpec = {**refusal, "times": None}
    sandbox.control.inject("list", **lasting)
    with pytest.raises(TavusError, match="it may be active and billed: run `pulumi up` again"):
        conversation_at(sandbox.url, retry_timeout=0).create(news)
    sandbox.control.clear_faults()
    (opened,) = ours(sandbox)
    assert conversations.create(news)[0] == opened


def test_a_refusal_after_a_lost_answer_forgets_nothing(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """If the list lags, the conversation whose answer was lost may itself occupy the last slot."""
    sandbox.control.set_limits(concurrency=1)
    sandbox.control.inject("create", close="rst", when="after")
    sandbox.control.inject("list", lag_calls=2, times=None)
    with pytest.raises(ConcurrencyLimit):
        conversations.create(CHOSEN)
    sandbox.control.clear_faults()
    (opened,) = ours(sandbox)
    assert conversations.create(CHOSEN)[0] == opened


def test_a_double_that_could_not_be_ended_is_ended_by_the_next_run(
    sandbox: Sandbox, conversations: ConversationLifecycle
) -> None:
    """The next run ends a duplicate that this run could not end."""
    sandbox.control.inject("create", close="rst", when="after")
    sandbox.control.inject("list", lag_calls=1)
    sandbox.control.inject("end", status=403)
    with pytest.raises(OutcomeUnknown, match="403"):
        conversations.create(CHOSEN)
    assert len(ours(sandbox)) == 2
    kept, _ = conversations.create(CHOSEN)
    assert ours(sandbox) == [kept]


@pytest.mark.parametrize("answer", [{"json": {}}, {"text": "<html>"}, {"json": {"status": None}}], ids=str)
def test_an_answer_that_says_nothing_is_no_end(sandbox: Sandbox, conversations: ConversationLifecycle, answer: FaultSpec) -> None:
    """An unreadable answer about an interrupted run's conversation is requested again, and never counts as its end."""
    opened, _ = conversations.create(CHOSEN)
    sandbox.control.inject("get", **answer)
    assert conversations.create(CHOSEN)[0] == opened
    assert ours(sandbox) == [opened]


def crowd(sandbox: Sandbox, size: int, **fields: Any) -> list[str]:
    """Let other people create conversations; return their ids."""
    seeds = [{"conversation_name": f"call {number}", **fields} for number in range(size)]
    return [room["conversation_id"] for room in sandbox.control.seed(conversations=seeds)["conversations"]]


@contextmanager
def leaving(sandbox: Sandbox, ids: list[str]) -> Iterator[None]:
    """Let conversations end, one after the other, for as long as this lasts."""
    over = Event()

    def leave() -> None:
        with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as api:
            for each in ids:
                if over.is_set():
                    return
                api.post(f"/v2/conversations/{each}/end").raise_for_status()

    with ThreadPoolExecutor(1) as pool:
        leaver = pool.submit(leave)
        try:
            yield
        finally:
            over.set()
            leaver.result()


@both_names
def test_a_lost_answer_is_found_among_thousands(
    sandbox: Sandbox, conversations: ConversationLifecycle, news: dict[str, Any]
) -> None:
    """The search reads the list to its end, however many conversations were created before and since."""
    crowd(sandbox, 1500, age=100)
    lose(sandbox, conversations, news)
    crowd(sandbox, 1500)
    (opened,) = ours(sandbox)
    assert conversations.create(news)[0] == opened
    assert ours(sandbox) == [opened]


def test_of_many_that_hold_the_slots_a_few_are_named(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """The error names the oldest conversations, each with the beginning of its name, and counts the others."""
    oldest = crowd(sandbox, 12, conversation_name="x" * 1_000_000, age=100)
    crowd(sandbox, 238)
    sandbox.control.set_limits(concurrency=250)
    with pytest.raises(ConcurrencyLimit, match="active: .* and 240 more; end one with") as raised:
        conversations.create(CHOSEN)
    assert sum(each in str(raised.value) for each in oldest) == 10
    assert len(str(raised.value)) < 2500


@both_names
def test_a_lost_answer_is_found_while_others_leave(
    sandbox: Sandbox, conversations: ConversationLifecycle, news: dict[str, Any]
) -> None:
    """The search finds the conversation although pages shift while it reads them, and creates no second one."""
    lose(sandbox, conversations, news)
    newer = crowd(sandbox, 1000)
    (opened,) = ours(sandbox)
    with leaving(sandbox, newer):
        assert conversations.create(news)[0] == opened
    assert ours(sandbox) == [opened]


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 3, "\x00\x1b[2J\u202e", "Welcome\u0000", "\u0057elcome "])
def test_monstrous_names_of_others_hide_nothing(sandbox: Sandbox, conversations: ConversationLifecycle, name: str) -> None:
    """Names of megabytes, half surrogates and control characters in the list do not disturb the search."""
    crowd(sandbox, 3, conversation_name=name)
    lose(sandbox, conversations, GIVEN)
    opened = next(room for room in sandbox.control.conversations() if room["conversation_name"] == "Welcome")["conversation_id"]
    assert conversations.create(GIVEN)[0] == opened


@pytest.mark.parametrize(
    "name",
    [
        "\u00e9l\u00e8ve \U0001f600 \u202eevil\u202c",
        "tab\tnewline\nreturn\r",
        "\x00\x1b[2J",
        "'quotes' \"and\" \\slashes",
        "x" * 100_000,
    ],
)
def test_a_name_of_any_characters_is_known_again(sandbox: Sandbox, conversations: ConversationLifecycle, name: str) -> None:
    """A conversation with any name is created, found after a lost answer, taken over, and read without a change."""
    news = {**CHOSEN, "conversation_name": name, "conversational_context": name, "custom_greeting": name}
    lose(sandbox, conversations, news)
    (opened,) = [room["conversation_id"] for room in sandbox.control.conversations()]
    taken, outs = conversations.create(news)
    assert taken == opened
    assert outs["conversation_name"] == name
    found = conversations.read(taken, outs)
    assert found
    assert not conversations.diff(taken, found[1], news).changes
    assert {call["body"]["conversational_context"] for call in sandbox.control.calls() if call["body"]} == {name}


def set_clock(shift: float) -> None:
    """Let the machine's clock be put back (or forward, where negative) after the one intent there is was written."""
    journal = Journal()
    (intent,) = journal.intents()
    journal.begin(replace(intent, began=intent.began + shift))


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine stand in Tokyo."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_time_without_a_zone_is_utc(elsewhere: None) -> None:
    """Times of Tavus without a zone are UTC, whatever the machine's zone is."""
    assert created_at({"created_at": "2026-01-01T00:00:00"}) == created_at({"created_at": "2026-01-01T00:00:00Z"})


clock_shifts = pytest.mark.parametrize("shift", [-86400, -60, 60, 86400])


@clock_shifts
def test_a_clock_that_was_set_hides_no_chosen_name(sandbox: Sandbox, shift: float) -> None:
    """The next run takes the conversation over, however the machine's clock was set since the intent was written."""
    lose(sandbox, conversation_at(sandbox.url), CHOSEN)
    set_clock(shift)
    (opened,) = ours(sandbox)
    assert conversation_at(sandbox.url, settle_timeout=1.0).create(CHOSEN)[0] == opened


@clock_shifts
def test_a_clock_that_was_set_delays_nobody(sandbox: Sandbox, shift: float) -> None:
    """The search ends after settleTimeout, although the clock was set back since the intent was written."""
    lose(sandbox, conversation_at(sandbox.url), CHOSEN)
    set_clock(shift)
    sandbox.control.reset()
    assert conversation_at(sandbox.url, settle_timeout=1.0).create(CHOSEN)[0] in ours(sandbox)
