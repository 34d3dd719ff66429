"""Ctrl-C on the real engine: once, what is in flight is finished and recorded; twice, what may be left is named and found."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.operations import Operation
from tests.real_engine.stack import Stack
from tests.real_engine.test_orphans import orphans
from tests.support.conversations import PERSONA, active_ids
from tools.stacks import pulumi

TWO = f"first = tavus.Conversation('first', persona_id={PERSONA!r})\n" + (
    f"tavus.Conversation('second', pulumi.ResourceOptions(depends_on=[first]), persona_id={PERSONA!r})\n"
)


class Run:
    """A command that runs and can be interrupted as from a terminal: its process group gets the signal, plugins do not."""

    def __init__(self, stack: Stack, command: str, log: Path) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [pulumi(), command, "--yes", "--skip-preview", "--non-interactive"],
                cwd=stack.project,
                env=stack._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._log = log

    def interrupt(self, until: str) -> None:
        """Press Ctrl-C, and wait until the command says so."""
        os.killpg(self._process.pid, signal.SIGINT)
        self.says(until)

    def says(self, words: str) -> None:
        """Wait until the command has said these words."""
        while words not in self._log.read_text():
            assert self._process.poll() is None, self._log.read_text()

    def ended(self) -> str:
        """Wait for the end; return what was printed."""
        self._process.wait()
        return self._log.read_text()


@pytest.fixture
def patient(stack: Stack) -> Stack:
    """Return a stack that looks a second for what it may have opened."""
    stack.environment["TAVUS_SETTLE_TIMEOUT"] = "1"
    return stack


@contextmanager
def held(sandbox: Sandbox, stack: Stack, command: str, operation: Operation) -> Iterator[Run]:
    """Run a command whose first call of a kind was carried out by Tavus, and is not answered before this ends."""
    sandbox.control.hold(operation, when="after")
    run = Run(stack, command, stack.state / "log")
    sandbox.control.wait_for_held()
    yield run
    sandbox.control.release()
    sandbox.control.clear_faults()


def test_once_lets_what_is_in_flight_be_recorded(sandbox: Sandbox, patient: Stack) -> None:
    """The call that was under way is answered and its conversation stands in the state; nothing else is opened."""
    patient.program(TWO)
    with held(sandbox, patient, "up", "create") as run:
        run.interrupt("cancelling")
    assert "update canceled" in run.ended()
    assert [each["id"] for each in patient.resources().values()] == active_ids(sandbox)
    assert len(active_ids(sandbox)) == 1

    with held(sandbox, patient, "destroy", "end") as run:
        run.interrupt("cancelling")
    run.ended()
    assert (patient.resources(), active_ids(sandbox)) == ({}, [])


def test_twice_says_what_may_be_left_and_how_to_find_it(sandbox: Sandbox, patient: Stack) -> None:
    """Given up although the answer came in the end: it is named at once, shown as interrupted, and taken over by the next up."""
    patient.program(TWO)
    with held(sandbox, patient, "up", "create") as run:
        run.interrupt("cancelling")
        run.interrupt("terminating")
        run.says("given up")
    printed = run.ended()
    (left,) = active_ids(sandbox)
    (intent,) = Journal().intents()
    assert f"given up while conversation '{intent.name}' was being opened: it may be active and billed" in printed
    assert "`tavus-provider conversations --orphans` shows it" in printed
    assert patient.resources() == {}
    assert orphans(patient) == {left: ("interrupted", intent.resource)}

    patient.pulumi("cancel", "--yes")
    assert f"taken over: conversation '{intent.name}'" in patient.up()
    assert len(active_ids(sandbox)) == 2
    patient.destroy()
    assert active_ids(sandbox) == []


def test_twice_without_an_answer_is_found_by_its_name(sandbox: Sandbox, patient: Stack) -> None:
    """A plugin that is killed before the answer leaves an intent without id; the next up finds what it opened."""
    patient.program(TWO)
    with held(sandbox, patient, "up", "create") as run:
        run.interrupt("cancelling")
        run.interrupt("terminating")
        assert "given up while conversation 'first-" in run.ended()
    (left,) = active_ids(sandbox)
    (intent,) = Journal().intents()
    assert intent.id == ""
    assert orphans(patient) == {left: ("interrupted", intent.resource)}

    patient.pulumi("cancel", "--yes")
    patient.up()
    assert left in active_ids(sandbox)
    assert len(active_ids(sandbox)) == 2
    patient.destroy()
    assert active_ids(sandbox) == []
