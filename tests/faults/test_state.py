"""A state that becomes unwritable while a conversation is created, on the real engine."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.faults.tally import Tally, active_rooms, describe
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA


def ids(sandbox: Sandbox) -> list[str]:
    """Return the ids of the active conversations."""
    return [room["conversation_id"] for room in active_rooms(sandbox)]


def test_a_state_that_cannot_be_written_loses_nothing(sandbox: Sandbox, stack: Stack, tally: Tally) -> None:
    """Where the state's disk fails while a conversation is created, the next up takes it over."""
    stack.declare(persona_id=PERSONA)
    states = stack.state / ".pulumi" / "stacks" / "shop"
    sandbox.control.hold("create")
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(stack.up, fails=True)
        sandbox.control.wait_for_held()
        kept = states.rename(states.with_name("kept"))
        states.write_text("a file where a folder should be cannot be written to, whoever tries")
        sandbox.control.release()
        run.result()
    (opened,) = ids(sandbox)
    assert [intent.id for intent in Journal().intents()] == [opened]

    states.unlink()
    kept.rename(states)
    shutil.rmtree(stack.state / ".pulumi" / "locks")
    assert "taken over: conversation 'call-" in stack.up()
    assert ids(sandbox) == [opened]
    stack.destroy()
    tally.left += map(describe, active_rooms(sandbox))
    tally.cells += 1
