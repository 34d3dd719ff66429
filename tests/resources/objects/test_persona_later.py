"""Inputs of a persona that are newer than Tavus's document: each has a whole life, whatever an answer shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.journal.run import Run
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.context import Context
from tavus_provider.objects.persona import PersonaLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import BehaviorChanges
from tavus_provider.sandbox.world.behavior import FlowName
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.schema.validation import find_warnings
from tavus_provider.settings import Settings
from tests.support.calls import sent_bodies
from tests.support.conversations import REPLICA
from tests.support.lifecycles import create_and_update, object_at

BASE: Props = {"system_prompt": "You coach.", "default_replica_id": REPLICA}
LATER: list[tuple[Props, Props, list[Any]]] = [
    ({"greeting": "Hello."}, {"greeting": "Hi."}, [("/greeting", "Hi.")]),
    ({"disclosure_type": "always"}, {"disclosure_type": "off"}, [("/disclosure_type", "off")]),
    ({"verbal_disclosure": "I am an AI."}, {"verbal_disclosure": "An AI."}, [("/verbal_disclosure", "An AI.")]),
    ({"visual_disclosure": "AI"}, {"visual_disclosure": "An AI"}, [("/visual_disclosure", "An AI")]),
    (
        {"knowledge_base": {"rag_score_threshold": 0.5, "rag_n_chunks": 4}},
        {"knowledge_base": {"rag_score_threshold": 0.7, "rag_n_chunks": 4}},
        [("/layers/knowledge_base/rag_score_threshold", 0.7)],
    ),
    (
        {"capabilities": {"search_enabled": True}},
        {"capabilities": {"search_enabled": False}},
        [("/layers/capabilities/search_enabled", False)],
    ),
    (
        {"conferencing": {"username": "Coach", "allowlist": [r".*@acme\.com"]}},
        {"conferencing": {"username": "Coach", "allowlist": ["a@b.com"]}},
        [("/layers/conferencing/allowlist", ["a@b.com"])],
    ),
    (
        {"conversational_flow": {"wake_phrase": "Coach", "sleep_phrase": "Thanks", "active_listening": "on"}},
        {"conversational_flow": {"wake_phrase": "Coach", "sleep_phrase": "Bye", "active_listening": "on"}},
        [("/layers/conversational_flow/sleep_phrase", "Bye")],
    ),
    (
        {"perception": {"emotion_recognition": "limited", "perception_analysis_queries": ["Who?"]}},
        {"perception": {"emotion_recognition": "full", "perception_analysis_queries": ["Who?"]}},
        [("/layers/perception/emotion_recognition", "full")],
    ),
    (
        {"llm": {"model": "mine", "base_url": "https://llm.example.com", "api_key": "k", "default_query": {"token": "t"}}},
        {"llm": {"model": "mine", "base_url": "https://llm.example.com", "api_key": "k", "default_query": {"token": "u"}}},
        [("/layers/llm/default_query/token", "u")],
    ),
    ({"tts": {"voice_id": "v1"}}, {"tts": {"voice_id": "v2"}}, [("/layers/tts/voice_id", "v2")]),
]
"""Inputs, with a change of each and the paths and values of the patch for it."""
IDS = [".".join(given) for given, _, _ in LATER]
BEHAVIORS = pytest.mark.parametrize("behavior", [{}, {"whole_personas": True}, {"masked_secrets": True}], ids=str)


@BEHAVIORS
@pytest.mark.parametrize(("given", "changed", "patched"), LATER, ids=IDS)
def test_a_later_input_reads_as_it_was_written_and_changes_in_place(
    sandbox: Sandbox, given: Props, changed: Props, patched: list[Any], behavior: BehaviorChanges
) -> None:
    """Neither a refresh nor a program without a change shows a difference, and a change is one small patch."""
    sandbox.control.set_behavior(**behavior)
    personas = object_at(Lifecycle, sandbox.url)
    news = {**BASE, **changed}
    id_, outs = personas.create({**BASE, **given})
    assert personas.read(id_, outs) == (id_, outs)
    assert personas.diff(id_, outs, news).changes == tuple(given)
    outs = personas.update(id_, outs, news)
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": path, "value": value} for path, value in patched]]
    read = personas.read(id_, outs)
    assert read is not None
    assert personas.diff(id_, read[1], news).changes == ()


@BEHAVIORS
@pytest.mark.parametrize(("given", "changed", "patched"), LATER, ids=IDS)
def test_a_later_input_that_the_program_takes_out_is_gone_at_tavus(
    sandbox: Sandbox, given: Props, changed: Props, patched: list[Any], behavior: BehaviorChanges
) -> None:
    """The patch removes the input even where answers do not show it, and leaves the rest."""
    sandbox.control.set_behavior(**behavior)
    id_, _ = create_and_update(object_at(Lifecycle, sandbox.url), {**BASE, **given}, BASE)
    (name,) = given
    (persona,) = [each for each in sandbox.control.objects("personas") if each["id"] == id_]
    assert name not in persona
    assert name not in persona.get("layers", {})
    assert persona["system_prompt"] == BASE["system_prompt"]


@pytest.mark.parametrize(("given", "changed", "patched"), LATER, ids=IDS)
def test_a_persona_with_a_later_input_is_adopted_as_it_is(
    sandbox: Sandbox, given: Props, changed: Props, patched: list[Any]
) -> None:
    """Adopting compares what an answer shows, and writes nothing."""
    sandbox.control.set_behavior(whole_personas=True)
    personas = object_at(Lifecycle, sandbox.url)
    id_, _ = personas.create({**BASE, **given})
    adopted, outs = personas.create({**BASE, **given, "existing_persona_id": id_})
    assert adopted == id_
    assert personas.diff(id_, outs, {**BASE, **given, "existing_persona_id": id_}).changes == ()
    assert sent_bodies(sandbox, "PATCH") == []


@pytest.mark.parametrize(("given", "changed", "patched"), LATER, ids=IDS)
def test_what_somebody_changed_by_hand_shows_where_an_answer_has_it(
    sandbox: Sandbox, given: Props, changed: Props, patched: list[Any]
) -> None:
    """Present in the answer, a change by hand is drift under its own input; absent, the input counts as unchanged."""
    personas = object_at(Lifecycle, sandbox.url)
    id_, outs = personas.create({**BASE, **given})
    for path, value in patched:
        personas.send_patch(id_, [{"op": "add", "path": path, "value": value}], {})
    seen = personas.read(id_, outs)
    sandbox.control.set_behavior(whole_personas=True)
    found = personas.read(id_, outs)
    assert seen is not None
    assert found is not None
    assert personas.diff(id_, seen[1], {**BASE, **given}).changes == ()
    assert personas.diff(id_, found[1], {**BASE, **given}).changes == tuple(given)
    assert personas.diff(id_, found[1], {**BASE, **changed}).changes == ()


SETTINGS: Props = {
    "pipeline_mode": "full",
    "conversational_flow": {"turn_taking_patience": "high"},
    "llm": {"model": "tavus-gpt-oss", "speculative_inference": False},
}


def test_settings_that_the_document_does_not_return_show_their_drift(sandbox: Sandbox) -> None:
    """Where GET has pipeline_mode, sets, flow and speculative_inference, a change by hand shows, and is repaired."""
    sandbox.control.set_behavior(whole_personas=True)
    guardrails, others = (sandbox.control.seed(guardrails=[{"name": name}])["guardrails"][0] for name in ("a", "b"))
    objectives, further = (sandbox.control.seed(objectives=[{"data": [_step(name)]}])["objectives"][0] for name in ("a", "b"))
    news = {
        **BASE,
        **SETTINGS,
        "guardrails_id": guardrails["guardrails_id"],
        "objectives_id": objectives["objectives_id"],
    }
    by_hand = {
        "/pipeline_mode": "echo",
        "/guardrails_id": others["guardrails_id"],
        "/objectives_id": further["objectives_id"],
        "/layers/conversational_flow/turn_taking_patience": "low",
        "/layers/llm/speculative_inference": True,
    }
    personas = object_at(Lifecycle, sandbox.url)
    id_, outs = personas.create(news)
    personas.send_patch(id_, [{"op": "replace", "path": path, "value": value} for path, value in by_hand.items()], {})
    found = personas.read(id_, outs)
    assert found is not None
    assert set(personas.diff(id_, found[1], news).changes) == {*SETTINGS, "guardrails_id", "objectives_id"}
    outs = personas.update(id_, found[1], news)
    assert {each["path"] for each in sent_bodies(sandbox, "PATCH")[-1]} == set(by_hand)
    assert personas.read(id_, outs) == (id_, outs)


def _step(name: str) -> dict[str, str]:
    return {"objective_name": name, "objective_prompt": "Ask."}


def test_defaults_that_tavus_fills_in_are_no_change(sandbox: Sandbox) -> None:
    """A persona with empty or partial layers has no difference, though Tavus shows every default; writing one out is none."""
    sandbox.control.set_behavior(whole_personas=True)
    personas = object_at(Lifecycle, sandbox.url)
    news = {**BASE, "perception": {}, "stt": {}, "llm": {}, "tts": {}, "conversational_flow": {"wake_phrase": "Coach"}}
    id_, outs = personas.create(news)
    read = personas.read(id_, outs)
    assert read is not None
    spelled_out = {**news, "disclosure_type": "auto", "perception": {"emotion_recognition": "auto"}}
    assert personas.diff(id_, read[1], news).changes == personas.diff(id_, read[1], spelled_out).changes == ()


OLDER = {"ambient_awareness_queries": ["Who?"], "perception_tool_prompt": "Use it.", "perception_tools": [{"name": "f"}]}
NEWER = {"visual_awareness_queries": ["Who?"], "visual_tool_prompt": "Use it.", "visual_tools": [{"name": "f"}]}


def test_older_names_of_perception_mean_the_newer_ones(sandbox: Sandbox) -> None:
    """Only the newer names are sent; to change from one name to the other is no change; and a refresh shows none."""
    personas = object_at(Lifecycle, sandbox.url)
    older, newer = {**BASE, "perception": OLDER}, {**BASE, "perception": NEWER}
    id_, outs = personas.create(older)
    (body,) = sent_bodies(sandbox, "POST")
    assert body["layers"]["perception"] == NEWER
    read = personas.read(id_, outs)
    assert read is not None
    for news in (older, newer):
        assert personas.diff(id_, outs, news).changes == personas.diff(id_, read[1], news).changes == ()
    personas.update(id_, read[1], {**BASE, "perception": {**OLDER, "perception_tool_prompt": "Now."}})
    assert sent_bodies(sandbox, "PATCH") == [[{"op": "add", "path": "/layers/perception/visual_tool_prompt", "value": "Now."}]]


def test_the_address_of_meetings_is_an_output(sandbox: Sandbox) -> None:
    """Tavus's answer to the creation has it; a persona without meetings has none."""
    personas = object_at(Lifecycle, sandbox.url)
    _, outs = personas.create({**BASE, "conferencing": {"username": "Coach"}})
    assert outs["conferencing_email"] == "coach@tavusinvite.com"
    assert "conferencing_email" not in personas.create(BASE)[1]


