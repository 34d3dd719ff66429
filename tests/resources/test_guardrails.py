"""Lifecycle of a set of guardrails, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.guardrails import GuardrailsLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.lifecycles import create_and_update, find_mistakes, object_at

ADVICE = {"guardrail_name": "no_advice", "guardrail_prompt": "Never give medical advice."}
PRICES = {"guardrail_name": "no_prices", "guardrail_prompt": "Never name a price.", "callback_url": "https://example.com/hook"}
CLINIC: Props = {"name": "Clinic", "data": [ADVICE, PRICES]}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"data": ADVICE}, "", "data must be a list of objects"),
        ({"data": [{"guardrail_name": "a"}]}, "data[0].guardrail_prompt", "is required"),
        ({"data": [{"guardrail_prompt": "a"}]}, "data[0].guardrail_name", "is required"),
        ({"data": [{**ADVICE, "guardrail_name": "no advice"}]}, "data[0].guardrail_name", "letters, digits and underscores"),
        ({"data": [{**ADVICE, "guardrail_name": "kein_ärger"}]}, "data[0].guardrail_name", "letters, digits and underscores"),
        ({"data": [ADVICE, {**PRICES, "modality": "oral"}]}, "data[1].modality", "must be one of verbal, visual"),
        ({"data": [{**ADVICE, "callback_url": "example.com"}]}, "", "https://"),
        ({"guardrails": [ADVICE]}, "", "Guardrails has no input named guardrails"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    assert [reason for failed, reason in find_mistakes(Lifecycle, **given) if failed == name and words in reason]


@pytest.mark.parametrize("as_lists", [False, True], ids=["one object", "a list"])
def test_both_shapes_of_the_answer_are_read(sandbox: Sandbox, as_lists: bool) -> None:
    """If Tavus returns one guardrail of several, the others keep their known values; so does the set's name."""
    sandbox.control.set_behavior(sets_as_lists=as_lists)
    guardrails = object_at(Lifecycle, sandbox.url)
    id_, outs = guardrails.create(CLINIC)
    assert guardrails.read(id_, outs) == (id_, outs)
    assert guardrails.diff(id_, outs, CLINIC).changes == ()


@pytest.mark.parametrize("as_lists", [False, True], ids=["one object", "a list"])
@pytest.mark.parametrize(
    ("changed", "operations"),
    [
        ({"name": "Practice"}, [{"op": "add", "path": "/name", "value": "Practice"}]),
        ({"name": None}, [{"op": "remove", "path": "/name"}]),
        (
            {"data": [ADVICE, {**PRICES, "guardrail_prompt": "No prices."}]},
            [{"op": "add", "path": "/data/1/guardrail_prompt", "value": "No prices."}],
        ),
        ({"data": [ADVICE, {**ADVICE, "guardrail_name": "b"}]}, None),
        (
            {"data": [{**ADVICE, "modality": "visual"}, PRICES]},
            [{"op": "add", "path": "/data/0/modality", "value": "visual"}],
        ),
        ({"data": [ADVICE]}, [{"op": "remove", "path": "/data/1"}]),
        ({"data": [ADVICE, PRICES, ADVICE]}, [{"op": "add", "path": "/data/-", "value": ADVICE}]),
    ],
)
def test_each_member_of_each_guardrail_is_patched_on_its_own(
    sandbox: Sandbox, as_lists: bool, changed: dict[str, Any], operations: list[Any] | None
) -> None:
    """The patch changes single members, because Tavus would give a replaced guardrail a new id."""
    sandbox.control.set_behavior(sets_as_lists=as_lists)
    guardrails = object_at(Lifecycle, sandbox.url)
    news = {name: value for name, value in {**CLINIC, **changed}.items() if value is not None}
    id_, outs = create_and_update(guardrails, CLINIC, news)
    (patched,) = sent_bodies(sandbox, "PATCH")
    assert patched == (operations or patched)
    assert not [each for each in patched if each["op"] != "remove" and each["path"] in ("/data", "/data/0", "/data/1")]
    assert guardrails.read(id_, outs) == (id_, outs)


def test_drift_of_the_guardrail_that_is_shown_is_seen(sandbox: Sandbox) -> None:
    """The next diff compares with a change by hand of the guardrail that Tavus returns."""
    guardrails = object_at(Lifecycle, sandbox.url)
    id_, outs = guardrails.create(CLINIC)
    guardrails.send_patch(id_, [{"op": "add", "path": "/data/0/guardrail_prompt", "value": "Advise."}], {})
    found = guardrails.read(id_, outs)
    assert found
    assert found[1]["data"] == [{**ADVICE, "guardrail_prompt": "Advise."}, PRICES]
    assert guardrails.diff(id_, found[1], CLINIC).changes == ("data",)
