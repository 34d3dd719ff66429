"""Looking for a conversation in accounts that are crowded, restless, closed or full of monstrous names, by clocks that jump."""

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
    """Return the ids of the active conversations that the test's resource may have opened."""
    rooms = sandbox.control.conversations()
    names = ("onboarding-", "Welcome")
    return [
        room["conversation_id"] for room in rooms if room["status"] == "active" and room["conversation_name"].startswith(names)
    ]


def lose(sandbox: Sandbox, conversations: ConversationLifecycle, news: dict[str, Any]) -> None:
    """Open a conversation whose answer is lost in a run that ends before it looks for it."""
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
    """Whatever keeps us from looking, the intent stays, and the next run takes over what was opened."""
    sandbox.control.inject("create", close="rst", when="after")
    lasting: FaultSpec = {**refusal, "times": None}
    sandbox.control.inject("list", **lasting)
    with pytest.raises(TavusError, match="it may be active and billed: run `pulumi up` again"):
        conversation_at(sandbox.url, retry_timeout=0).create(news)
    sandbox.control.clear_faults()
    (opened,) = ours(sandbox)
    assert conversations.create(news)[0] == opened


def test_a_refusal_after_a_lost_answer_forgets_nothing(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """Where the list lags behind, the last slot may be taken by the very conversation whose answer was lost."""
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
    """Where the list showed the first one too late, and ending one of them is refused, the next run ends it."""
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
    """What cannot be read of a conversation that an interrupted run opened is asked again, and never taken for its end."""
    opened, _ = conversations.create(CHOSEN)
    sandbox.control.inject("get", **answer)
    assert conversations.create(CHOSEN)[0] == opened
    assert ours(sandbox) == [opened]


def crowd(sandbox: Sandbox, size: int, **fields: Any) -> list[str]:
    """Let other people open conversations; return their ids."""
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
    """The list is searched to its end, however many conversations were opened before and since."""
    crowd(sandbox, 1500, age=100)
    lose(sandbox, conversations, news)
    crowd(sandbox, 1500)
    (opened,) = ours(sandbox)
    assert conversations.create(news)[0] == opened
    assert ours(sandbox) == [opened]


def test_of_many_that_hold_the_slots_a_few_are_named(sandbox: Sandbox, conversations: ConversationLifecycle) -> None:
    """The oldest are named, each with the beginning of its name, and the others counted: an error is a line to be read."""
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
    """Where pages shift while they are read, the conversation is not missed and not opened twice."""
    lose(sandbox, conversations, news)
    newer = crowd(sandbox, 1000)
    (opened,) = ours(sandbox)
    with leaving(sandbox, newer):
        assert conversations.create(news)[0] == opened
    assert ours(sandbox) == [opened]


@pytest.mark.parametrize("name", ["x" * 5_000_000, "\ud83d" * 3, "\x00\x1b[2J\u202e", "Welcome\u0000", "\u0057elcome "])
def test_monstrous_names_of_others_hide_nothing(sandbox: Sandbox, conversations: ConversationLifecycle, name: str) -> None:
    """Names of megabytes, half surrogates and control characters in the list are just other names."""
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
    """What is named so is opened, found after a lost answer, taken over, and read without a change."""
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
    """Wherever this machine stands, Tavus's times are Tavus's."""
    assert created_at({"created_at": "2026-01-01T00:00:00"}) == created_at({"created_at": "2026-01-01T00:00:00Z"})


clock_shifts = pytest.mark.parametrize("shift", [-86400, -60, 60, 86400])


@clock_shifts
def test_a_clock_that_was_set_hides_no_chosen_name(sandbox: Sandbox, shift: float) -> None:
    """However our clock was set since the intent was written, what it opened is taken over."""
    lose(sandbox, conversation_at(sandbox.url), CHOSEN)
    set_clock(shift)
    (opened,) = ours(sandbox)
    assert conversation_at(sandbox.url, settle_timeout=1.0).create(CHOSEN)[0] == opened


@clock_shifts
def test_a_clock_that_was_set_delays_nobody(sandbox: Sandbox, shift: float) -> None:
    """What is not there is looked for as long as the settings say, and not until the time of the intent comes again."""
    lose(sandbox, conversation_at(sandbox.url), CHOSEN)
    set_clock(shift)
    sandbox.control.reset()
    assert conversation_at(sandbox.url, settle_timeout=1.0).create(CHOSEN)[0] in ours(sandbox)
