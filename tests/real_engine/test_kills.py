"""
`kill -9` at the boundaries of a call: after the next up there is one active conversation per resource, after destroy none.

These are the boundaries where something could be lost; tests/faults/test_matrix_kills.py has all of them.
"""

from __future__ import annotations

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tavus_provider.sandbox.faults.operations import Operation
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids


@pytest.fixture
def patient(stack: Stack) -> Stack:
    """Return a stack that looks a second for what it may have opened."""
    stack.environment["TAVUS_SETTLE_TIMEOUT"] = "1"
    return stack


@pytest.mark.parametrize(("when", "victim"), [("before", "pulumi"), ("after", "pulumi"), ("after", "plugin")])
def test_a_create_that_is_killed_is_found_by_the_next_up(sandbox: Sandbox, patient: Stack, when: When, victim: str) -> None:
    """Whether Tavus had opened it or not, the next up ends with exactly one, and destroy with none."""
    patient.declare(persona_id=PERSONA)
    patient.killed_at(sandbox, "create", when, victim)
    assert len(active_ids(sandbox)) == (1 if when == "after" else 0)
    assert len(list(Journal().intents())) == 1

    patient.up()
    assert len(active_ids(sandbox)) == 1
    patient.up("--expect-no-changes")
    assert list(Journal().intents()) == []
    patient.destroy()
    assert active_ids(sandbox) == []


def test_a_create_killed_before_an_edit_is_hung_up(sandbox: Sandbox, patient: Stack) -> None:
    """Where the program asks for something else by now, what the killed run had opened is ended."""
    patient.declare(persona_id=PERSONA)
    patient.killed_at(sandbox, "create", "after", "pulumi")
    (lost,) = active_ids(sandbox)
    patient.declare(persona_id=PERSONA, language="English")
    patient.up()
    assert len(active_ids(sandbox)) == 1
    assert active_ids(sandbox) != [lost]
    patient.destroy()


@pytest.mark.parametrize("operation", ["end", "create"])
def test_a_replacement_that_is_killed_ends_with_one(sandbox: Sandbox, patient: Stack, operation: Operation) -> None:
    """Killed while the old one is hung up or the new one is opened, the next up has exactly the new one."""
    patient.declare(persona_id=PERSONA)
    patient.up()
    patient.declare(persona_id=PERSONA, language="English")
    patient.killed_at(sandbox, operation, "after", "pulumi")
    patient.up()
    (left,) = active_ids(sandbox)
    assert patient.outputs()["conversation_id"] == left
    patient.destroy()
    assert active_ids(sandbox) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_destroy_that_is_killed_up_opens_what_it_ended(sandbox: Sandbox, patient: Stack, when: When) -> None:
    """The state says active in either case; the preview shows what is true, and one is active after up."""
    patient.declare(persona_id=PERSONA)
    patient.up()
    (opened,) = active_ids(sandbox)
    patient.killed_at(sandbox, "end", when, "pulumi", "destroy")
    assert patient.plan().get("call") == ("replace" if when == "after" else None)
    patient.up()
    (left,) = active_ids(sandbox)
    assert (left == opened) is (when == "before")
    patient.up("--expect-no-changes")
    patient.destroy()
    assert active_ids(sandbox) == []


def test_a_destroy_that_is_killed_is_finished_by_the_next(sandbox: Sandbox, patient: Stack) -> None:
    """The conversation stays in the state until it is known to have ended."""
    patient.declare(persona_id=PERSONA)
    patient.up()
    patient.killed_at(sandbox, "end", "after", "pulumi", "destroy")
    patient.destroy()
    assert active_ids(sandbox) == []
    assert patient.resources() == {}
