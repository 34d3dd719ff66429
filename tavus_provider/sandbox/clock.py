"""The sandbox's time."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from email.utils import formatdate

CENTURY = 100 * 365 * 86400.0
"""The longest span (seconds) that the sandbox counts with; longer ones are cut to it."""

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC).timestamp() - 1


class Clock:
    """A clock that starts at the present, runs `speed` times as fast as the wall clock and can be put forward.

    With a speed of 0 it stands still unless it is put forward, so that every time in a test is exact.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 <= speed < math.inf:
            raise ValueError(f"clock speed {speed} is not a number from 0 on; 60 lets a minute pass per second")
        self.speed = speed
        self._began = time.time()
        self._mark = time.monotonic()
        self._ahead = 0.0

    def now(self) -> float:
        """Return the present moment, as seconds since 1970."""
        return self._began + self._ahead + (time.monotonic() - self._mark) * self.speed

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead = min(self._ahead + seconds, CENTURY)

    def reset(self) -> None:
        """Return to the present of the wall clock."""
        self._began, self._mark, self._ahead = time.time(), time.monotonic(), 0.0

    def seconds_until(self, moment: float) -> float:
        """Return how many seconds of the wall clock pass until `moment`: 0 when it is over, maybe infinite."""
        missing = max(0.0, moment - self.now())
        return missing / self.speed if self.speed else math.inf


def iso(moment: float) -> str:
    """Return the moment as Tavus writes it: ISO 8601 in UTC with microseconds."""
    utc = datetime.fromtimestamp(min(moment, _LAST_MOMENT), UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def http_date(moment: float) -> str:
    """Return the moment as HTTP headers write it. Source: RFC 9110, Date/Time Formats."""
    return formatdate(moment, usegmt=True)
