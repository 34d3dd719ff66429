"""Looking up by what is known later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.sandbox import Sandbox

COACH = "pcb7a34da5fe"


class Told:
    """What an output comes to."""

    def __init__(self, value: Any, known: bool, secret: bool) -> None:
        self.value, self.known, self.secret = value, known, secret


def told(make: Callable[[], pulumi.Output[Any]]) -> Told:
    """Make an output where there is a loop, as in a program, and return what it comes to."""

    async def await_it() -> Told:
        output = make()
        return Told(await output.future(), await output.is_known(), await output.is_secret())

    return asyncio.run(await_it())


def unknown() -> pulumi.Output[str]:
    """Return what a preview does not know."""

    async def value(of: Any) -> Any:
        return of

    return pulumi.Output(set(), value(None), value(False))


def test_an_output_waits_for_its_inputs(account: Sandbox) -> None:
    """Plain values, awaitables and outputs are all good."""

    async def system() -> bool:
        return True

    def make() -> pulumi.Output[Any]:
        waiting: Awaitable[bool] = system()
        return tavus.get_persona_output(name=pulumi.Output.from_input("Life Coach"), system=waiting)

    found = told(make)
    assert found.value == tavus.get_persona(id=COACH)
    assert (found.known, found.secret) == (True, False)
    assert len(told(tavus.get_personas_output).value) == len(tavus.get_personas())


def test_members_of_the_result_are_outputs(account: Sandbox) -> None:
    """A field of the result can be passed on."""
    found = told(lambda: tavus.get_persona_output(id=COACH).persona_name)
    assert found.value == "Life Coach"


def test_what_is_unknown_is_not_looked_up(account: Sandbox) -> None:
    """Where an input is unknown so is the result, and Tavus is not asked."""
    found = told(lambda: tavus.get_document_output(name=unknown()).document_id)
    assert (found.value, found.known) == (None, False)
    found = told(lambda: tavus.get_documents_output(tags=["a", unknown()]))
    assert not found.known
    assert account.control.calls() == []


def test_what_is_looked_up_by_a_secret_is_secret(account: Sandbox) -> None:
    """A secret stays one."""
    assert told(lambda: tavus.get_persona_output(id=pulumi.Output.secret(COACH))).secret


def test_a_failure_is_one_line(account: Sandbox) -> None:
    """An output fails as the plain lookup does."""
    with pytest.raises(pulumi.RunError, match="could not look up a voice: give name"):
        told(tavus.get_voice_output)
    with pytest.raises(pulumi.RunError, match="account must be a tavus_provider.Account"):
        told(lambda: tavus.get_voices_output(account="x"))  # type: ignore[arg-type]  # what is tested


def test_a_plain_lookup_takes_no_output(account: Sandbox) -> None:
    """The error says which function does."""

    async def look_up() -> None:
        tavus.get_persona(id=pulumi.Output.from_input(COACH))  # type: ignore[arg-type]  # what is tested

    with pytest.raises(pulumi.RunError, match="id must be a text, not an output: for that, call the function with _output in"):
        asyncio.run(look_up())
    assert account.control.calls() == []


def test_many_are_looked_up_at_once(account: Sandbox) -> None:
    """Lookups do not wait for each other: each call is held until all have come."""
    account.control.hold(None, method="GET", times=None)

    async def look_up() -> list[Any]:
        found = [tavus.get_persona_output(id=COACH) for _ in range(4)]
        await asyncio.to_thread(account.control.wait_for_held, count=4)
        account.control.clear_faults()
        return [await each.future() for each in found]

    assert len(asyncio.run(look_up())) == 4
