"""Conditions under which Tavus processes a call: a clock that is off, or a server that does not know the latest objects yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request


@dataclass(frozen=True)
class Lag:
    """Objects that one call does not know yet, since they were created some seconds or some calls ago.

    seconds: objects younger than this are unknown.
    calls: objects stay unknown for this many calls that the fault hits.
    number: which of those calls this is, counted from 1.
    first_seen: at which of those calls each object was met first, shared by all calls of the fault.
    """

    seconds: float
    calls: int
    number: int
    first_seen: dict[str, float]

    def hides(self, id_: str, age: float) -> bool:
        """Return whether the call does not know the object of this age (seconds) yet, and note the object."""
        calls_ago = self.number - self.first_seen.setdefault(id_, self.number)
        return age < self.seconds or calls_ago < self.calls


@dataclass(frozen=True)
class CallConditions:
    """Conditions of one call: by how many seconds Tavus's clock is ahead, and which lags apply."""

    skew: float = 0.0
    lags: Sequence[Lag] = ()

    def hides(self, id_: str, age: float) -> bool:
        """Return whether the call does not know the object of this age (seconds) yet."""
        # A list, not a generator: every lag has to note the object, even after one of them has hidden it.
        hidden = [lag.hides(id_, age) for lag in self.lags]
        return any(hidden)


NORMAL = CallConditions()
"""A correct clock, and no lag."""


def conditions_of(request: Request) -> CallConditions:
    """Return the conditions under which the request is processed."""
    conditions: CallConditions = request.state.conditions
    return conditions
