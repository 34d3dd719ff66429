"""Two stacks of the same name and project, in two backends, that share one account and one machine or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids

Checkout = Callable[..., Stack]


@pytest.fixture
def checkout(sandbox: Sandbox, tmp_path: Path) -> Checkout:
    """Return a function that creates a checkout with a backend of its own, whose stack is named like every other's."""

    def make(name: str, **environment: str) -> Stack:
        folder = tmp_path / name
        folder.mkdir()
        settings = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, "TAVUS_SETTLE_TIMEOUT": "1", **environment}
        stack = Stack(folder, tmp_path / f"{name}-state", settings)
        stack.declare(persona_id=PERSONA)
        return stack.init()

    return make


def test_a_stack_does_not_take_what_its_namesake_created(sandbox: Sandbox, checkout: Checkout) -> None:
    """Only the checkout that was killed takes over the conversation that it created."""
    one, another = checkout("one"), checkout("another")
    one.kill_at(sandbox, "create", "after", "pulumi")
    (lost,) = active_ids(sandbox)
    another.up()
    assert another.outputs()["conversation_id"] != lost
    one.up()
    assert one.outputs()["conversation_id"] == lost
    assert len(active_ids(sandbox)) == 2
    another.destroy()
    assert active_ids(sandbox) == [lost]
    one.destroy()
    assert active_ids(sandbox) == []


def test_without_its_disk_a_machine_recovers_from_the_account(sandbox: Sandbox, checkout: Checkout, tmp_path: Path) -> None:
    """As in CI: a run is killed, journal and machine vanish, and the next run of the same stack takes over what it created."""
    job = checkout("job", TAVUS_RECOVERY="account", TAVUS_STATE_DIR=str(tmp_path / "first-machine"))
    job.kill_at(sandbox, "create", "after", "pulumi")
    (lost,) = active_ids(sandbox)
    job.environment["TAVUS_STATE_DIR"] = str(tmp_path / "second-machine")
    job.up()
    assert active_ids(sandbox) == [lost]
    job.declare(persona_id=PERSONA, language="English")
    job.up()
    assert active_ids(sandbox) == [job.outputs()["conversation_id"]] != [lost]
    job.destroy()
    assert active_ids(sandbox) == []


def test_recovery_from_the_account_is_shared_by_namesakes(sandbox: Sandbox, checkout: Checkout, tmp_path: Path) -> None:
    """A marker does not tell stacks of equal names apart, which is why recovery from the account is off by default."""
    one = checkout("one", TAVUS_RECOVERY="account")
    another = checkout("another", TAVUS_RECOVERY="account", TAVUS_STATE_DIR=str(tmp_path / "another-machine"))
    one.up()
    another.up()
    assert one.outputs()["conversation_id"] == another.outputs()["conversation_id"]
    assert len(active_ids(sandbox)) == 1
    another.destroy()
    assert active_ids(sandbox) == []
    one.destroy()
