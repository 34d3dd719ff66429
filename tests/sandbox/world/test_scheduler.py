"""The scheduler, which makes due changes under the lock that callers share with it."""

from __future__ import annotations

from tavus_provider.sandbox.world.clock import Clock
from tavus_provider.sandbox.world.scheduler import Scheduler


class Egg:
    """An object that hatches at a time that can be postponed."""

    def __init__(self, due: float) -> None:
        self.due = due
        self.hatched: float | None = None

    def next_change(self) -> float | None:
        """Return when it hatches, None once it has."""
        return None if self.hatched is not None else self.due

    def apply_change(self, at: float) -> None:
        """Hatch."""
        self.hatched = at


def test_a_caller_sees_every_due_change() -> None:
    """A caller that locks the state finds a due change made, even if the scheduler's thread has not run."""
    clock = Clock(speed=0)
    scheduler, egg = Scheduler(clock), Egg(clock.now() + 10)
    scheduler.schedule(egg)
    clock.advance(60)
    with scheduler.lock_state() as now:
        assert egg.hatched == egg.due == now - 50


def test_a_change_that_a_caller_makes_due_happens_before_the_lock_is_released() -> None:
    """The scheduler makes a change that a caller moves to the present as soon as the caller releases the lock."""
    clock = Clock(speed=0)
    scheduler, egg = Scheduler(clock), Egg(clock.now() + 10)
    scheduler.schedule(egg)
    with scheduler.lock_state() as now:
        egg.due = now
        scheduler.schedule(egg)
    assert egg.hatched == now


def test_a_postponed_change_happens_at_the_later_time_only() -> None:
    """The scheduler ignores the old time of a change that was postponed."""
    clock = Clock(speed=0)
    scheduler, egg = Scheduler(clock), Egg(clock.now() + 10)
    scheduler.schedule(egg)
    egg.due += 100
    scheduler.schedule(egg)
    scheduler.advance(50)
    assert egg.hatched is None
    scheduler.advance(60)
    assert egg.hatched == egg.due
