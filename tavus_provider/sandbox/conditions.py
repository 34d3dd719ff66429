"""Under which conditions a call is processed: by a Tavus whose clock is off, or that has not heard of the latest yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lag:
    """What the `number`-th call of a lagging fault does not know: what came to be some seconds, or some calls, ago."""

    seconds: float
    calls: int
    number: int
    first_seen: dict[str, float]

    def hides(self, id_: str, age: float) -> bool:
        """Say whether the call does not know the object of this age (seconds)."""
        calls_ago = self.number - self.first_seen.setdefault(id_, self.number)
        return age < self.seconds or calls_ago < self.calls


@dataclass(frozen=True)
class Conditions:
    """The clock's lead in seconds, and what is not known yet."""

    skew: float = 0.0
    lags: Sequence[Lag] = ()

    def hide(self, id_: str, age: float) -> bool:
        """Say whether the object is not known yet; each lag takes note of it."""
        hidden = [lag.hides(id_, age) for lag in self.lags]
        return any(hidden)


AS_USUAL = Conditions()
