"""Ctrl-C on the real engine: the first one finishes and records the calls in flight; the second one names what may be left."""

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
from tests.real_engine.commands import list_orphans
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids
from tools.stacks import pulumi

TWO = f"first = tavus.Conversation('first', persona_id={PERSONA!r})\n" + (
    f"tavus.Conversation('second', pulumi.ResourceOptions(depends_on=[first]), persona_id={PERSONA!r})\n"
)


class Run:
    """Running command that can be interrupted as from a terminal: its process group gets the signal, plugins do not."""

    def __init__(self, stack: Stack, command: str, log: Path) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [pulumi(), command, "--yes", "--skip-preview", "--non-interactive"],
                cwd=stack.project,
                env=stack.variables(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._log = log

    def interrupt(self, until: str) -> None:
        """Press Ctrl-C, and wait until the command confirms it."""
        os.killpg(self._process.pid, signal.SIGINT)
        self.wait_for(until)

    def wait_for(self, words: str) -> None:
        """Wait until the command has printed these words."""
        while words not in self._log.read_text():
            assert self._process.poll() is None, self._log.read_text()

    def finish(self) -> str:
        """Wait for the end; return what was printed."""
        self._process.wait()
        return self._log.read_text()


@pytest.fixture
def patient_stack(stack: Stack) -> Stack:
    """Return a stack that searches a second for what it may have created."""
    stack.environment["TAVUS_SETTLE_TIMEOUT"] = "1"
    return stack


@contextmanager
def hold_call(sandbox: Sandbox, stack: Stack, command: str, operation: Operation) -> Iterator[Run]:
    """Run a command whose first call of a kind Tavus carries out but does not answer before the body ends."""
    sandbox.control.hold(operation, when="after")
    run = Run(stack, command, stack.state / "log")
    sandbox.control.wait_for_held()
    yield run
    sandbox.control.release()
    sandbox.control.clear_faults()


def test_once_lets_what_is_in_flight_be_recorded(sandbox: Sandbox, patient_stack: Stack) -> None:
    """After one Ctrl-C the call in flight is answered and its conversation recorded in the state; nothing else is created."""
    patient_stack.program(TWO)
    with hold_call(sandbox, patient_stack, "up", "create") as run:
        run.interrupt("cancelling")
    assert "update canceled" in run.finish()
    assert [each["id"] for each in patient_stack.resources().values()] == active_ids(sandbox)
    assert len(active_ids(sandbox)) == 1

    with hold_call(sandbox, patient_stack, "destroy", "end") as run:
        run.interrupt("cancelling")
    run.finish()
    assert (patient_stack.resources(), active_ids(sandbox)) == ({}, [])


def test_twice_says_what_may_be_left_and_how_to_find_it(sandbox: Sandbox, patient_stack: Stack) -> None:
    """After two, the aborted creation is named at once and listed as interrupted, and the next up takes it over."""
    patient_stack.program(TWO)
    with hold_call(sandbox, patient_stack, "up", "create") as run:
        run.interrupt("cancelling")
        run.interrupt("terminating")
        run.wait_for("aborted while")
    printed = run.finish()
    (left,) = active_ids(sandbox)
    (intent,) = Journal().intents()
    assert f"aborted while conversation '{intent.name}' was being created: it may be active and billed" in printed
    assert "`tavus-provider conversations --orphans` shows it" in printed
    assert patient_stack.resources() == {}
    assert list_orphans(patient_stack) == {left: ("interrupted", intent.resource)}

    patient_stack.pulumi("cancel", "--yes")
    assert f"taken over: conversation '{intent.name}'" in patient_stack.up()
    assert len(active_ids(sandbox)) == 2
    patient_stack.destroy()
    assert active_ids(sandbox) == []


def test_twice_without_an_answer_is_found_by_its_name(sandbox: Sandbox, patient_stack: Stack) -> None:
    """A plugin that is killed before the answer leaves an intent without an id; the next up finds what it created."""
    patient_stack.program(TWO)
    with hold_call(sandbox, patient_stack, "up", "create") as run:
        run.interrupt("cancelling")
        run.interrupt("terminating")
        assert "aborted while conversation 'first-" in run.finish()
    (left,) = active_ids(sandbox)
    (intent,) = Journal().intents()
    assert intent.id == ""
    assert list_orphans(patient_stack) == {left: ("interrupted", intent.resource)}

    patient_stack.pulumi("cancel", "--yes")
    patient_stack.up()
    assert left in active_ids(sandbox)
    assert len(active_ids(sandbox)) == 2
    patient_stack.destroy()
    assert active_ids(sandbox) == []
