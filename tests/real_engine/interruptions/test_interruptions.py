"""Interrupted runs on the real engine: after a killed `pulumi up` no conversation is active that nobody knows."""

from __future__ import annotations

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids


def test_a_run_that_was_undone_in_the_state_is_taken_over(sandbox: Sandbox, stack: Stack) -> None:
    """The next up takes over an active conversation that the state lost, and creates no duplicate."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    (created_id,) = active_ids(sandbox)
    stack.pulumi("state", "delete", "--yes", stack.resources()["call"]["urn"])
    printed = stack.up()

    assert "taken over: conversation 'call-" in printed
    assert active_ids(sandbox) == [created_id]
    stack.up("--expect-no-changes")
    assert list(Journal().intents()) == []
    stack.destroy()
    assert active_ids(sandbox) == []


def test_an_intent_that_no_resource_claims_is_named_by_the_next_run(sandbox: Sandbox, stack: Stack) -> None:
    """A program that no longer declares the resource prints which conversation may be left, and how to end it."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    urn = stack.resources()["call"]["urn"]
    stack.pulumi("state", "delete", "--yes", urn)
    stack.program("")
    printed = stack.up()

    (line,) = {line.strip() for line in printed.splitlines() if "not declared any more" in line and line.startswith("    conv")}
    assert line.startswith("conversation 'call-")
    assert f"({active_ids(sandbox)[0]}) was created for {urn}" in line
    assert "tavus-provider conversations --orphans --end" in line
