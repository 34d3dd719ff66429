"""Inputs that Tavus has had since 2026, on the real engine, written as their users write them."""

from __future__ import annotations

from typing import Any

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import assert_shows, lines_about
from tests.real_engine.stack import Stack
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA, REPLICA
from tests.support.objects import remaining_objects

EUROPEAN = {"policy": "eu", "region": "eu", "participant_tags": ["user_12345"], "enable_dynamic_greeting": True}
MEETING = {"meeting_url": "https://meet.google.com/abc-defg-hij"}
OWN_ROOM = {"daily_room": "https://acme.daily.co/front-desk"}


def program(**european: object) -> str:
    """Return a program of three conversations: under European rules, in a meeting elsewhere, in a room of the user's own."""
    kinds = {"european": {**EUROPEAN, **european}, "meeting": MEETING, "own-room": OWN_ROOM}
    calls = "".join(
        f"{name!r}: tavus.Conversation({name!r}, persona_id={PERSONA!r}, **{kind!r}), " for name, kind in kinds.items()
    )
    return (
        f"calls = {{{calls}}}\n"
        "for name, call in calls.items():\n"
        "    pulumi.export(name, [call.conversation_url, call.room_url])\n"
    )


def test_from_nothing_to_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """Up sends the inputs as given, a refresh finds no change, an edit replaces the conversation, and destroy ends it."""
    stack.program(program())
    stack.up()
    bodies = sent_bodies(sandbox, "POST")
    assert [body for body in bodies if body.items() >= EUROPEAN.items()] != []
    assert [body for body in bodies if body.items() >= MEETING.items()] != []
    assert [body["properties"] for body in bodies if "properties" in body] == [OWN_ROOM]
    outputs = stack.outputs()
    assert outputs["own-room"][0] == OWN_ROOM["daily_room"]
    assert outputs["european"][0] == outputs["european"][1]
    assert outputs["meeting"][1] is None
    stack.up("--refresh", "--expect-no-changes")

    stack.program(program(participant_tags=["user_67890"]))
    assert_shows(lines_about("european", stack.up("--diff")), "(replace)", '"user_12345" => "user_67890"')
    assert sandbox.control.books()["active"] == 3
    stack.destroy()
    assert sandbox.control.books()["active"] == 0


def test_what_tavus_does_not_document_is_a_warning(sandbox: Sandbox, stack: Stack) -> None:
    """A value that an open list lacks is named with what is documented, and reaches Tavus, which decides."""
    stack.program(program(region="eu", policy="uk"))
    assert "policy is 'uk', which is sent unchanged but not among those that Tavus documents (eu)" in stack.preview()
    assert "Tavus answered 400" in stack.up(fails=True)
    stack.destroy()
    assert sandbox.control.books()["active"] == 0


VOICE = "v1b2c3d4e5f60"
PERSONA_INPUTS: dict[str, Any] = {
    "system_prompt": "You receive guests.",
    "default_replica_id": REPLICA,
    "greeting": "Welcome.",
    "transport": {"transport_type": "livekit"},
    "knowledge_base": {"rag_n_chunks": 5, "rag_score_threshold": 0.5, "enable_rag_observability_app_messages": False},
    "capabilities": {"mcp_enabled": True, "search_enabled": False},
    "conferencing": {"username": "front-desk", "allowlist": ["guest@example.com"]},
    "disclosure_type": "always",
    "verbal_disclosure": "I am an AI.",
    "visual_disclosure": "AI",
    "perception": {"emotion_recognition": "limited", "ambient_awareness_queries": ["Is somebody there?"]},
    "conversational_flow": {"wake_phrase": "Hi Ada", "sleep_phrase": "Thanks Ada", "turn_commitment": "low"},
    "tts": {"voice_id": VOICE},
    "llm": {"default_query": {"code": "a"}},
}
EDITED: dict[str, Any] = {
    "greeting": "Good day.",
    "knowledge_base": {"rag_n_chunks": 3, "rag_score_threshold": 0.75, "enable_rag_observability_app_messages": True},
    "capabilities": {"mcp_enabled": False, "search_enabled": True},
    "conferencing": {"username": "reception", "allowlist": ["visitor@example.com"]},
    "disclosure_type": "auto",
    "verbal_disclosure": "You talk to an AI.",
    "visual_disclosure": "This is an AI",
    "perception": {"emotion_recognition": "full", "ambient_awareness_queries": ["Who is there?"]},
    "conversational_flow": {"wake_phrase": "Hello Ada", "sleep_phrase": "Bye Ada", "turn_commitment": "high"},
    "llm": {"default_query": {"code": "b"}},
}
FACE = {"train_image_url": "https://media.example.com/face.png", "default_voice_id": VOICE}


def test_every_input_of_personas_and_replicas_lives(sandbox: Sandbox, stack: Stack) -> None:
    """Up, a refresh without changes whether Tavus shows the inputs or not, an edit of each in place, and destroy."""
    sandbox.control.set_behavior(training=0)
    declared = "tavus.Persona('desk', **{!r})\ntavus.Replica('face', **{!r})\n"
    stack.program(declared.format(PERSONA_INPUTS, FACE))
    stack.up()
    stack.up("--refresh", "--expect-no-changes")
    sandbox.control.set_behavior(whole_personas=True)
    stack.up("--refresh", "--expect-no-changes")

    stack.program(declared.format({**PERSONA_INPUTS, **EDITED}, FACE))
    printed = stack.up("--diff")
    assert_shows(lines_about("desk", printed), "(update)", *(f"~ {name}" for name in EDITED if name != "llm"))
    stack.up("--refresh", "--expect-no-changes")
    (desk,) = [each for each in sandbox.control.objects("personas") if not each["seeded"]]
    assert [name for name in ("greeting", "disclosure_type", "visual_disclosure") if desk.get(name) != EDITED[name]] == []
    assert desk["layers"]["conversational_flow"].items() >= EDITED["conversational_flow"].items()
    assert desk["layers"]["conferencing"] == EDITED["conferencing"]
    stack.destroy()
    assert remaining_objects(sandbox) == []