@pytest.mark.parametrize(
    ("inputs", "is_new", "naming", "refused"),
    [
        ({}, True, "pal", True),
        ({}, True, "persona", False),
        ({}, False, "pal", False),
        ({"default_replica_id": REPLICA}, True, "pal", False),
        ({"default_replica_id": UNKNOWN}, True, "pal", False),
        ({"existing_persona_id": "p1"}, True, "pal", False),
        ({"pipeline_mode": "echo", "system_prompt": None}, True, "pal", True),
    ],
)
def test_a_new_pal_needs_a_face(inputs: Props, is_new: bool, naming: str, refused: bool) -> None:
    """With the newer names the preview refuses what Tavus would refuse to create, and nothing that it created before."""
    given = {name: value for name, value in {"system_prompt": "You coach.", **inputs}.items() if value is not None}
    persona = Lifecycle(Run(Settings(api_key="k", naming=naming)), Context(is_new=is_new))
    found = [(each.property, each.reason) for each in persona.check(given)]
    reason = "is missing: with tavus:naming=pal, Tavus creates no persona without one"
    assert found == ([("default_replica_id", reason)] if refused else [])


@pytest.mark.parametrize("flow_name", ["pal", "face"])
def test_interruptibility_lives_under_either_of_its_newer_names(sandbox: Sandbox, flow_name: FlowName) -> None:
    """Whatever an answer calls it, it reads as written, shows a change by hand, and is patched and taken out."""
    sandbox.control.set_behavior(whole_personas=True, flow_name=flow_name)
    pals = object_at(Lifecycle, sandbox.url, naming="pal")
    news = {**BASE, "conversational_flow": {"replica_interruptibility": "low"}}
    id_, outs = pals.create(news)
    assert pals.read(id_, outs) == (id_, outs)
    pals.send_patch(id_, [{"op": "add", "path": "/layers/conversational_flow/replica_interruptibility", "value": "high"}], {})
    read = pals.read(id_, outs)
    assert read is not None
    assert pals.diff(id_, read[1], news).changes == ("conversational_flow",)
    outs = pals.update(id_, read[1], news)
    assert pals.read(id_, outs) == (id_, outs)
    pals.update(id_, outs, {**BASE, "conversational_flow": {"turn_taking_patience": "high"}})
    (persona,) = [each for each in sandbox.control.objects("personas") if each["id"] == id_]
    assert persona["layers"]["conversational_flow"]["replica_interruptibility"] == "medium"


@pytest.mark.parametrize("engine", ["tavus-advanced", "tavus-parakeet", None])
def test_words_to_recognize_go_to_every_engine(sandbox: Sandbox, engine: str | None) -> None:
    """Tavus's pages differ in which engines take `hotwords`: they are sent, read back and compared with any."""
    lifecycle = object_at(Lifecycle, sandbox.url)
    stt = {"hotwords": "Tavus", **({"stt_engine": engine} if engine else {})}
    assert [each for each in find_warnings(lifecycle.inputs, {"stt": stt}) if "hotwords" in str(each)] == []
    id_, outs = lifecycle.create({**BASE, "stt": stt})
    assert sent_bodies(sandbox, "POST")[-1]["layers"]["stt"]["hotwords"] == "Tavus"
    found = lifecycle.read(id_, outs)
    assert found
    assert found[1]["stt"] == stt
