"""Lifecycle of a single guardrail, over real HTTP against the sandbox, and how personas take it."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.guardrail import GuardrailLifecycle
from tavus_provider.objects.guardrails import GuardrailsLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.lifecycles import find_mistakes, object_at

PRICES: Props = {"guardrail_name": "no_prices", "guardrail_prompt": "Never name a price.", "tags": ["sales"]}


def test_its_id_is_what_tavus_calls_uuid(sandbox: Sandbox) -> None:
    """The body has the name at its top, by which Tavus makes a single one."""
    it = object_at(GuardrailLifecycle, sandbox.url)
    id_, outs = it.create(PRICES)

    assert sent_bodies(sandbox, "POST") == [PRICES]
    assert [each["id"] for each in sandbox.control.objects("single_guardrails")] == [id_] == [outs["guardrail_id"]]
    assert it.read(id_, outs) == (id_, outs)


def test_a_change_is_a_patch_of_what_changed(sandbox: Sandbox) -> None:
    """The patch has the changed members only, and the guardrail is not replaced."""
    it = object_at(GuardrailLifecycle, sandbox.url)
    id_, outs = it.create(PRICES)
    news = {**PRICES, "guardrail_prompt": "No prices."}

    assert it.diff(id_, outs, news).replaces == ()
    it.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": "/guardrail_prompt", "value": "No prices."}]]


def test_what_tavus_never_shows_is_no_drift(sandbox: Sandbox) -> None:
    """Answers lack the tool that the guardrail calls, which is no drift."""
    it = object_at(GuardrailLifecycle, sandbox.url)
    id_, outs = it.create({**PRICES, "tool_call": {"name": "warn"}})

    assert it.read(id_, outs) == (id_, outs)


def test_sets_and_single_ones_stay_apart(sandbox: Sandbox) -> None:
    """A set and a single guardrail share a path, and deleting one leaves the other."""
    single, several = object_at(GuardrailLifecycle, sandbox.url), object_at(GuardrailsLifecycle, sandbox.url)
    id_, outs = single.create(PRICES)
    set_id, set_outs = several.create({"data": [{"guardrail_name": "law", "guardrail_prompt": "No advice."}]})
    several.delete(set_id, set_outs)

    assert single.read(id_, outs) == (id_, outs)
    single.delete(id_, outs)
    assert single.read(id_, outs) is None


def test_one_that_exists_is_adopted_as_it_is(sandbox: Sandbox) -> None:
    """Adopting creates nothing, and names a prompt that differs."""
    it = object_at(GuardrailLifecycle, sandbox.url)
    id_, _ = it.create(PRICES)

    assert it.create({**PRICES, "existing_guardrail_id": id_})[0] == id_
    with pytest.raises(InputError, match="at Tavus it has another guardrail_prompt"):
        it.create({**PRICES, "guardrail_prompt": "Other.", "existing_guardrail_id": id_})
    assert len(sent_bodies(sandbox, "POST")) == 1


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "guardrail_name is required"),
        ({**PRICES, "guardrail_name": "a" * 101}, "guardrail_name"),
        ({**PRICES, "guardrail_prompt": "a" * 1001}, "guardrail_prompt"),
        ({**PRICES, "callback_url": "example.com"}, "callback_url"),
        ({**PRICES, "tags": ["a"] * 33}, "tags must have at most 32 tags, not 33"),
        ({**PRICES, "tags": ["a" * 65]}, "tags must have tags of 1 to 64 characters, not 65"),
        ({**PRICES, "data": []}, "Guardrail has no input named data"),
    ],
)
def test_mistakes_are_named(inputs: dict[str, Any], words: str) -> None:
    """Check names each mistake without a call to Tavus."""
    found = [f"{property_} {reason}" for property_, reason in find_mistakes(GuardrailLifecycle, **inputs)]

    assert any(words in each for each in found), found


def test_a_persona_takes_guardrails_one_by_one_and_by_tag(sandbox: Sandbox) -> None:
    """Tavus's older answers do not show them, which is no drift; a change is a patch."""
    id_, _ = object_at(GuardrailLifecycle, sandbox.url).create(PRICES)
    persona: Props = {"system_prompt": "You sell.", "guardrail_ids": [id_], "guardrail_tags": ["sales"]}
    it = object_at(PersonaLifecycle, sandbox.url)
    persona_id, outs = it.create(persona)

    assert sent_bodies(sandbox, "POST")[-1] == persona
    assert it.read(persona_id, outs) == (persona_id, outs)
    it.update(persona_id, outs, {**persona, "guardrail_tags": ["shop"]})
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": "/guardrail_tags", "value": ["shop"]}]]
