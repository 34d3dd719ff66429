"""Lifecycle of a persona, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.persona import PersonaArgs
from tavus_provider.objects.persona import PersonaLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import BehaviorChanges
from tavus_provider.schema.fields import table
from tavus_provider.schema.validation import find_warnings
from tests.support.calls import sent_bodies
from tests.support.lifecycles import create_and_update, find_mistakes, object_at

LLM = {"model": "mine", "base_url": "https://llm.example.com/v1", "api_key": "sk-1", "headers": {"Authorization": "Bearer b"}}
COACH: Props = {
    "persona_name": "Coach",
    "system_prompt": "You coach.",
    "default_replica_id": "r90bbd427f71",
    "document_tags": ["handbook"],
    "pipeline_mode": "full",
    "perception": {"visual_awareness_queries": ["Who is there?"]},
    "stt": {"hotwords": "Tavus"},
    "conversational_flow": {"turn_taking_patience": "high"},
    "llm": LLM,
    "tts": {"tts_engine": "elevenlabs", "voice_settings": {"speed": 0.9}},
}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({}, "system_prompt", "unless its pipeline_mode is echo"),
        ({"pipeline_mode": "full"}, "system_prompt", "unless its pipeline_mode is echo"),
        ({"conferencing": {"username": "coach"}}, "default_replica_id", "appears in the meetings of conferencing"),
        ({"conferencing": {"username": "-coach"}}, "conferencing.username", "begin and end with a letter or digit"),
        ({"conferencing": {"username": "Bot7"}}, "conferencing.username", "which Tavus keeps for itself"),
        ({"knowledge_base": {"rag_n_chunks": 1.5}}, "knowledge_base.rag_n_chunks", "must be a whole number"),
        ({"perception": {"visual_tools": ["f"]}}, "perception.visual_tools[0]", "must be an object"),
        ({"stt": {"hotwords": ["Tavus"]}}, "stt.hotwords", "must be a string"),
        ({"conversational_flow": {"turn_taking_patience": "none"}}, "conversational_flow.turn_taking_patience", "low, medium"),
        ({"conversational_flow": {"turn_taking": "low"}}, "", "conversational_flow has no input named turn_taking"),
        ({"llm": "tavus-gpt-oss"}, "", "llm must be an object, not a string"),
        ({"llm": {"base_url": "llm.example.com"}}, "", "llm.base_url must be a whole URL"),
        ({"llm": {"api_key": 5}}, "", "llm.api_key must be a string, not a whole number"),
        ({"llm": {"headers": {"X": 1}}}, "", "llm.headers.X must be a string, not a whole number"),
        ({"llm": {"base_url": "http://llm.example.com", "api_key": "k"}}, "", "llm.base_url is plain http"),
        (
            {"llm": {"base_url": "http://llm.example.com", "headers": {"X": "k"}}},
            "",
            "pulumi config set tavus:allowPlainHttp true",
        ),
        (
            {"perception": {"visual_tools": [], "perception_tools": []}},
            "perception.perception_tools",
            "is an alias of visual_tools: give only visual_tools",
        ),
        ({"layers": {}}, "", "Persona has no input named layers"),
        ({"guardrails": "g1", "guardrails_id": "g1"}, "guardrails", "cannot be combined with guardrails_id"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property by its path, and what to write instead; of what may be a secret it repeats nothing."""
    assert [reason for failed, reason in find_mistakes(Lifecycle, **given) if failed == name and words in reason]


def test_right_inputs_pass() -> None:
    """What Tavus takes passes; only a persona that thinks for itself needs a prompt, unless it is adopted."""
    assert find_mistakes(Lifecycle, **COACH) == []
    assert find_mistakes(Lifecycle, pipeline_mode="echo") == []
    assert find_mistakes(Lifecycle, pipeline_mode="speech-to-speech") == []
    assert find_mistakes(Lifecycle, existing_persona_id="p1") == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"perception": {"perception_model": "raven-0", "audio_tool_prompt": "x"}}, "audio_tool_prompt, which raven-0"),
        ({"perception": {"perception_model": "off", "visual_tools": [{}]}}, "visual_tools, which off"),
        ({"llm": {"base_url": "https://llm.example.com"}}, "has no model and no api_key"),
        ({"llm": {"model": "gpt-5"}}, "has the model 'gpt-5', which Tavus does not document (tavus-gemma-4, "),
        ({"conversational_flow": {"sleep_phrase": "Good night"}}, "without which it never speaks again"),
        ({"tts": {"tts_engine": "elevenlabs", "voice_settings": {"speed": 2}}}, "voice_settings.speed 2: ElevenLabs takes 0.7"),
        ({"tts": {"tts_engine": "elevenlabs", "voice_settings": {"style": "calm"}}}, "voice_settings.style 'calm'"),
    ],
)
def test_what_is_probably_not_meant_is_warned_of(given: dict[str, Any], words: str) -> None:
    """check allows these inputs and warns of what will come of them."""
    assert [each.reason for each in find_warnings(table(PersonaArgs), given) if words in each.reason]


