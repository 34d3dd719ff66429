"""Attribution of active conversations, from states and journal alone."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tavus_provider.cli.comparison.attribution import Attribution, Kind, attribute
from tavus_provider.cli.comparison.states import Holder, States
from tavus_provider.journal.intent import Intent
from tavus_provider.journal.uptime import uptime

BEGAN = float(int(time.time()) - 5000)
STACK = "urn:pulumi:dev::shop::"
URN = f"{STACK}pulumi-python:dynamic/tavus:Conversation::"
READ = States(urn_prefixes=frozenset({STACK}))


def conversation(id_: str, name: str = "Welcome", after: float = 1, **more: Any) -> dict[str, Any]:
    """Return a conversation as Tavus lists it, created some seconds after the intent."""
    created = datetime.fromtimestamp(BEGAN + after, UTC).isoformat()
    return {"conversation_id": id_, "conversation_name": name, "persona_id": "p1", "created_at": created, **more}


def intent(name: str = "Welcome", unique: bool = False, id_: str = "", resource: str = "call") -> Intent:
    """Return an intent of the stack that was read."""
    tried = uptime() - (time.time() - BEGAN)
    begun = Intent(URN + resource, "http://tavus", name, unique, "digest", BEGAN, id_, match={"persona_id": "p1"})
    return replace(begun, first_try=tried, last_try=tried)


def only(*found: Attribution) -> Attribution:
    """Return the only attribution."""
    (attribution,) = found
    return attribution


def test_what_a_state_has_is_known() -> None:
    """The state decides before the journal, and the attribution has stack and URN."""
    states = States({"c1": Holder("organization/shop/dev", URN + "call", True)}, frozenset({STACK}))
    found = only(*attribute([conversation("c1")], states, [intent(id_="c1")], 0))
    assert (found.kind, found.stack, found.resource) == (Kind.KNOWN, "organization/shop/dev", URN + "call")
    assert found.reason == f"stack organization/shop/dev has it as {URN}call"


def test_what_a_stack_only_reads_is_known_too() -> None:
    """A conversation that a stack reads is not an orphan."""
    states = States({"c1": Holder("organization/shop/dev", URN + "call", False)}, frozenset({STACK}))
    found = only(*attribute([conversation("c1")], states, [], 0))
    assert (found.kind, found.reason.split()[2]) == (Kind.KNOWN, "reads")


def test_an_id_in_the_journal_that_its_state_does_not_have_is_interrupted() -> None:
    """The attribution has the resource that it was created for."""
    found = only(*attribute([conversation("c1", "anything", -9999)], READ, [intent(id_="c1")], 0))
    assert (found.kind, found.resource) == (Kind.INTERRUPTED, URN + "call")
    assert found.reason == "an interrupted run created it for 'call' of stack shop/dev"


@pytest.mark.parametrize("prefixes", [frozenset(), frozenset({"urn:pulumi:prod::shop::", "urn:pulumi:dev::shop2::"})])
def test_nothing_is_interrupted_by_a_stack_whose_state_was_not_read(prefixes: frozenset[str]) -> None:
    """The state decides, because the journal keeps an id until the state has it."""
    for begun in (intent(id_="c1"), intent(unique=True), intent()):
        found = only(*attribute([conversation("c1")], States(urn_prefixes=prefixes), [begun], 0))
        assert found.kind is Kind.UNATTRIBUTED
        assert "whose stack's state was not read" in found.reason


def test_a_conversation_of_a_run_in_progress_is_not_interrupted() -> None:
    """A run is in progress while somebody listens at the engine's address."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        begun = replace(intent(id_="c1"), engine=f"127.0.0.1:{engine.getsockname()[1]}")
        found = only(*attribute([conversation("c1")], READ, [begun], 0))
        assert found.kind is Kind.UNATTRIBUTED
        assert found.reason == "it was created for 'call' of stack shop/dev by a run that is still in progress"
    assert only(*attribute([conversation("c1")], READ, [begun], 0)).kind is Kind.INTERRUPTED


