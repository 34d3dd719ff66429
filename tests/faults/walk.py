"""Walk of two stacks through the steps of a sequence, with the tally at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tavus_provider.api.retry import seconds_until
from tavus_provider.journal.intent import Intent
from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.client import ControlError
from tavus_provider.sandbox.control.data import Room
from tavus_provider.sandbox.world.conversation import ENDED_BY_CALL
from tests.faults.sequences import NAMES, STACKS, Kill, Sequence, Step
from tests.faults.tally import Tally, active_rooms, describe, find_duplicates, find_lost
from tests.support.http_client import HTTP


class AnyStack(Protocol):
    """Stack of the real engine or of its model."""

    def run(self, command: str, program: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Run a command; return what went wrong."""

    def kill(self, victim: str) -> None:
        """`kill -9` the plugin or the engine of the command that runs."""

    def ids(self) -> set[str]:
        """Return the ids of the conversations that the state has."""


@dataclass
class Walk:
    """Two stacks of one account."""

    sandbox: Sandbox
    stacks: Mapping[str, AnyStack]

    def take(self, step: Step) -> list[str]:
        """Take one step; return what went wrong."""
        self._advance(step.advance)
        control = self.sandbox.control
        for operation, rule in step.faults:
            control.inject(operation, **rule)
        if step.kill:
            control.hold(step.kill.operation, when=step.kill.when)
        with ThreadPoolExecutor(max_workers=1) as pool:
            running = pool.submit(self.stacks[step.stack].run, step.command, self._program(step))
            if step.kill:
                self._kill(self.stacks[step.stack], step.kill, running)
            errors = running.result()
        control.clear_faults()
        return errors

    def finish(self, tally: Tally) -> None:
        """Compare sandbox, states and journal; then destroy everything, and count again what only the journal has."""
        known = set().union(*(stack.ids() for stack in self.stacks.values()))
        rooms = self.sandbox.control.conversations()
        tally.lost += find_lost(active_rooms(self.sandbox), known, *self._journal())
        tally.duplicates += find_duplicates(rooms, owner, OWNERS)
        assert sorted(self._wrongly_ended()) == [], "the state has conversations that the provider ended"
        for stack in self.stacks.values():
            assert stack.run("destroy", {}) == []
            assert stack.ids() == set()
        tally.lost += find_lost(active_rooms(self.sandbox), [], *self._journal())
        tally.left += [describe(room) for room in active_rooms(self.sandbox) if room["conversation_id"] in known]

    def _wrongly_ended(self) -> set[str]:
        """Return the ids of what a state has although the provider ended it."""
        known = set().union(*(stack.ids() for stack in self.stacks.values()))
        rooms = self.sandbox.control.conversations()
        return {each["conversation_id"] for each in rooms if each["shutdown_reason"] == ENDED_BY_CALL} & known

    def _journal(self) -> tuple[list[Any], float]:
        date = HTTP.get(f"{self.sandbox.url}/v2/personas").headers["date"]
        return list(Journal().intents()), seconds_until(date) or 0.0

    def _program(self, step: Step) -> dict[str, dict[str, Any]]:
        """Return the program with callback addresses that name the stack and resource of each conversation."""
        hook = f"{self.sandbox.url}/hooks/{step.stack}"
        return {name: {**args, "callback_url": f"{hook}/{name}"} for name, args in step.program.items()}

    def _kill(self, stack: AnyStack, kill: Kill, running: Future[list[str]]) -> None:
        """Kill once a call is held; some commands end without such a call."""
        while not running.done():
            with suppress(ControlError):
                self.sandbox.control.wait_for_held(timeout=0.05)
                stack.kill(kill.victim)
                self.sandbox.control.release(drop=kill.drop)
                return

    def _advance(self, seconds: float) -> None:
        """Let time pass: for Tavus by its clock, and for us by the age of the journal's intents."""
        self.sandbox.control.advance(seconds)
        folder = Journal().folder
        for path in [*folder.glob("*.json"), *folder.glob("*.doubt")] if seconds else ():
            intent = Intent.from_json(path.read_text())
            older = {name: getattr(intent, name) - seconds for name in ("began", "first_try", "last_try")}
            path.write_text(replace(intent, **older).to_json())


def owner(room: Room) -> str:
    """Return stack and resource of a conversation, or the name that several resources share."""
    stack, _, resource = room["callback_url"].rpartition("/hooks/")[2].partition("/")
    return str(NAMES[resource].get("conversation_name") or f"{stack}/{resource}")


OWNERS = {"Welcome": 2 * len(STACKS)}
"""
Resources that share a name, in both stacks: which of them has which conversation is settled only once each has one.

Where the answers of several are lost, one takes what was opened for another, ends it, and leaves its own to be taken in turn.
"""


def walk(sandbox: Sandbox, tally: Tally, make: Callable[[str], AnyStack], sequence: Sequence) -> None:
    """Take all steps of a sequence, the last of which have to succeed, and count."""
    walked = Walk(sandbox, {name: make(name) for name in STACKS})
    for step in sequence.steps():
        print(step)  # noqa: T201 - shown where a sequence fails
        errors = walked.take(step)
        print("   ", errors)  # noqa: T201
        assert step.calm is False or errors == []
    tally.cells += 1
    walked.finish(tally)
