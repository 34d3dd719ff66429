"""Concurrency on the real engine: how many calls are in flight, how many are made, and what a kill without checkpoints costs."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.operations import Operation
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, REPLICA, active_ids

PARALLEL = 16


def declare(stack: Stack, count: int, **args: str) -> None:
    """Write a program that declares that many conversations."""
    stack.program(f"for number in range({count}):\n    tavus.Conversation(f'call-{{number}}', **{args!r})\n")


def run(stack: Stack, command: str) -> str:
    """Run a command with PARALLEL resources at a time."""
    return stack.pulumi(command, "--yes", "--skip-preview", "--parallel", str(PARALLEL))


def recorded_calls(sandbox: Sandbox, work: Callable[[], object]) -> Counter[str]:
    """Yield the calls that Tavus receives meanwhile, by method and path without ids."""
    before = len(sandbox.control.calls())
    work()
    calls = sandbox.control.calls()[before:]
    return Counter(f"{call['method']} {re.sub('/c[0-9a-f]{16}', '/ID', call['path'])}" for call in calls)


def test_as_many_calls_are_in_flight_as_parallel_allows(sandbox: Sandbox, stack: Stack) -> None:
    """With --parallel 16, sixteen creations, reads and ends wait for Tavus at once."""
    declare(stack, PARALLEL, persona_id=PERSONA, replica_id=REPLICA)
    steps: tuple[tuple[str, Operation], ...] = (("up", "create"), ("refresh", "get"), ("destroy", "end"))
    for command, operation in steps:
        sandbox.control.hold(operation, times=None)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(run, stack, command)
            try:
                held = sandbox.control.wait_for_held(count=PARALLEL, timeout=60)
            finally:
                sandbox.control.clear_faults()
            running.result()
        assert len(held) == PARALLEL
    assert sandbox.control.books()["active"] == 0


@pytest.mark.parametrize("limit", [1, 4])
def test_max_concurrency_lowers_that(sandbox: Sandbox, stack: Stack, limit: int) -> None:
    """With tavus:maxConcurrency, a call begins only when one of that many has ended; Pulumi's SDK by itself allows four."""
    declare(stack, 8, persona_id=PERSONA, replica_id=REPLICA)
    stack.pulumi("config", "set", "tavus:maxConcurrency", str(limit))
    sandbox.control.inject("create", delay=0.2, times=None)
    run(stack, "up")
    began = [datetime.fromisoformat(call["at"]) for call in sandbox.control.calls()]
    assert len(began) == 8
    assert all((later - first).total_seconds() >= 0.2 for first, later in zip(began, began[limit:], strict=False))


def test_no_call_is_superfluous(sandbox: Sandbox, stack: Stack) -> None:
    """A creation is one POST, a refresh one GET, an end one POST; previews and an up without changes call nothing."""
    declare(stack, 3, persona_id=PERSONA, replica_id=REPLICA)
    assert recorded_calls(sandbox, stack.preview) == {}
    assert recorded_calls(sandbox, stack.up) == {"POST /v2/conversations": 3}
    assert recorded_calls(sandbox, lambda: (stack.preview(), stack.up())) == {}
    assert recorded_calls(sandbox, stack.refresh) == {"GET /v2/conversations/ID": 3}
    assert recorded_calls(sandbox, stack.destroy) == {"POST /v2/conversations/ID/end": 3}


def test_a_replica_that_the_persona_chooses_is_asked_for_once(sandbox: Sandbox, stack: Stack) -> None:
    """Tavus's answer to a creation lacks replica_id, so where the program does not give it, one GET completes the outputs."""
    declare(stack, 1, persona_id=PERSONA)
    assert recorded_calls(sandbox, stack.up) == {"POST /v2/conversations": 1, "GET /v2/conversations/ID": 1}
    assert stack.resources()["call-0"]["outputs"]["replica_id"] == REPLICA


@pytest.mark.parametrize("recovery", ["journal", "account"])
def test_a_kill_without_checkpoints_loses_the_state_and_no_conversation(
    sandbox: Sandbox, stack: Stack, tmp_path: Path, recovery: str
) -> None:
    """PULUMI_SKIP_CHECKPOINTS keeps no state until the end; the next run takes over what a killed run had created.

    With tavus:recovery=account it does so on another machine, too.
    """
    declare(stack, 3, persona_id=PERSONA, replica_id=REPLICA)
    stack.environment.update(PULUMI_SKIP_CHECKPOINTS="true", TAVUS_RECOVERY=recovery, TAVUS_STATE_DIR=str(tmp_path / "journal"))
    sandbox.control.hold("create", when="after", skip=2)
    stack.kill_when(sandbox.control.wait_for_held, sandbox.control.release, "pulumi")
    created_id = set(active_ids(sandbox))
    assert len(created_id) == 3
    assert stack.resources() == {}
    if recovery == "account":
        shutil.rmtree(tmp_path / "journal")

    printed = stack.up()
    assert all(f"({id_}" in printed for id_ in created_id)  # each is named as taken over
    assert set(active_ids(sandbox)) == created_id
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_a_second_run_does_not_create_what_another_creates(sandbox: Sandbox, stack: Stack) -> None:
    """After `pulumi cancel` a create can still be in flight: a second run is refused until that has ended."""
    stack.declare(persona_id=PERSONA)
    sandbox.control.hold("create", when="after")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(stack.pulumi, "up", "--yes", "--skip-preview")
        sandbox.control.wait_for_held(timeout=60)
        stack.pulumi("cancel", "--yes")
        refused = stack.up(fails=True)
        sandbox.control.clear_faults()
        first.exception()  # Pulumi may complain of the lock that is gone
    assert "another run is creating it at this moment" in refused
    stack.up()
    assert len(active_ids(sandbox)) == 1
    stack.destroy()
    assert active_ids(sandbox) == []
