"""Each command of a stack's life is killed at each of its calls, on the real engine; then the next command, and destroy.

A stack has a conversation with a name that we chose and one with a name that the user gave; one of them is in the middle of a
call when the engine or its plugin is killed with `kill -9`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tavus_provider.sandbox.faults.operations import Operation
from tests.faults.tally import Tally, active_rooms, describe, find_duplicates, find_lost
from tests.faults.test_matrix import COMMANDS, owner
from tests.real_engine.commands import run_conversations
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA

CREATING: Iterable[tuple[str, Operation]] = [("create", "create"), ("replace", "end"), ("replace", "create")]
ALL: Iterable[tuple[str, Operation]] = [*CREATING, ("refresh", "get"), ("destroy", "end"), ("destroy", "delete")]

both_victims = pytest.mark.parametrize("victim", ["pulumi", "plugin"])
both_sides = pytest.mark.parametrize("when", ["before", "after"])


def declare(stack: Stack, **args: object) -> None:
    """Declare the two conversations."""
    stack.program(
        f"tavus.Conversation('chosen', **{ {'persona_id': PERSONA, **args}!r})\n"
        f"tavus.Conversation('given', **{ {'persona_id': PERSONA, 'conversation_name': 'given-call', **args}!r})\n"
    )


@pytest.fixture
def kill_at_call(sandbox: Sandbox, stack: Stack) -> Callable[[str, Operation, When, str], Stack]:
    """Return a function that kills a command at a call, and returns the stack."""

    def kill(command: str, operation: Operation, when: When, victim: str) -> Stack:
        stack.environment.update(TAVUS_SETTLE_TIMEOUT="1", TAVUS_RETRY_TIMEOUT="2")
        meant = COMMANDS[command]
        if meant.first is not None:
            declare(stack, **meant.first)
            stack.up()
        declare(stack, **meant.then)
        stack.kill_at(sandbox, operation, when, victim, command if command in ("refresh", "destroy") else "up")
        return stack

    return kill


def count(sandbox: Sandbox, stack: Stack, tally: Tally) -> None:
    """Count what neither state nor journal has, and what was active twice at a time."""
    ids = {each["id"] for each in stack.resources().values()}
    tally.lost += find_lost(active_rooms(sandbox), ids, list(Journal().intents()))
    tally.duplicates += find_duplicates(sandbox.control.conversations(), owner)
    tally.cells += 1


@both_victims
@both_sides
@pytest.mark.parametrize(("command", "operation"), ALL, ids=str)
def test_the_next_command_mends_what_a_kill_broke(
    kill_at_call: Callable[..., Stack],
    sandbox: Sandbox,
    tally: Tally,
    command: str,
    operation: Operation,
    when: When,
    victim: str,
) -> None:
    """After it the state has exactly the active conversations, and destroy leaves nothing."""
    stack = kill_at_call(command, operation, when, victim)
    if command != "destroy":
        stack.up()
        assert {room["conversation_id"] for room in active_rooms(sandbox)} == {each["id"] for each in stack.resources().values()}
        assert len(active_rooms(sandbox)) == 2
    count(sandbox, stack, tally)
    stack.destroy()
    tally.left += map(describe, active_rooms(sandbox))
    assert list(Journal().intents()) == []


@both_victims
@both_sides
@pytest.mark.parametrize(("command", "operation"), CREATING, ids=str)
@pytest.mark.parametrize("then", ["taken out of the program", "destroyed at once"])
def test_what_no_state_knows_is_named_and_ended_by_the_command(
    kill_at_call: Callable[..., Stack],
    sandbox: Sandbox,
    tally: Tally,
    command: str,
    operation: Operation,
    when: When,
    victim: str,
    then: str,
) -> None:
    """Where the resource is no longer declared, the journal names the killed run's conversation as an orphan."""
    stack = kill_at_call(command, operation, when, victim)
    if then == "destroyed at once":
        stack.destroy()
    else:
        stack.program("")
        stack.up()
    count(sandbox, stack, tally)
    run_conversations(stack, "--orphans", "--end", "--yes")
    tally.left += map(describe, active_rooms(sandbox))
