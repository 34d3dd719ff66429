"""Whose an active conversation is, told from states and journal alone."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tavus_provider.cli.attribution import Attribution, Kind, attribute
from tavus_provider.cli.states import Holder, States
from tavus_provider.journal.journal import Intent

BEGAN = 1_800_000_000.0
STACK = "urn:pulumi:dev::shop::"
URN = f"{STACK}pulumi-python:dynamic/tavus:Conversation::"
READ = States(stacks=frozenset({STACK}))


def conversation(id_: str, name: str = "Welcome", after: float = 1, **more: Any) -> dict[str, Any]:
    """Return a conversation as Tavus lists it, created some seconds after the intent."""
    created = datetime.fromtimestamp(BEGAN + after, UTC).isoformat()
    return {"conversation_id": id_, "conversation_name": name, "persona_id": "p1", "created_at": created, **more}


def intent(name: str = "Welcome", unique: bool = False, id_: str = "", resource: str = "call") -> Intent:
    """Return an intent of the stack that was read."""
    return Intent(URN + resource, "http://tavus", name, unique, "p1", "", "digest", BEGAN, id_)


def one(*found: Attribution) -> Attribution:
    """Return the only attribution."""
    (only,) = found
    return only


def test_what_a_state_has_is_known() -> None:
    """The state decides before the journal; stack and URN are named."""
    states = States({"c1": Holder("organization/shop/dev", URN + "call", True)}, frozenset({STACK}))
    found = one(*attribute([conversation("c1")], states, [intent(id_="c1")], 0))
    assert (found.kind, found.stack, found.resource) == (Kind.KNOWN, "organization/shop/dev", URN + "call")
    assert found.reason == f"stack organization/shop/dev has it as {URN}call"


def test_what_a_stack_only_reads_is_known_too() -> None:
    """Somebody counts on it, so it is no orphan."""
    states = States({"c1": Holder("organization/shop/dev", URN + "call", False)}, frozenset({STACK}))
    found = one(*attribute([conversation("c1")], states, [], 0))
    assert (found.kind, found.reason.split()[2]) == (Kind.KNOWN, "reads")


def test_an_id_in_the_journal_that_its_state_does_not_have_is_interrupted() -> None:
    """The resource for which it was opened is named."""
    found = one(*attribute([conversation("c1", "anything", -9999)], READ, [intent(id_="c1")], 0))
    assert (found.kind, found.resource) == (Kind.INTERRUPTED, URN + "call")
    assert found.reason == "an interrupted run created it for 'call' of stack shop/dev"


@pytest.mark.parametrize("stacks", [frozenset(), frozenset({"urn:pulumi:prod::shop::", "urn:pulumi:dev::shop2::"})])
def test_nothing_is_interrupted_by_a_stack_whose_state_was_not_read(stacks: frozenset[str]) -> None:
    """The journal keeps an id until the state has shown that it knows it, so the state has the last word."""
    for begun in (intent(id_="c1"), intent(unique=True), intent()):
        found = one(*attribute([conversation("c1")], States(stacks=stacks), [begun], 0))
        assert found.kind is Kind.UNATTRIBUTED
        assert "whose stack's state was not read" in found.reason


def test_what_a_run_opened_that_still_goes_on_is_not_interrupted() -> None:
    """The engine writes it into the state any moment; once nobody listens at the engine's address, the run is over."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        begun = replace(intent(id_="c1"), engine=f"127.0.0.1:{engine.getsockname()[1]}")
        found = one(*attribute([conversation("c1")], READ, [begun], 0))
        assert found.kind is Kind.UNATTRIBUTED
        assert found.reason == "it was created for 'call' of stack shop/dev by a run that is still in progress"
    assert one(*attribute([conversation("c1")], READ, [begun], 0)).kind is Kind.INTERRUPTED


def test_what_nobody_knows_is_unattributed() -> None:
    """It may be somebody else's."""
    found = one(*attribute([conversation("c1", "Theirs")], READ, [intent()], 0))
    assert (found.kind, found.resource, found.intent) == (Kind.UNATTRIBUTED, "", None)


def test_a_chosen_name_is_nobody_elses() -> None:
    """Whatever carries it was opened by that resource: twice, or much later than the call began."""
    pair = [conversation("c1", "call-1a2b3c4"), conversation("c2", "call-1a2b3c4", 9999)]
    found = attribute(pair, READ, [intent("call-1a2b3c4", unique=True)], 0)
    assert [each.kind for each in found] == [Kind.INTERRUPTED, Kind.INTERRUPTED]


@pytest.mark.parametrize(
    ("after", "skew", "more", "kind"),
    [
        (1, 0, {}, Kind.INTERRUPTED),
        (-1, 0, {}, Kind.INTERRUPTED),
        (299, 0, {}, Kind.INTERRUPTED),
        (-60, 0, {}, Kind.UNATTRIBUTED),
        (301, 0, {}, Kind.UNATTRIBUTED),
        (-3600, -3600, {}, Kind.INTERRUPTED),
        (3600, 3600, {}, Kind.INTERRUPTED),
        (1, 0, {"persona_id": "p2"}, Kind.UNATTRIBUTED),
        (1, 0, {"created_at": "yesterday"}, Kind.UNATTRIBUTED),
    ],
)
def test_a_given_name_needs_persona_and_time_as_well(after: float, skew: float, more: dict[str, str], kind: Kind) -> None:
    """Only what was created within five minutes of the intent, by Tavus's clock, can be what that call opened."""
    assert one(*attribute([conversation("c1", after=after, **more)], READ, [intent()], skew)).kind is kind


def test_of_two_that_fit_one_intent_neither_is_ended() -> None:
    """One of them is somebody else's, and nobody can tell which."""
    found = attribute([conversation("c1"), conversation("c2")], READ, [intent()], 0)
    assert [each.kind for each in found] == [Kind.UNATTRIBUTED, Kind.UNATTRIBUTED]
    assert found[0].reason == "it may have been created for 'call' of stack shop/dev, but so may c2"


def test_two_that_fit_two_intents_are_both_attributed() -> None:
    """Two resources of the same given name were interrupted together; each intent goes with one of them."""
    found = attribute([conversation("c1"), conversation("c2")], READ, [intent(), intent(resource="other")], 0)
    assert [each.kind for each in found] == [Kind.INTERRUPTED, Kind.INTERRUPTED]
    assert {each.resource for each in found} == {URN + "call", URN + "other"}


def test_what_is_accounted_for_is_no_rival() -> None:
    """A namesake that a state has, or that the journal has by its id, leaves the other one to the intent."""
    states = States({"c1": Holder("organization/shop/dev", URN + "first", True)}, frozenset({STACK}))
    trio = [conversation("c1"), conversation("c2"), conversation("c3")]
    found = attribute(trio, states, [intent(id_="c2", resource="second"), intent(resource="third")], 0)
    assert [each.kind for each in found] == [Kind.KNOWN, Kind.INTERRUPTED, Kind.INTERRUPTED]
    assert [each.resource for each in found] == [URN + "first", URN + "second", URN + "third"]
