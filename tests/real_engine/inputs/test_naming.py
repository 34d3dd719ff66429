"""A whole program with `tavus:naming=pal` on the real engine: personas and replicas go over the wire as PALs and Faces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.api.spellings import NEWER
from tavus_provider.sandbox.control.data import Call
from tests.real_engine.stack import Stack
from tests.support.conversations import REPLICA

OLDER = {*NEWER, "personas", "replicas"} - {"replica_interruptibility"}
"""Names that must not be sent; about the newer name of interruptibility Tavus's sources differ, and the older one is taken."""
PROGRAM = f"""
guardrails = tavus.Guardrails("guardrails", data=[{{"guardrail_name": "calm", "guardrail_prompt": "Stay calm."}}])
handbook = tavus.Document("handbook", document_url="https://docs.example.com/a.pdf")
face = tavus.Replica("face", replica_name="NAME", train_video_url="https://footage.example.com/a.mp4", wait_for_training=60)
stock = tavus.get_replica(id={REPLICA!r})
coach = tavus.get_persona(name="Life Coach")
persona = tavus.Persona(
    "persona",
    persona_name="NAME",
    system_prompt="You coach.",
    default_replica_id=stock.replica_id,
    guardrails=guardrails,
    documents=[handbook],
    conversational_flow=FLOW,
)
call = tavus.Conversation("call", persona=persona, replica=face, custom_greeting="GREETING")
found = tavus.get_conversation_output(id=call.id)
faces = tavus.get_replicas(system=True)
pulumi.export("personas", [persona.id, call.persona_id, found.persona_id])
pulumi.export("replicas", [face.id, call.replica_id, found.replica_id])
pulumi.export("stock", [persona.default_replica_id, stock.replica_id])
pulumi.export("looked_up", [coach.persona_id, *[each.replica_id for each in faces]])
"""


def program(**changes: str) -> str:
    """Return the program with names, a greeting and a conversational flow in it."""
    text = PROGRAM
    words = {"NAME": "Mine", "GREETING": "Hello.", "FLOW": '{"replica_interruptibility": "low"}', **changes}
    for word, value in words.items():
        text = text.replace(word, value)
    return text


@pytest.fixture
def pal_stack(sandbox: Sandbox, stack: Stack) -> Stack:
    """Return a stack that uses the newer names."""
    sandbox.control.set_behavior(processing=0, training=0)
    stack.program(program())
    stack.pulumi("config", "set", "tavus:naming", "pal")
    return stack


def calls(sandbox: Sandbox) -> list[Call]:
    """Return the calls that the provider and the lookups made."""
    return [call for call in sandbox.control.calls() if str(call["user_agent"]).startswith("tavus-provider")]


def names_in(call: Call) -> Iterator[str]:
    """Yield each name in a call: in its path, its query, and its body at any depth."""
    yield from call["path"].split("/")
    yield from call["query"]
    yield from re.findall(r"\w+", json.dumps(call["body"]))


def older_names(sandbox: Sandbox) -> list[str]:
    """Return each call of the provider that has a name in the older spelling anywhere."""
    return [f"{call['method']} {call['path']}: {word}" for call in calls(sandbox) for word in names_in(call) if word in OLDER]


def test_only_the_newer_names_are_sent(sandbox: Sandbox, pal_stack: Stack) -> None:
    """Up, no-op, update, drift, refresh and destroy send the newer names only; outputs keep our names."""
    pal_stack.up()
    outputs = pal_stack.outputs()
    (persona,), (_,) = set(outputs["personas"]), set(outputs["replicas"])
    assert outputs["stock"] == [REPLICA, REPLICA]
    assert {"pcb7a34da5fe", REPLICA} <= set(outputs["looked_up"])
    pal_stack.up("--expect-no-changes")

    pal_stack.program(program(NAME="Ours", FLOW='{"replica_interruptibility": "high"}'))
    assert pal_stack.plan() == {"face": "update", "persona": "update"}
    pal_stack.up()
    assert pal_stack.outputs() == outputs

    drift = [{"op": "replace", "path": "/pal_name", "value": "Theirs"}]
    key = {"x-api-key": sandbox.key}
    httpx.patch(f"{sandbox.url}/v2/pals/{persona}", json=drift, headers=key).raise_for_status()
    assert pal_stack.plan("--refresh")["persona"] == "update"
    pal_stack.up("--refresh")
    pal_stack.up("--refresh", "--expect-no-changes")

    pal_stack.program(program(NAME="Ours", FLOW='{"replica_interruptibility": "high"}', GREETING="Hi."))
    assert pal_stack.plan()["call"] == "replace"
    pal_stack.up()
    pal_stack.refresh()
    pal_stack.destroy()
    assert sandbox.control.undeleted_ids() == {}
    assert older_names(sandbox) == []
    assert {call["path"].split("/")[2] for call in calls(sandbox)} == {
        "pals",
        "faces",
        "guardrails",
        "documents",
        "conversations",
    }


def test_what_is_renamed_by_the_setting_is_no_change(sandbox: Sandbox, stack: Stack) -> None:
    """A stack of the older names continues with the newer ones, and back."""
    sandbox.control.set_behavior(processing=0, training=0)
    stack.program(program())
    stack.up()
    assert older_names(sandbox)
    for naming in ("pal", "persona"):
        stack.pulumi("config", "set", "tavus:naming", naming)
        stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert sandbox.control.undeleted_ids() == {}