@pytest.mark.parametrize(
    ("input_", "known", "later"),
    [
        ("pipeline_mode", "speech-to-speech", "dance"),
        ("disclosure_type", "always", "sometimes"),
        ("perception.perception_model", "raven-0", "raven-2"),
        ("perception.emotion_recognition", "limited", "none"),
        ("stt.stt_engine", "tavus-whisper", "tavus-murmur"),
        ("conversational_flow.turn_detection_model", "timebased", "sparrow-2"),
        ("conversational_flow.voice_isolation", "near", "far"),
        ("conversational_flow.idle_engagement", "patient", "restless"),
        ("tts.tts_engine", "azure", "polly"),
        ("transport.transport_type", "livekit", "carrier-pigeon"),
    ],
)
def test_a_value_that_tavus_has_added_since_is_sent_with_a_warning(input_: str, known: str, later: str) -> None:
    """What Tavus documents passes without a word; anything else is never refused, because Tavus's lists grow."""

    def with_value(value: str) -> Props:
        given: Any = value
        for name in reversed(input_.split(".")):
            given = {name: given}
        return {"system_prompt": "You coach.", **given}

    assert find_mistakes(Lifecycle, **with_value(later)) == find_mistakes(Lifecycle, **with_value(known)) == []
    assert list(find_warnings(table(PersonaArgs), with_value(known))) == []
    (warning,) = find_warnings(table(PersonaArgs), with_value(later))
    assert warning.property == input_
    assert f"is {later!r}, which is sent unchanged but not among those that Tavus documents" in warning.reason
    assert known in warning.reason


@pytest.mark.parametrize(
    ("given", "property_", "reason"),
    [
        ({"stt": {"stt_engine": "tavus-advanced"}}, "stt.stt_engine", "which is deprecated: write 'tavus-auto'"),
        ({"llm": {"model": "tavus-gpt-4o"}}, "llm.model", "which is deprecated: write 'tavus-gpt-5.2'"),
        ({"llm": {"model": "tavus-gpt-4o-mini"}}, "llm.model", "which is deprecated: write 'tavus-gpt-oss'"),
        ({"llm": {"model": "tavus-gpt-4.1"}}, "llm.model", "which is deprecated: write 'tavus-gpt-5.2'"),
        ({"llm": {"model": "tavus-llama"}}, "llm.model", "which is deprecated: write 'tavus-gpt-oss'"),
        (
            {"perception": {"perception_tool_prompt": "x"}},
            "perception.perception_tool_prompt",
            "is deprecated: write visual_tool_prompt",
        ),
    ],
)
def test_what_tavus_has_deprecated_is_told_with_its_successor(given: Props, property_: str, reason: str) -> None:
    """One warning names what to write instead."""
    (warning,) = find_warnings(table(PersonaArgs), given)
    assert warning.property == property_
    assert warning.reason.endswith(reason)


def test_sensible_layers_are_not_warned_of() -> None:
    """check does not warn of layers that fit together."""
    assert list(find_warnings(table(PersonaArgs), COACH)) == []
    assert (
        list(find_warnings(table(PersonaArgs), {"perception": {"audio_tool_prompt": "x"}, "tts": {"tts_engine": "cartesia"}}))
        == []
    )


def test_the_layers_stand_together_on_the_wire(sandbox: Sandbox) -> None:
    """Layers are separate inputs of the program and members of `layers` in the request."""
    object_at(Lifecycle, sandbox.url).create(COACH)
    (body,) = sent_bodies(sandbox, "POST")
    assert set(body["layers"]) == {"perception", "stt", "conversational_flow", "llm", "tts"}
    assert body["layers"]["llm"] == LLM
    assert "llm" not in body


