"""Changes that come due by themselves, and the lock that they share with callers."""

from __future__ import annotations

from tavus_provider.sandbox.agenda import Agenda
from tavus_provider.sandbox.clock import Clock


class Egg:
    """Something that hatches at its time, unless that is put off."""

    def __init__(self, due: float) -> None:
        self.due = due
        self.hatched: float | None = None

    def deadline(self) -> float | None:
        """Return when it hatches."""
        return None if self.hatched is not None else self.due

    def fire(self, at: float) -> None:
        """Hatch."""
        self.hatched = at


def test_whoever_looks_sees_what_is_due_already_done() -> None:
    """Even if the thread that makes changes has not come to it, no caller sees a state that is over."""
    clock = Clock(speed=0)
    agenda, egg = Agenda(clock), Egg(clock.now() + 10)
    agenda.watch(egg)
    clock.advance(60)
    with agenda.present() as now:
        assert egg.hatched == egg.due == now - 50


def test_what_a_caller_makes_due_is_done_before_others_look() -> None:
    """A deadline that a caller moves into the past is met as soon as the caller lets go of the lock."""
    clock = Clock(speed=0)
    agenda, egg = Agenda(clock), Egg(clock.now() + 10)
    agenda.watch(egg)
    with agenda.present() as now:
        egg.due = now
        agenda.watch(egg)
    assert egg.hatched == now


def test_a_deadline_that_was_put_off_does_not_fire() -> None:
    """An old deadline is void once a later one is noted."""
    clock = Clock(speed=0)
    agenda, egg = Agenda(clock), Egg(clock.now() + 10)
    agenda.watch(egg)
    egg.due += 100
    agenda.watch(egg)
    agenda.advance(50)
    assert egg.hatched is None
    agenda.advance(60)
    assert egg.hatched == egg.due
