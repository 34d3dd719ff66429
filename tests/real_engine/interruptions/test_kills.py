"""`kill -9` at the boundaries of a call: the next up leaves one active conversation per resource, and destroy none.

These are the boundaries where something could be lost; tests/faults/test_matrix_kills.py has all of them.
"""

from __future__ import annotations

import time

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tavus_provider.sandbox.faults.operations import Operation
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids


@pytest.fixture
def patient_stack(stack: Stack) -> Stack:
    """Return a stack that searches a second for what it may have created."""
    stack.environment["TAVUS_SETTLE_TIMEOUT"] = "1"
    return stack


@pytest.mark.parametrize(
    ("when", "victim"), [("before", "pulumi"), ("after", "pulumi"), ("after", "plugin"), ("after", "command")]
)
def test_a_create_that_is_killed_is_found_by_the_next_up(sandbox: Sandbox, patient_stack: Stack, when: When, victim: str) -> None:
    """Whether Tavus had created it or not, the next up ends with exactly one conversation, and destroy with none."""
    patient_stack.declare(persona_id=PERSONA)
    patient_stack.kill_at(sandbox, "create", when, victim)
    assert len(active_ids(sandbox)) == (1 if when == "after" else 0)
    assert len(list(Journal().intents())) == 1

    patient_stack.up()
    assert len(active_ids(sandbox)) == 1
    patient_stack.up("--expect-no-changes")
    assert list(Journal().intents()) == []
    patient_stack.destroy()
    assert active_ids(sandbox) == []


def test_a_plugin_without_an_engine_creates_nothing(sandbox: Sandbox, patient_stack: Stack) -> None:
    """A plugin that waits for a slot ends with the command that was killed, and creates nothing once there is a slot."""
    sandbox.control.set_limits(concurrency=0)
    patient_stack.declare(persona_id=PERSONA, wait_for_slot=3600)
    patient_stack.kill_when(lambda: wait_for_call(sandbox, "POST"), lambda: None, "command")
    before = len(sandbox.control.calls())
    sandbox.control.set_limits(concurrency=None)
    patient_stack.up()
    assert [call["method"] for call in sandbox.control.calls()[before:]].count("POST") == 1
    patient_stack.destroy()
    assert active_ids(sandbox) == []


def wait_for_call(sandbox: Sandbox, method: str) -> None:
    """Wait until the sandbox has answered a call."""
    while not any(call["method"] == method and call["status"] for call in sandbox.control.calls()):
        time.sleep(0.05)


def test_a_create_killed_before_an_edit_is_ended(sandbox: Sandbox, patient_stack: Stack) -> None:
    """Where the program was edited meanwhile, the conversation that the killed run created is ended."""
    patient_stack.declare(persona_id=PERSONA)
    patient_stack.kill_at(sandbox, "create", "after", "pulumi")
    (lost,) = active_ids(sandbox)
    patient_stack.declare(persona_id=PERSONA, language="English")
    patient_stack.up()
    assert len(active_ids(sandbox)) == 1
    assert active_ids(sandbox) != [lost]
    patient_stack.destroy()


@pytest.mark.parametrize("operation", ["end", "create"])
def test_a_replacement_that_is_killed_ends_with_one(sandbox: Sandbox, patient_stack: Stack, operation: Operation) -> None:
    """After a kill while the old one is ended or the new one is created, the next up has exactly the new one."""
    patient_stack.declare(persona_id=PERSONA)
    patient_stack.up()
    patient_stack.declare(persona_id=PERSONA, language="English")
    patient_stack.kill_at(sandbox, operation, "after", "pulumi")
    patient_stack.up()
    (left,) = active_ids(sandbox)
    assert patient_stack.outputs()["conversation_id"] == left
    patient_stack.destroy()
    assert active_ids(sandbox) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_up_creates_again_what_a_killed_destroy_ended(sandbox: Sandbox, patient_stack: Stack, when: When) -> None:
    """The state still has it as active; the preview shows the truth, and one is active after up."""
    patient_stack.declare(persona_id=PERSONA)
    patient_stack.up()
    (created_id,) = active_ids(sandbox)
    patient_stack.kill_at(sandbox, "end", when, "pulumi", "destroy")
    assert patient_stack.plan().get("call") == ("replace" if when == "after" else None)
    patient_stack.up()
    (left,) = active_ids(sandbox)
    assert (left == created_id) is (when == "before")
    patient_stack.up("--expect-no-changes")
    patient_stack.destroy()
    assert active_ids(sandbox) == []


def test_a_destroy_that_is_killed_is_finished_by_the_next(sandbox: Sandbox, patient_stack: Stack) -> None:
    """The state keeps the conversation until it is known to have ended."""
    patient_stack.declare(persona_id=PERSONA)
    patient_stack.up()
    patient_stack.kill_at(sandbox, "end", "after", "pulumi", "destroy")
    patient_stack.destroy()
    assert active_ids(sandbox) == []
    assert patient_stack.resources() == {}
