"""References between resources of Tavus on the real engine: in which order resources are created and deleted."""

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
"""Each pair: the first has to be gone before the second."""


@pytest.fixture
def deployed_stack(sandbox: Sandbox, stack: Stack) -> Stack:
    """Return a stack of the program after an up."""
    sandbox.control.set_behavior(processing=0, training=0)
    stack.program(PROGRAM)
    stack.up()
    return stack


def list_changes(sandbox: Sandbox, seen: int) -> list[str]:
    """Return each call that changed something since `seen` calls, as "METHOD kind"."""
    calls = sandbox.control.calls()[seen:]
    return [f"{call['method']} {call['path'].split('/')[2]}" for call in calls if call["method"] != "GET"]


def test_destroy_takes_what_refers_before_what_it_refers_to(sandbox: Sandbox, deployed_stack: Stack) -> None:
    """Conversations end before their persona is deleted, and the persona before all that it refers to."""
    seen = len(sandbox.control.calls())
    deployed_stack.destroy()
    gone = [call.partition(" ")[2] for call in list_changes(sandbox, seen)]
    for referring, referred in REFERS.items():
        last = max(place for place, kind in enumerate(gone) if kind == referring)
        assert last < min(place for place, kind in enumerate(gone) if kind in referred), gone
    assert sandbox.control.undeleted_ids() == {}


def test_new_guardrails_reach_the_persona_before_the_old_ones_go(sandbox: Sandbox, deployed_stack: Stack) -> None:
    """The new set is created, the persona is patched under its own id, and then the old set is deleted; no call is ended."""
    before, seen = deployed_stack.outputs()["guardrails"], len(sandbox.control.calls())
    deployed_stack.up("--refresh", "--replace", deployed_stack.resources()["guardrails"]["urn"])
    assert list_changes(sandbox, seen) == ["POST guardrails", "PATCH personas", "DELETE guardrails"]
    new = deployed_stack.outputs()["guardrails"]
    (persona,) = [each for each in sandbox.control.objects("personas") if not each["seeded"]]
    assert persona["guardrails_id"] == new != before
    deployed_stack.up("--refresh", "--expect-no-changes")
