"""Clock of the sandbox."""

from __future__ import annotations

import math
import time

from ..api.times import CENTURY


class Clock:
    """A clock that starts at the present, runs `speed` times as fast as the wall clock and can be advanced.

    With a speed of 0 it stands still until it is advanced, so that every time in a test is exact.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 <= speed < math.inf:
            raise ValueError(f"clock speed {speed} is not a number from 0 on; 60 lets a minute pass per second")
        self.speed = speed
        self._start = time.time()
        self._mark = time.monotonic()
        self._ahead = 0.0

    def now(self) -> float:
        """Return the present moment, as seconds since 1970."""
        # The monotonic clock counts, since somebody may set the machine's wall clock meanwhile.
        return self._start + self._ahead + (time.monotonic() - self._mark) * self.speed

    def advance(self, seconds: float) -> None:
        """Move the clock forward, by a century at most."""
        self._ahead = min(self._ahead + seconds, CENTURY)

    def reset(self) -> None:
        """Return to the present of the wall clock."""
        self._start, self._mark, self._ahead = time.time(), time.monotonic(), 0.0

    def seconds_until(self, moment: float) -> float:
        """Return how many seconds of the wall clock pass until `moment`: 0 when it has passed, infinite at speed 0."""
        missing = max(0.0, moment - self.now())
        return missing / self.speed if self.speed else math.inf