@pytest.mark.parametrize(
    ("changed", "operations"),
    [
        ({"persona_name": "Teacher"}, [{"op": "add", "path": "/persona_name", "value": "Teacher"}]),
        ({"system_prompt": "You teach."}, [{"op": "add", "path": "/system_prompt", "value": "You teach."}]),
        ({"pipeline_mode": "echo"}, [{"op": "add", "path": "/pipeline_mode", "value": "echo"}]),
        ({"pipeline_mode": None}, [{"op": "remove", "path": "/pipeline_mode"}]),
        ({"default_replica_id": None}, [{"op": "remove", "path": "/default_replica_id"}]),
        ({"document_tags": ["a", "b"]}, [{"op": "add", "path": "/document_tags", "value": ["a", "b"]}]),
        ({"perception": None}, [{"op": "remove", "path": "/layers/perception"}]),
        (
            {"perception": {"visual_awareness_queries": ["Who is there?"], "perception_model": "raven-0"}},
            [{"op": "add", "path": "/layers/perception/perception_model", "value": "raven-0"}],
        ),
        ({"stt": {"stt_engine": "tavus-auto", "hotwords": "Tavus"}}, None),
        ({"stt": {}}, [{"op": "remove", "path": "/layers/stt/hotwords"}]),
        (
            {"conversational_flow": {"turn_taking_patience": "low", "wake_phrase": "Coach"}},
            [
                {"op": "add", "path": "/layers/conversational_flow/turn_taking_patience", "value": "low"},
                {"op": "add", "path": "/layers/conversational_flow/wake_phrase", "value": "Coach"},
            ],
        ),
        ({"llm": {**LLM, "speculative_inference": True}}, None),
        (
            {"llm": {**LLM, "speculative_inference": False}},
            [{"op": "add", "path": "/layers/llm/speculative_inference", "value": False}],
        ),
        ({"llm": {**LLM, "api_key": "sk-2"}}, [{"op": "add", "path": "/layers/llm/api_key", "value": "sk-2"}]),
        (
            {"llm": {**LLM, "headers": {"Authorization": "Bearer b", "X/Y": "z"}}},
            [{"op": "add", "path": "/layers/llm/headers/X~1Y", "value": "z"}],
        ),
        (
            {"llm": {**LLM, "tools": [{"type": "function"}]}},
            [{"op": "add", "path": "/layers/llm/tools", "value": [{"type": "function"}]}],
        ),
        (
            {"tts": {"tts_engine": "elevenlabs", "voice_settings": {"speed": 1, "style": 0.5}}},
            [
                {"op": "add", "path": "/layers/tts/voice_settings/speed", "value": 1},
                {"op": "add", "path": "/layers/tts/voice_settings/style", "value": 0.5},
            ],
        ),
    ],
)
def test_only_what_changed_is_patched(sandbox: Sandbox, changed: dict[str, Any], operations: list[Any] | None) -> None:
    """The patch has only the paths of changed inputs, also of those that Tavus never returns; Tavus's defaults stay."""
    personas = object_at(Lifecycle, sandbox.url)
    news = {name: value for name, value in {**COACH, **changed}.items() if value is not None}
    id_, outs = personas.create(COACH)
    assert personas.diff(id_, outs, news).changes == (tuple(changed) if operations else ())
    outs = personas.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == ([operations] if operations else [])
    read = personas.read(id_, outs)
    assert read
    assert personas.diff(id_, read[1], news).changes == ()


def test_a_layer_that_is_not_there_is_added_as_a_whole(sandbox: Sandbox) -> None:
    """The patch adds a missing layer as a whole, because Tavus refuses a path into it."""
    olds = {"system_prompt": "You coach."}
    create_and_update(object_at(Lifecycle, sandbox.url), olds, {**olds, "llm": LLM})
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": "/layers", "value": {"llm": LLM}}]]


@pytest.mark.parametrize("behavior", [{}, {"masked_secrets": True}, {"whole_personas": True}])
def test_a_persona_reads_as_it_was_written(sandbox: Sandbox, behavior: BehaviorChanges) -> None:
    """diff reports no change, whether Tavus returns less, everything or stars for keys, and whatever its defaults are."""
    sandbox.control.set_behavior(**behavior)
    personas = object_at(Lifecycle, sandbox.url)
    id_, outs = personas.create(COACH)
    assert personas.read(id_, outs) == (id_, outs)


def test_what_a_deletion_took_from_it_shows(sandbox: Sandbox) -> None:
    """Deleting a dictionary removes it from the persona's voice, and the next diff shows that."""
    dictionary = sandbox.control.seed(pronunciation_dictionaries=[{"name": "Names"}])["pronunciation_dictionaries"][0]
    personas = object_at(Lifecycle, sandbox.url)
    news = {"system_prompt": "x", "tts": {"pronunciation_dictionary_id": dictionary["pronunciation_dictionary_id"]}}
    id_, outs = personas.create(news)
    personas.send_patch(id_, [{"op": "add", "path": "/layers/tts/pronunciation_dictionary_id", "value": None}], {})
    found = personas.read(id_, outs)
    assert found
    assert found[1]["tts"] == {}
    assert personas.diff(id_, found[1], news).changes == ("tts",)
