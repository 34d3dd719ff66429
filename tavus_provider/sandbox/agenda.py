"""What happens by itself as time passes, and the one lock around the state."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from tavus_provider.sandbox.clock import Clock

_LONGEST_WAIT = 3600.0


class Timed(Protocol):
    """Something that changes by itself at a known time."""

    def deadline(self) -> float | None:
        """Return the next moment at which it changes, or None."""

    def fire(self, at: float) -> None:
        """Make the change that was due at `at`, so that deadline() is a later one or None."""


class Agenda:
    """Holds the lock on the sandbox's state and makes each change at its own time and in order.

    Whoever reads or changes state does it inside `present()`, which first makes every change that has come due: an
    answer never shows a state that is over. A thread does the same in time when nobody asks, so that webhooks leave.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Timed]] = []
        self._order = itertools.count()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sandbox-agenda", daemon=True)

    def start(self) -> None:
        """Begin to make changes as they come due."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the thread's end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    @contextmanager
    def present(self) -> Iterator[float]:
        """Hold the lock on the state as it is now; gives the present moment."""
        with self._changed:
            now = self.clock.now()
            self._settle(now)
            try:
                yield now
            finally:
                self._settle(now)
                self._changed.notify()

    def advance(self, seconds: float) -> float:
        """Put the clock forward, make all that comes due on the way, and return the new present."""
        with self._changed:
            self.clock.advance(seconds)
            with self.present() as now:
                return now

    def watch(self, thing: Timed) -> None:
        """Note the thing's next deadline; to be called again whenever the deadline has changed."""
        at = thing.deadline()
        if at is not None:
            heapq.heappush(self._due, (at, next(self._order), thing))

    def reset(self) -> None:
        """Forget everything that was to happen, and return to the present."""
        with self._changed:
            self._due.clear()
            self.clock.reset()

    def _settle(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            at, _, thing = heapq.heappop(self._due)
            # An entry whose deadline has moved is stale: the move was noted as another entry.
            if thing.deadline() == at:
                thing.fire(at)
                self.watch(thing)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                self._settle(self.clock.now())
                self._changed.wait(self._pause())

    def _pause(self) -> float:
        next_due = self.clock.seconds_until(self._due[0][0]) if self._due else _LONGEST_WAIT
        return min(next_due, _LONGEST_WAIT)
