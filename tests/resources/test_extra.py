"""Members of requests for which there is no input: sent, compared, changed and removed like inputs, by each resource."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.lifecycle.tavus_object import TavusObjectLifecycle
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.guardrails import GuardrailsLifecycle
from tavus_provider.objects.objectives import ObjectivesLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.pronunciation_dictionary import PronunciationDictionaryLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA
from tests.support.http_client import HTTP
from tests.support.lifecycles import conversation_at, find_mistakes, object_at

PATCHED: dict[type[TavusObjectLifecycle], dict[str, Any]] = {
    DocumentLifecycle: {"document_url": "https://docs.example.com/guide.pdf", "wait_for_ready": 0},
    GuardrailsLifecycle: {"data": [{"guardrail_name": "tone", "guardrail_prompt": "Stay polite."}]},
    ObjectivesLifecycle: {"data": [{"objective_name": "age", "objective_prompt": "Ask for the age."}]},
    PersonaLifecycle: {"system_prompt": "You help.", "llm": {"model": "tavus-gpt-oss"}},
    PronunciationDictionaryLifecycle: {"name": "terms"},
    ReplicaLifecycle: {"train_video_url": "https://media.example.com/a.mp4"},
}
"""Kinds that can change in place, each with what it needs."""


@pytest.fixture
def newer(sandbox: Sandbox) -> Sandbox:
    """Return a Tavus that keeps and shows members which nobody here knows."""
    sandbox.control.set_behavior(keeps_unknown=True)
    return sandbox


@pytest.mark.parametrize("kind", PATCHED)
def test_an_object_is_created_compared_patched_and_rid_of_them(newer: Sandbox, kind: type[TavusObjectLifecycle]) -> None:
    """The POST has them at their place; a change of one leaf is a patch of that leaf, and removing the input removes them."""
    it, given = object_at(kind, newer.url), PATCHED[kind]
    first, second = ({**given, "extra": {"newer": {"level": level, "kept": True}}} for level in (1, 2))

    id_, outs = it.create(first)
    assert sent_bodies(newer, "POST")[-1]["newer"] == {"level": 1, "kept": True}
    found = it.read(id_, outs)
    assert found is not None
    assert it.diff(id_, found[1], first).changes in ((), ("status",))

    assert "extra" in it.diff(id_, outs, second).changes
    assert it.diff(id_, outs, second).replaces == ()
    outs = it.update(id_, outs, second)
    body = sent_bodies(newer, "PATCH")[-1]
    assert body in (
        {"newer": {"level": 2}},
        [{"op": "add", "path": "/newer/level", "value": 2}],
        [{"op": "add", "path": "/newer", "value": {"level": 2, "kept": True}}],
    )
    it.update(id_, outs, given)
    assert sent_bodies(newer, "PATCH")[-1] in ({"newer": None}, [{"op": "remove", "path": "/newer"}])


def test_what_somebody_changed_of_them_is_drift(newer: Sandbox) -> None:
    """A member that Tavus shows with another value shows under `extra`; what the program did not give stays out of it."""
    it = object_at(PersonaLifecycle, newer.url)
    id_, outs = it.create({"system_prompt": "You help.", "extra": {"layers": {"llm": {"newer": 1}}, "tone": "warm"}})
    by_hand = [{"op": "add", "path": "/tone", "value": "cold"}, {"op": "add", "path": "/another", "value": 1}]
    HTTP.patch(f"{newer.url}/v2/personas/{id_}", json=by_hand, headers={"x-api-key": newer.key}).raise_for_status()

    found = it.read(id_, outs)

    assert found is not None
    assert found[1]["extra"] == {"layers": {"llm": {"newer": 1}}, "tone": "cold"}


def test_what_tavus_does_not_show_of_them_is_no_drift(sandbox: Sandbox) -> None:
    """Tavus ignores or hides what it does not know, and a refresh leaves the state as it is."""
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({"system_prompt": "You help.", "extra": {"newer": 1}})

    assert it.read(id_, outs) == (id_, outs)


def test_an_object_is_adopted_only_if_they_are_the_same(newer: Sandbox) -> None:
    """Adopting writes nothing, so a member with another value is refused by its name."""
    it = object_at(PersonaLifecycle, newer.url)
    id_, _ = it.create({"system_prompt": "You help.", "extra": {"newer": {"level": 1}}})

    assert it.create({"existing_persona_id": id_, "extra": {"newer": {"level": 1}}})[0] == id_
    with pytest.raises(InputError, match=r"it has another newer\.level"):
        it.create({"existing_persona_id": id_, "extra": {"newer": {"level": 2}}})


def test_a_conversation_sends_them_and_is_replaced_for_them(sandbox: Sandbox) -> None:
    """Tavus cannot change a conversation, so another value ends it and opens another."""
    it = conversation_at(sandbox.url)
    first = {"persona_id": PERSONA, "language": "English", "extra": {"properties": {"newer": 1}}}

    id_, outs = it.create(first)

    assert sent_bodies(sandbox, "POST")[-1]["properties"] == {"language": "English", "newer": 1}
    assert it.diff(id_, outs, first).changes == ()
    assert it.diff(id_, outs, {**first, "extra": {"properties": {"newer": 2}}}).replaces == ("extra",)


def test_a_member_that_moves_to_an_input_of_its_own_is_no_replacement(sandbox: Sandbox) -> None:
    """Moving a member from `extra` to its own input changes only the state, and the call goes on."""
    it = conversation_at(sandbox.url)
    before = {"persona_id": PERSONA, "extra": {"properties": {"language": "English"}}}
    id_, outs = it.create(before)

    after = {"persona_id": PERSONA, "language": "English"}
    found = it.diff(id_, outs, after)
    outs = it.update(id_, outs, after)

    assert (set(found.changes), found.replaces) == ({"extra", "language"}, ())
    assert it.diff(id_, outs, after).changes == ()


@pytest.mark.parametrize(
    ("kind", "inputs", "reason"),
    [
        (
            ConversationLifecycle,
            {"persona_id": PERSONA, "language": "English", "extra": {"properties": {"language": "German"}}},
            "sets what the input language sets: remove one of them",
        ),
        (
            ConversationLifecycle,
            {"persona_id": PERSONA, "extra": {"conversation_name": "x"}},
            "sets what the input conversation_name sets: write conversation_name=…",
        ),
        (
            PersonaLifecycle,
            {"system_prompt": "a", "tts": {"api_key": "k"}, "extra": {"layers": {"tts": {"api_key": "other"}}}},
            "sets what the input tts.api_key sets: remove one of them",
        ),
        (
            DocumentLifecycle,
            {"document_url": "https://a.example/b.pdf", "extra": {"document_name": "x"}},
            "sets what the input document_name sets: write document_name=…",
        ),
    ],
)
def test_they_never_overwrite_what_an_input_says(kind: Any, inputs: dict[str, Any], reason: str) -> None:
    """A preview names the input that `extra` would overwrite."""
    assert find_mistakes(kind, **inputs) == [("extra", reason)]
