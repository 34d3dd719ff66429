"""Lookups by values that are known later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.sandbox import Sandbox

COACH = "pcb7a34da5fe"


class Resolved:
    """Value of an output, and whether it is known and secret."""

    def __init__(self, value: Any, known: bool, secret: bool) -> None:
        self.value, self.known, self.secret = value, known, secret


def resolve(make: Callable[[], pulumi.Output[Any]]) -> Resolved:
    """Make an output in an event loop, as a program does, and return its value."""

    async def await_it() -> Resolved:
        output = make()
        return Resolved(await output.future(), await output.is_known(), await output.is_secret())

    return asyncio.run(await_it())


def unknown() -> pulumi.Output[str]:
    """Return an output that is unknown in a preview."""

    async def value(of: Any) -> Any:
        return of

    return pulumi.Output(set(), value(None), value(False))


def test_an_output_waits_for_its_inputs(account: Sandbox) -> None:
    """Arguments may be plain values, awaitables and outputs."""

    async def system() -> bool:
        return True

    def make() -> pulumi.Output[Any]:
        waiting: Awaitable[bool] = system()
        return tavus.get_persona_output(name=pulumi.Output.from_input("Life Coach"), system=waiting)

    found = resolve(make)
    assert found.value == tavus.get_persona(id=COACH)
    assert (found.known, found.secret) == (True, False)
    assert len(resolve(tavus.get_personas_output).value) == len(tavus.get_personas())


def test_members_of_the_result_are_outputs(account: Sandbox) -> None:
    """A field of the result can be used as an input."""
    found = resolve(lambda: tavus.get_persona_output(id=COACH).persona_name)
    assert found.value == "Life Coach"


def test_what_is_unknown_is_not_looked_up(account: Sandbox) -> None:
    """The result is unknown if an argument is, and Tavus receives no request."""
    found = resolve(lambda: tavus.get_document_output(name=unknown()).document_id)
    assert (found.value, found.known) == (None, False)
    found = resolve(lambda: tavus.get_documents_output(tags=["a", unknown()]))
    assert not found.known
    assert account.control.calls() == []


def test_what_is_looked_up_by_a_secret_is_secret(account: Sandbox) -> None:
    """The result is secret if an argument is."""
    assert resolve(lambda: tavus.get_persona_output(id=pulumi.Output.secret(COACH))).secret


def test_a_failure_is_one_line(account: Sandbox) -> None:
    """An output fails with the error of the plain lookup."""
    with pytest.raises(pulumi.RunError, match="could not look up a voice: give id or name"):
        resolve(tavus.get_voice_output)
    with pytest.raises(pulumi.RunError, match="account must be a tavus_provider.Account"):
        resolve(lambda: tavus.get_voices_output(account="x"))  # type: ignore[arg-type]  # what is tested


def test_a_plain_lookup_takes_no_output(account: Sandbox) -> None:
    """The error names the function that takes outputs."""

    async def look_up() -> None:
        tavus.get_persona(id=pulumi.Output.from_input(COACH))  # type: ignore[arg-type]  # what is tested

    with pytest.raises(pulumi.RunError, match="id must be a string, not an output: for that, call the function with _output in"):
        asyncio.run(look_up())
    assert account.control.calls() == []


def test_many_are_looked_up_at_once(account: Sandbox) -> None:
    """Lookups do not wait for each other: each request is held until all have arrived."""
    account.control.hold(None, method="GET", times=None)

    async def look_up() -> list[Any]:
        found = [tavus.get_persona_output(id=COACH) for _ in range(4)]
        await asyncio.to_thread(account.control.wait_for_held, count=4)
        account.control.clear_faults()
        return [await each.future() for each in found]

    assert len(asyncio.run(look_up())) == 4
