"""The journaled create: what it does about each error, and how long it can take."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tavus_provider.api.errors import (
    ApiError,
    ConcurrencyLimit,
    ConnectionFailed,
    OutcomeUnknown,
    RateLimited,
    RoleNotAssumable,
    ServerError,
    TavusError,
)
from tavus_provider.api.retry import Clock
from tavus_provider.conversations.creation import ConversationCreation
from tavus_provider.journal.creation import Creation
from tavus_provider.journal.journal import Journal
from tavus_provider.journal.run import Run
from tavus_provider.journal.strategy import Found
from tavus_provider.settings import Settings
from tests.support.lifecycles import CONVERSATION_URN

SETTINGS = Settings(api_key="k", retry_timeout=60, role_timeout=30, settle_timeout=10)
SLOT = 120.0
"""Seconds that the create waits for a concurrency slot."""
ATTEMPT = 5.0
"""Seconds that each attempt takes by the clock of these tests."""


@dataclass
class FakeClock(Clock):
    """A clock that only moves when somebody sleeps or an attempt is made."""

    time: float = 0.0

    def now(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the time."""
        self.time += seconds


@dataclass
class Calls:
    """What the create did: "post", "look"."""

    made: list[str] = field(default_factory=list)


class ScriptedCreation(ConversationCreation):
    """The create of a conversation whose posts end as a script says, and whose search finds nothing."""

    def __init__(self, clock: FakeClock, errors: Iterable[TavusError], calls: Calls) -> None:
        super().__init__(None, SETTINGS, CONVERSATION_URN, {"persona_id": "p1"}, SLOT)  # type: ignore[arg-type]
        self.clock, self.errors, self.calls = clock, iter(errors), calls

    def post(self, intent: Any, is_resumed: bool) -> Found:
        """Raise the next error of the script; succeed after its end."""
        self.clock.sleep(ATTEMPT)
        self.calls.made.append("post")
        for error in self.errors:
            raise error
        return Found("c1", {"conversation_id": "c1"})

    def list_items(self, doing: str) -> list[dict[str, Any]]:
        """Find nothing."""
        self.calls.made.append("look")
        return []

    @property
    def account(self) -> str:
        """Return no account."""
        return ""

    @property
    def clock_skew(self) -> float:
        """Return no skew."""
        return 0.0

    def explain(self, error: TavusError) -> TavusError:
        """Return the error itself, without a list of the conversations that hold the slots."""
        return error


def execute(errors: Iterable[TavusError]) -> tuple[TavusError | Found, list[str], float]:
    """Return what a create ends with, what it did, and how many seconds it took."""
    clock, calls = FakeClock(), Calls()
    creation = Creation(Run(SETTINGS, clock=clock), ScriptedCreation(clock, errors, calls))
    try:
        return creation.execute(), calls.made, clock.time
    except TavusError as error:
        return error, calls.made, clock.time


def refusal(kind: type[ApiError]) -> ApiError:
    """Return an error that Tavus answers with."""
    return kind("create a conversation", 400, "no")


ROWS: list[tuple[TavusError, bool, bool, float]] = [
    # error, whether the create looks for the conversation first, whether the intent stays, seconds that it goes on
    (ConnectionFailed("no connection"), False, False, SETTINGS.retry_timeout),
    (refusal(RateLimited), False, False, SETTINGS.retry_timeout),
    (OutcomeUnknown("the answer was lost"), True, True, SETTINGS.retry_timeout),
    (refusal(ServerError), True, True, SETTINGS.retry_timeout),
    (refusal(RoleNotAssumable), False, False, SETTINGS.role_timeout),
    (refusal(ConcurrencyLimit), False, False, SLOT),
    (refusal(ApiError), False, False, 0.0),
]


@pytest.mark.parametrize(("error", "looks", "keeps_intent", "seconds"), ROWS, ids=lambda value: type(value).__name__)
def test_each_error_has_its_row(error: TavusError, looks: bool, keeps_intent: bool, seconds: float) -> None:
    """For each error the create repeats, searches first, waits or raises; after the row's seconds it raises that error."""
    end, made, duration = execute(itertools.repeat(error))
    assert end is error
    assert ("look" in made) == looks
    assert (list(Journal().intents()) != []) == keeps_intent
    assert (made.count("post") > 1) == (seconds > 0)
    assert duration <= seconds + ATTEMPT + (SETTINGS.settle_timeout if looks else 0)


def test_the_longest_create_takes_the_sum_of_its_rows() -> None:
    """However errors alternate, a create takes at most retry, role and slot time, and one last attempt with its search."""
    kinds = [refusal(ConcurrencyLimit), refusal(RoleNotAssumable), OutcomeUnknown("lost"), ConnectionFailed("no connection")]
    _, made, duration = execute(itertools.cycle(kinds))
    longest = SETTINGS.retry_timeout + SETTINGS.role_timeout + SLOT
    assert made.count("post") > len(kinds)
    assert duration <= longest + ATTEMPT + SETTINGS.settle_timeout


def test_errors_of_one_row_do_not_use_up_another_row() -> None:
    """Waiting for a slot leaves the whole time for a role that cannot be assumed yet."""
    waits = [refusal(ConcurrencyLimit)] * 8
    end, _, duration = execute(itertools.chain(waits, itertools.repeat(refusal(RoleNotAssumable))))
    assert isinstance(end, RoleNotAssumable)
    assert duration > SETTINGS.role_timeout


def test_a_create_succeeds_after_errors_that_pass() -> None:
    """A lost answer, a full account and a new role delay the create and cause no second conversation."""
    end, made, _ = execute([OutcomeUnknown("lost"), refusal(ConcurrencyLimit), refusal(RoleNotAssumable), ConnectionFailed("no")])
    assert isinstance(end, Found)
    assert made == ["post", *["look"] * 11, *["post"] * 4, "look"]
