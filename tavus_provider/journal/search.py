"""Search for a thing whose answer was lost, and the claim by which nobody else on this machine takes it.

A name that we chose is nobody else's. A name that the user gave can be that of other things as well: then other members and the
time of creation have to fit too, and no other intent may have its id.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..api.errors import TavusError
from .intent import Intent
from .run import Run
from .strategy import Found, Strategy

_INTERVAL = 1.0
"""Seconds between two looks."""
_MARGIN = 2.0
"""Seconds by which a time of creation may seem too early: the Date header, which tells Tavus's clock, has whole seconds."""
_LONGEST_CALL = 60.0
"""Seconds from a call to the creation that it asks for, beyond which that is taken for somebody else's."""


class Ambiguous(TavusError):
    """More than one thing may be the one that was created."""


class Unsearchable(TavusError):
    """The list could not be read, so nobody knows whether the thing was created."""


@dataclass(frozen=True)
class Search:
    """The search for what one intent created."""

    strategy: Strategy
    run: Run
    intent: Intent

    def find(self, seconds: float) -> Found | None:
        """Return what the intent created, and write its id to the journal; None where nothing showed within `seconds`.

        Raises Ambiguous and Unsearchable.
        """
        clock = self.run.clock
        deadline = clock.now() + seconds
        while True:
            is_last = clock.now() >= deadline
            found = self._claim(is_last)
            if found or is_last:
                return found
            clock.sleep(min(_INTERVAL, max(0.0, deadline - clock.now())))

    def candidates(self) -> list[dict[str, Any]]:
        """Return what the intent may have created, oldest first."""
        what = f"{self.intent.kind} {self.intent.name!r}"
        try:
            listed = list(self.strategy.list_items(f"find out whether {what} was created"))
        except TavusError as error:
            raise Unsearchable(f"{error}; {self.strategy.risk}: run `pulumi up` again, which looks for it first") from error
        return sorted((item for item in listed if self._fits(item, self.intent)), key=created_at)

    def namesakes(self) -> list[dict[str, Any]]:
        """Return the things with the intent's name and members that no known state and no known intent has."""
        intent, name_field = self.intent, self.strategy.name_field
        listed = list_unclaimed(self.strategy, self.run, f"look for {intent.kind} {intent.name!r}", intent.match)
        return [each for each in listed if each.get(name_field) == intent.name]

    def _claim(self, is_last: bool) -> Found | None:
        journal = self.run.journal
        with nullcontext() if self.intent.unique else journal.claiming():
            # The journal is read before the list: what somebody else claims and ends in between is in one of the two.
            others = journal.find_others(self.intent)
            taken = {each.id for each in others}
            own = [item for item in self.candidates() if item[self.strategy.id_field] not in taken]
            rivals = [each for each in others if not each.id and any(self._fits(item, each) for item in own)]
            self._refuse_to_guess(own, rivals)
            if not own or (rivals and not is_last):
                return None  # the answer of a rival may still be on its way, and this may be what it created
            return self._take(own[0], rivals)

    def _refuse_to_guess(self, own: list[dict[str, Any]], rivals: list[Intent]) -> None:
        namesakes = self.strategy.takes_namesakes
        is_ambiguous = (
            len(own) > 1 + len(rivals) and not self.intent.unique if namesakes else len(own) > 1 or bool(own and rivals)
        )
        if is_ambiguous:
            raise Ambiguous(
                f"could not create {self.intent.kind} {self.intent.name!r}: an answer of Tavus was lost, and it may be any of "
                f"{self.strategy.describe(own)}"
            )

    def _take(self, item: dict[str, Any], rivals: list[Intent]) -> Found:
        journal, id_ = self.run.journal, str(item[self.strategy.id_field])
        mine = journal.find(self.intent.resource, self.intent.base_url) or self.intent
        is_certain = all(each.inputs == self.intent.inputs for each in (mine, *rivals))
        for each in rivals if not is_certain else ():
            journal.mark_doubtful(each)  # what is left for it may have the inputs of any of us
        journal.complete(self.intent, id_)
        return Found(id_, item, is_certain)

    def _fits(self, item: Mapping[str, Any], intent: Intent) -> bool:
        is_recorded = self.run.is_recorded(intent.base_url, str(item[self.strategy.id_field]))
        return not is_recorded and fits(item, intent, self.strategy.clock_skew, self.strategy.name_field)


def find_traces(strategy: Strategy, run: Run, doing: str) -> list[dict[str, Any]]:
    """Return what an unreadable intent of the strategy's resource may have created."""
    given_name, match = strategy.target.given_name, strategy.target.match
    chosen = rf"{re.escape(strategy.name_prefix())}(-[0-9a-f]{{7}}){{1,2}}"
    name = re.compile(chosen if given_name is None else re.escape(given_name))
    listed = list_unclaimed(strategy, run, doing, match)
    return [each for each in listed if name.fullmatch(str(each.get(strategy.name_field)))]


def list_unclaimed(strategy: Strategy, run: Run, doing: str, match: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the listed things with the members in `match` that no known state and no known intent has."""
    claimed = {each.id for each in run.journal.intents()}
    listed = ((str(each[strategy.id_field]), each) for each in strategy.list_items(doing) if has_members(each, match))
    return [each for id_, each in listed if id_ not in claimed and not run.is_recorded(strategy.target.place, id_)]


def fits(item: Mapping[str, Any], intent: Intent, skew: float, name_field: str = "conversation_name") -> bool:
    """Tell whether an intent has created a listed item, so that it is ours.

    skew: seconds by which Tavus's clock is ahead of ours. A name that we chose proves it. A name of the user's does where the
    item was created within the time in which the intent's run asked for it. That is told by Tavus's clock alone, since our own
    only measures how long ago that was.
    """
    if item.get(name_field) != intent.name:
        return False
    return intent.unique or (has_members(item, intent.match) and intent.is_timed and _was_asked_for(item, intent, skew))


def has_members(item: Mapping[str, Any], match: Mapping[str, Any]) -> bool:
    """Tell whether a listed item has these members."""
    return all(item.get(name) == value for name, value in match.items())


def _was_asked_for(item: Mapping[str, Any], intent: Intent, skew: float) -> bool:
    now, (first, last) = time.time() + skew, intent.seconds_since_tries()
    return now - first - _MARGIN <= created_at(item) <= now - last + _LONGEST_CALL


def created_at(item: Mapping[str, Any]) -> float:
    """Return the time of creation in seconds since 1970, without a time zone UTC; infinity where there is no readable one."""
    try:
        moment = datetime.fromisoformat(item["created_at"])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return float("inf")
