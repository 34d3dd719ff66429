"""Each input reaches Tavus under the contract's name, at its place and with its type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi.dynamic
import pytest
from pulumi.dynamic.config import Config

from tavus_provider.dynamic.provider import URN
from tavus_provider.resources.conversation import ConversationProvider
from tavus_provider.sandbox import Sandbox
from tests.contract.facts import REQUEST
from tests.contract.inputs import BASE, CASES, TABLE, UNSENT, Case, reset
from tests.contract.shape import flatten, mismatches
from tests.support.lifecycles import CONVERSATION_URN, conversation_at


def create(tavus: Sandbox, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Create a conversation and return the body that arrived at Tavus."""
    conversation_at(tavus.url).create({**inputs})
    return posted_body(tavus)


def posted_body(tavus: Sandbox) -> dict[str, Any]:
    """Return the body of the one POST that arrived at Tavus."""
    (body,) = [call["body"] for call in tavus.control.calls() if call["method"] == "POST"]
    assert isinstance(body, dict)
    return body


def from_engine(inputs: Mapping[str, Any]) -> Any:
    """Return inputs as the engine passes them to a provider: every number is a float."""
    return json.loads(json.dumps({**inputs, URN: CONVERSATION_URN}), parse_int=float)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_input_arrives_where_the_contract_has_it(tavus: Sandbox, case: Case) -> None:
    """The value is at the contract's place for its name, and the contract knows everything in the body."""
    body = create(tavus, case.inputs)

    assert list(mismatches(body, REQUEST)) == []
    assert dict(flatten(body))[case.place] == case.value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_input_passes_the_engine_unharmed(tavus: Sandbox, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's inputs pass our checks, and its floats are sent as integers where the contract has integers."""
    monkeypatch.setenv("TAVUS_LOG", "debug")  # errors as they are, for the test's report
    provider = ConversationProvider()
    config = Config({"tavus:baseUrl": tavus.url, "tavus:apiKey": tavus.key}, "project")
    provider.configure(pulumi.dynamic.ConfigureRequest(config))

    checked = provider.check({}, from_engine(case.inputs))
    provider.create(checked.inputs)

    assert checked.failures == []
    body = posted_body(tavus)
    assert list(mismatches(body, REQUEST)) == []
    assert dict(flatten(body))[case.place] == case.value


def test_every_field_of_the_contract_can_be_reached(tavus: Sandbox) -> None:
    """All inputs together can set every field of the contract, except those that are deliberately never sent."""
    sent: set[str] = set()
    for case in CASES:
        sent.update(name for name, _ in flatten(create(tavus, case.inputs)))
        reset(tavus)

    assert sent == set(REQUEST) - set(UNSENT)


def test_absent_inputs_are_absent(tavus: Sandbox) -> None:
    """Tavus receives only the given inputs and the name that we choose."""
    assert create(tavus, BASE).keys() == {*BASE, "conversation_name"}


@pytest.mark.parametrize(
    ("name", "value"),
    [(row.name, choice) for row in TABLE if row.field.wire_path is None for choice in row.choices],
)
def test_what_is_ours_never_reaches_tavus(tavus: Sandbox, name: str, value: str) -> None:
    """Inputs that this package adds are not in the request."""
    assert create(tavus, {**BASE, name: value}).keys() == {*BASE, "conversation_name"}