def test_what_nobody_knows_is_unattributed() -> None:
    """The conversation may be somebody else's."""
    found = only(*attribute([conversation("c1", "Theirs")], READ, [intent()], 0))
    assert (found.kind, found.resource, found.intent) == (Kind.UNATTRIBUTED, "", None)


def test_a_name_that_the_provider_chose_is_proof() -> None:
    """Each conversation with that name was created for that resource, at any time."""
    pair = [conversation("c1", "call-1a2b3c4"), conversation("c2", "call-1a2b3c4", 9999)]
    found = attribute(pair, READ, [intent("call-1a2b3c4", unique=True)], 0)
    assert [each.kind for each in found] == [Kind.INTERRUPTED, Kind.INTERRUPTED]


@pytest.mark.parametrize(
    ("after", "skew", "more", "kind"),
    [
        (1, 0, {}, Kind.INTERRUPTED),
        (-1, 0, {}, Kind.INTERRUPTED),
        (58, 0, {}, Kind.INTERRUPTED),
        (-60, 0, {}, Kind.UNATTRIBUTED),
        (65, 0, {}, Kind.UNATTRIBUTED),
        (-3600, -3600, {}, Kind.INTERRUPTED),
        (3600, 3600, {}, Kind.INTERRUPTED),
        (1, 0, {"persona_id": "p2"}, Kind.UNATTRIBUTED),
        (1, 0, {"created_at": "yesterday"}, Kind.UNATTRIBUTED),
    ],
)
def test_a_name_that_a_user_chose_needs_persona_and_time_too(after: float, skew: float, more: dict[str, str], kind: Kind) -> None:
    """The conversation has to be created within a minute of the intent's call, by Tavus's clock, and with its persona."""
    assert only(*attribute([conversation("c1", after=after, **more)], READ, [intent()], skew)).kind is kind


@pytest.mark.parametrize("wrong", [-3600.0, 3600.0])
def test_a_wrong_clock_of_this_machine_decides_nothing(wrong: float) -> None:
    """What our own clock said when the intent was written does not count, only how long ago that was."""
    begun = replace(intent(), began=BEGAN + wrong)
    assert only(*attribute([conversation("c1")], READ, [begun], 0)).kind is Kind.INTERRUPTED


def test_a_name_that_a_user_chose_is_no_proof_after_a_restart() -> None:
    """After a restart the machine cannot tell how long ago the intent was written; another machine never can."""
    begun = replace(intent(), boot="another")
    assert only(*attribute([conversation("c1")], READ, [begun], 0)).kind is Kind.UNATTRIBUTED


def test_two_that_match_one_intent_are_unattributed() -> None:
    """One of the two conversations is somebody else's, and nothing says which."""
    found = attribute([conversation("c1"), conversation("c2")], READ, [intent()], 0)
    assert [each.kind for each in found] == [Kind.UNATTRIBUTED, Kind.UNATTRIBUTED]
    assert found[0].reason == "it may have been created for 'call' of stack shop/dev, but so may c2"


def test_two_that_match_two_intents_are_both_interrupted() -> None:
    """Two resources of the same name were interrupted together, and each intent belongs to one conversation."""
    found = attribute([conversation("c1"), conversation("c2")], READ, [intent(), intent(resource="other")], 0)
    assert [each.kind for each in found] == [Kind.INTERRUPTED, Kind.INTERRUPTED]
    assert {each.resource for each in found} == {URN + "call", URN + "other"}


def test_attributed_conversations_are_no_rivals() -> None:
    """A state or an intent has one conversation of the name by its id, so the intent without an id gets the other one."""
    states = States({"c1": Holder("organization/shop/dev", URN + "first", True)}, frozenset({STACK}))
    trio = [conversation("c1"), conversation("c2"), conversation("c3")]
    found = attribute(trio, states, [intent(id_="c2", resource="second"), intent(resource="third")], 0)
    assert [each.kind for each in found] == [Kind.KNOWN, Kind.INTERRUPTED, Kind.INTERRUPTED]
    assert [each.resource for each in found] == [URN + "first", URN + "second", URN + "third"]
