"""Lifecycle of a set of guardrails, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.guardrails import GuardrailsArgs
from tavus_provider.objects.guardrails import GuardrailsLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import table
from tavus_provider.schema.validation import find_warnings
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
    """The patch changes single members, because Tavus would give a replaced guardrail a new id.

    Where GET shows one guardrail, it first tests that those which it changes are in their places.
    """
    sandbox.control.set_behavior(sets_as_lists=as_lists, set_pointers="set")
    guardrails = object_at(Lifecycle, sandbox.url)
    news = {name: value for name, value in {**CLINIC, **changed}.items() if value is not None}
    id_, outs = create_and_update(guardrails, CLINIC, news)
    (sent,) = sent_bodies(sandbox, "PATCH")
    patched = [each for each in sent if each["op"] != "test"]
    tested = {each["path"]: each["value"] for each in sent if each["op"] == "test"}
    changed_paths = {each["path"][:7] for each in patched if each["path"][6:7].isdigit()}
    assert tested.keys() == (set() if as_lists else {f"{path}/guardrail_name" for path in changed_paths})
    assert set(tested.values()) <= {"no_advice", "no_prices"}
    assert patched == (operations or patched)
    assert not [each for each in patched if each["op"] != "remove" and each["path"] in ("/data", "/data/0", "/data/1")]
    assert guardrails.read(id_, outs) == (id_, outs)


def test_a_single_guardrail_is_patched_by_itself_where_tavus_takes_nothing_else(sandbox: Sandbox) -> None:
    """Where Tavus refuses the paths of the set, the patch is sent again with those of its only guardrail."""
    sandbox.control.set_behavior(set_pointers="item")
    guardrails = object_at(Lifecycle, sandbox.url)
    news = {"data": [{**ADVICE, "modality": "audio"}]}
    id_, outs = create_and_update(guardrails, {"data": [ADVICE]}, news)
    assert [call["status"] for call in sandbox.control.calls() if call["method"] == "PATCH"] == [400, 200]
    assert guardrails.read(id_, outs) == (id_, outs)
    assert sandbox.control.objects("guardrails")[0]["data"] == news["data"]


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"data": [{**ADVICE, "modality": "oral"}]}, "data[0].modality", "is 'oral', which is sent unchanged but not among"),
        (
            {"data": [{**ADVICE, "guardrail_name": "n" * 101}]},
            "data[0].guardrail_name",
            "has 101 characters, and Tavus documents",
        ),
        (
            {"data": [ADVICE, {**PRICES, "guardrail_prompt": "p" * 1001}]},
            "data[1].guardrail_prompt",
            "at most 1000 for guardrails",
        ),
        ({"name": "n" * 101}, "name", "it may refuse this one"),
    ],
)
def test_what_tavus_may_refuse_is_a_warning(given: Props, name: str, words: str) -> None:
    """Limits that Tavus documents for guardrails outside of sets, and lists that grow, refuse nothing."""
    assert find_mistakes(Lifecycle, **given) == []
    (warning,) = find_warnings(table(GuardrailsArgs), given)
    assert warning.property == name
    assert words in warning.reason


def test_what_tavus_documents_is_no_warning() -> None:
    """Words, sight and sound are documented; so are names and prompts up to the limits."""
    data = [{"guardrail_name": "n" * 100, "guardrail_prompt": "p" * 1000, "modality": "audio"}, ADVICE, PRICES]
    assert list(find_warnings(table(GuardrailsArgs), {"name": "n" * 100, "data": data})) == []


def test_drift_of_the_guardrail_that_is_shown_is_seen(sandbox: Sandbox) -> None:
    """The next diff compares with a change by hand of the guardrail that Tavus returns."""
    guardrails = object_at(Lifecycle, sandbox.url)
    id_, outs = guardrails.create(CLINIC)
    guardrails.send_patch(id_, [{"op": "add", "path": "/data/0/guardrail_prompt", "value": "Advise."}], {})
    found = guardrails.read(id_, outs)
    assert found
    assert found[1]["data"] == [{**ADVICE, "guardrail_prompt": "Advise."}, PRICES]
    assert guardrails.diff(id_, found[1], CLINIC).changes == ("data",)
