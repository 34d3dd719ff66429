"""Members of requests for which there is no input, on the real engine: each resource in one stack, and a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.objects.test_objects import SPECS
from tests.real_engine.specs import Subject, assert_shows, lines_about
from tests.real_engine.stack import Stack
from tests.support.calls import sent_bodies
from tests.support.objects import remaining_objects

SECRET = "sk-that-nobody-may-read"


@pytest.fixture
def newer(sandbox: Sandbox) -> Sandbox:
    """Return a Tavus that keeps and shows members which nobody here knows, and processes at once."""
    sandbox.control.set_behavior(keeps_unknown=True, processing=0, training=0)
    return sandbox


def program(level: int) -> str:
    """Return a program of one object of each kind, and a conversation, with unknown members."""
    extra: dict[str, Any] = {"newer": {"level": level, "kept": True}}
    objects = "".join(spec.program(extra=extra) for spec in SPECS)
    properties = f"{{'newer': {level}, 'token': pulumi.Output.secret({SECRET!r})}}"
    return f"{objects}tavus.Conversation('call', persona_id='pcb7a34da5fe', extra={{'properties': {properties}}})\n"


def test_they_live_as_inputs_do(newer: Sandbox, stack: Stack) -> None:
    """Up sends the members, a preview then shows no change and an edit only its leaf; a secret one is nowhere in clear text."""
    subjects = [Subject(spec, newer) for spec in SPECS]
    stack.program(program(1))
    stack.up()
    posted = [body for body in sent_bodies(newer, "POST") if body]
    (call,) = [body for body in posted if body.get("newer") != {"level": 1, "kept": True}]
    assert call["properties"] == {"newer": 1, "token": SECRET}
    stack.up("--refresh", "--expect-no-changes")

    stack.program(program(2))
    printed = stack.up("--diff")
    for it in subjects:
        assert_shows(lines_about(it.spec.name, printed), "level", "1 => 2")
    assert_shows(lines_about("call", printed), "(replace)", "newer", "1 => 2")
    stack.up("--refresh", "--expect-no-changes")
    assert SECRET not in printed + stack.export()
    stack.destroy()
    assert remaining_objects(newer) == []
    assert newer.control.books()["active"] == 0
