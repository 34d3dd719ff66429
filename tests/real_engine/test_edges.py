"""What resources of Tavus's refer to each other for, on the real engine: in which order they come and go."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack

PROGRAM = """
replica = tavus.Replica("replica", train_video_url="https://footage.example.com/anna.mp4", wait_for_training=60)
handbook = tavus.Document("handbook", document_url="https://docs.example.com/handbook.pdf")
guide = tavus.Document("guide", document_url="https://docs.example.com/guide.pdf")
guardrails = tavus.Guardrails("guardrails", data=[{"guardrail_name": "calm", "guardrail_prompt": "Stay calm."}])
dictionary = tavus.PronunciationDictionary("dictionary", name="Names")
persona = tavus.Persona(
    "persona",
    system_prompt="You coach.",
    default_replica=replica,
    documents=[handbook],
    guardrails=guardrails,
    tts={"pronunciation_dictionary": dictionary},
)
tavus.Conversation("by_resource", persona=persona, replica=replica, documents=[guide])
tavus.Conversation("by_id", persona_id=persona.persona_id, document_ids=[guide.document_id])
pulumi.export("guardrails", guardrails.id)
"""
REFERS = {
    "conversations": {"personas", "replicas", "documents"},
    "personas": {"guardrails", "documents", "replicas", "pronunciation-dictionaries"},
}
"""What has to be gone before what."""


@pytest.fixture
def up(sandbox: Sandbox, stack: Stack) -> Stack:
    """Return a stack of the program, which is up."""
    sandbox.control.set_behavior(processing=0, training=0)
    stack.program(PROGRAM)
    stack.up()
    return stack


def changes(sandbox: Sandbox, seen: int) -> list[str]:
    """Return each call that changed something since `seen` calls, as "METHOD kind"."""
    calls = sandbox.control.calls()[seen:]
    return [f"{call['method']} {call['path'].split('/')[2]}" for call in calls if call["method"] != "GET"]


def test_destroy_takes_what_refers_before_what_it_refers_to(sandbox: Sandbox, up: Stack) -> None:
    """Conversations end before the persona goes, and that before all it is made of, however they refer to it."""
    seen = len(sandbox.control.calls())
    up.destroy()
    gone = [call.partition(" ")[2] for call in changes(sandbox, seen)]
    for referring, referred in REFERS.items():
        last = max(place for place, kind in enumerate(gone) if kind == referring)
        assert last < min(place for place, kind in enumerate(gone) if kind in referred), gone
    assert sandbox.control.undeleted_ids() == {}


def test_new_guardrails_reach_the_persona_before_the_old_ones_go(sandbox: Sandbox, up: Stack) -> None:
    """They come first, the persona is patched under its own id, and only then the old set is deleted; no call is hung up."""
    before, seen = up.outputs()["guardrails"], len(sandbox.control.calls())
    up.up("--refresh", "--replace", up.resources()["guardrails"]["urn"])
    assert changes(sandbox, seen) == ["POST guardrails", "PATCH personas", "DELETE guardrails"]
    new = up.outputs()["guardrails"]
    (persona,) = [each for each in sandbox.control.objects("personas") if not each["seeded"]]
    assert persona["guardrails_id"] == new != before
    up.up("--refresh", "--expect-no-changes")
