"""Programs that fail before they have declared everything, on the real engine."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA


def test_a_program_that_fails_first_does_not_pass_a_conversation_off_as_left_over(sandbox: Sandbox, stack: Stack) -> None:
    """Where a program fails before a resource is declared, neither notice nor command treats its conversation as left over."""
    stack.declare(persona_id=PERSONA)
    stack.up()
    stack.program("tavus.get_persona(name='Lief Coach')\n")
    printed = stack.up(fails=True)

    assert "did you mean 'Life Coach'?" in printed
    assert "not declared any more (or the program failed before it was)" in printed
    assert "--orphans --end`, which leaves alone what a stack has" in printed
    assert sandbox.control.books()["active"] == 1
