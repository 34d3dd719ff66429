"""Limits on the real engine: texts of any size and characters, and two runs at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids

TEXTS = [
    "\u00e9l\u00e8ve \U0001f600 \u202eevil\u202c \u6b22\u8fce",
    "tab\tnewline\nreturn\rescape\x1b[2Jnul\x00",
    "'quotes' \"and\" \\slashes ${pulumi.stack} {{braces}} %s",
    "x" * 1_000_000,
]


def test_texts_of_any_characters_survive(sandbox: Sandbox, stack: Stack) -> None:
    """Texts reach Tavus as they were written, and neither a second up nor a refresh finds them changed."""
    lines = [
        f"tavus.Conversation('call{number}', persona_id={PERSONA!r}, "
        f"conversation_name={text!r}, conversational_context={text!r}, custom_greeting={text!r})\n"
        for number, text in enumerate(TEXTS)
    ]
    stack.program("".join(lines))
    stack.up()
    for name in ("conversation_name", "conversational_context", "custom_greeting"):
        assert sorted(call["body"][name] for call in sandbox.control.calls() if call["body"]) == sorted(TEXTS)
    stack.refresh()
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_a_text_that_is_too_long_is_refused_before_it_is_sent(sandbox: Sandbox, stack: Stack) -> None:
    """The preview prints in one short line which input is too long, and by how much; up creates nothing."""
    stack.program(f"tavus.Conversation('call', persona_id={PERSONA!r}, conversational_context='x' * 10_000_000)\n")
    words = "conversational_context is too long: it has 10000000 characters, and all inputs together may have 4000000"
    for printed in (stack.preview(fails=True), stack.up(fails=True)):
        assert words in printed
        assert max(map(len, printed.splitlines())) < 400
    assert sandbox.control.calls() == []


def test_a_conversation_with_the_longest_text_is_created_and_ended(sandbox: Sandbox, stack: Stack) -> None:
    """The engine can carry a text that check accepts in all its calls, including destroy."""
    stack.program(f"tavus.Conversation('call', persona_id={PERSONA!r}, conversational_context='\\U0001f600' * 3_999_900)\n")
    stack.up()
    stack.refresh()
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_two_runs_of_a_stack_at_once_create_one_conversation(sandbox: Sandbox, stack: Stack) -> None:
    """The engine's lock lets the second run fail while the first one goes on; nothing is created twice."""
    stack.declare(persona_id=PERSONA)
    sandbox.control.hold("create")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(stack.up)
        sandbox.control.wait_for_held()
        assert "the stack is currently locked" in stack.up(fails=True)
        sandbox.control.release()
        first.result()
    (created_id,) = active_ids(sandbox)
    stack.up("--expect-no-changes")
    assert [each["id"] for each in stack.resources().values()] == [created_id]
    stack.destroy()
    assert active_ids(sandbox) == []
