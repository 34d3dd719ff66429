"""Scheduler: changes that happen by themselves as time passes, and the one lock around the state."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from .clock import Clock

_LONGEST_WAIT = 3600.0


class SelfChanging(Protocol):
    """An object that changes by itself at a known time."""

    def next_change(self) -> float | None:
        """Return the moment of its next change, or None."""

    def apply_change(self, at: float) -> None:
        """Make the change that was due at `at`; afterwards next_change() is later, or None."""


class Scheduler:
    """Holder of the lock on the sandbox's state, who makes each change at its own time and in order.

    Whoever reads or changes state does it inside `lock_state()`, which first makes every change that is due: no answer
    shows an outdated state. A thread does the same in time when nobody asks, so that webhooks are sent.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, SelfChanging]] = []
        # Breaks ties between changes of the same moment, since the objects themselves cannot be compared.
        self._order = itertools.count()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sandbox-scheduler", daemon=True)

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
    def lock_state(self) -> Iterator[float]:
        """Hold the lock on the state, brought up to date, and give the present moment."""
        with self._changed:
            now = self.clock.now()
            self._apply_due_changes(now)
            try:
                yield now
            finally:
                # The caller may have made something due, which others must not see undone.
                self._apply_due_changes(now)
                self._changed.notify()

    def advance(self, seconds: float) -> float:
        """Advance the clock, make all changes that come due, and return the new present."""
        with self._changed:
            self.clock.advance(seconds)
            with self.lock_state() as now:
                return now

    def schedule(self, thing: SelfChanging) -> None:
        """Note the next change of the thing; to be called again whenever its time has moved."""
        at = thing.next_change()
        if at is not None:
            heapq.heappush(self._due, (at, next(self._order), thing))

    def reset(self) -> None:
        """Forget all changes to come, and return to the present."""
        with self._changed:
            self._due.clear()
            self.clock.reset()

    def _apply_due_changes(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            at, _, thing = heapq.heappop(self._due)
            # An entry whose time has moved is stale: the new time has an entry of its own.
            if thing.next_change() == at:
                thing.apply_change(at)
                self.schedule(thing)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                self._apply_due_changes(self.clock.now())
                self._changed.wait(self._seconds_to_wait())

    def _seconds_to_wait(self) -> float:
        next_due = self.clock.seconds_until(self._due[0][0]) if self._due else _LONGEST_WAIT
        return min(next_due, _LONGEST_WAIT)
