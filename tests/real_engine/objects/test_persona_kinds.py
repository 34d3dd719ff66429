"""Personas for LiveKit, Pipecat and a model of the user's own, as their users write them; and PAL Maker beside a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import assert_shows, lines_about
from tests.real_engine.stack import Stack
from tests.support.calls import sent_bodies
from tests.support.conversations import REPLICA
from tests.support.objects import remaining_objects

Inputs = Mapping[str, Any]

LIVEKIT: Inputs = {"persona_name": "lk_agent", "pipeline_mode": "echo", "transport": {"transport_type": "livekit"}}
PIPECAT: Inputs = {"persona_name": "pipecat-bot", "pipeline_mode": "echo", "default_replica_id": REPLICA}
LOOK_UP = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {}}}}
OWN: Inputs = {
    "system_prompt": "You answer questions about orders.",
    "greeting": "Hello, how can I help?",
    "llm": {
        "model": "orders",
        "base_url": "https://llm.example.com/v1",
        "api_key": "sk-llm-4f7a9c2e",
        "default_query": {"code": "q-77ab"},
        "tools": [LOOK_UP],
    },
    "tts": {"tts_engine": "azure"},
    "conversational_flow": {"wake_phrase": "Hi Ada", "sleep_phrase": "Thanks Ada", "turn_detection_model": "timebased"},
}


def program(**changed: Inputs) -> str:
    """Return a program of the three personas, with other inputs for those in `changed`."""
    kinds = {"livekit": LIVEKIT, "pipecat": PIPECAT, "own": OWN}
    return "".join(
        f"pulumi.export({name!r}, tavus.Persona({name!r}, **{ {**kind, **changed.get(name, {})}!r}).id)\n"
        for name, kind in kinds.items()
    )


def test_personas_for_other_stacks_from_nothing_to_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """Up creates the personas; a refresh finds no change, then a change by hand; an edit is an update; destroy deletes them."""
    stack.program(program())
    stack.up()
    bodies = {body.get("persona_name", "own"): body for body in sent_bodies(sandbox, "POST")}
    assert bodies["lk_agent"]["layers"] == {"transport": {"transport_type": "livekit"}}
    assert bodies["pipecat-bot"] == PIPECAT
    assert bodies["own"]["layers"]["llm"] == OWN["llm"]
    stack.up("--refresh", "--expect-no-changes")
    sandbox.control.set_behavior(whole_personas=True)
    stack.up("--refresh", "--expect-no-changes")

    by_hand = [{"op": "replace", "path": "/pipeline_mode", "value": "speech-to-speech"}]
    url = f"{sandbox.url}/v2/personas/{stack.outputs()['pipecat']}"
    httpx.patch(url, json=by_hand, headers={"x-api-key": sandbox.key}).raise_for_status()
    edited = program(livekit={"default_replica_id": REPLICA}, own={"llm": {**OWN["llm"], "model": "orders-2"}})
    stack.program(edited)
    printed = stack.up("--refresh", "--diff")
    assert_shows(lines_about("pipecat", printed), '~ pipeline_mode: "speech-to-speech" => "echo"')
    assert_shows(lines_about("livekit", printed), f'+ default_replica_id: "{REPLICA}"')
    assert_shows(lines_about("own", printed), '~ model: "orders" => "orders-2"')
    assert "sk-llm-4f7a9c2e" not in printed + stack.export()
    assert "q-77ab" not in printed + stack.export()
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []


ONE = "persona = tavus.Persona('coach', system_prompt={!r}, **{!r})\npulumi.export('id', persona.id)\n"


def test_a_program_beside_pal_maker(sandbox: Sandbox, stack: Stack) -> None:
    """A new PAL needs a face, an adopted one does not; unpublished changes in PAL Maker stop an update, or it drops them."""
    stack.pulumi("config", "set", "tavus:naming", "pal")
    stack.program(ONE.format("You coach.", {}))
    assert_shows(stack.preview(fails=True), "default_replica_id", "with tavus:naming=pal, Tavus creates no persona without one")
    stack.pulumi("config", "set", "tavus:naming", "persona")
    stack.up()
    stack.pulumi("config", "set", "tavus:naming", "pal")
    stack.up("--expect-no-changes")

    key = {"x-api-key": sandbox.key}
    call: dict[str, Any] = {"persona_id": stack.outputs()["id"], "replica_id": REPLICA, "test_mode": True}
    httpx.post(f"{sandbox.url}/v2/conversations", json=call, headers=key).raise_for_status()
    sandbox.control.edit_in_maker(call["persona_id"], greeting="Hello.")
    stack.program(ONE.format("You teach.", {}))
    assert_shows(stack.up(fails=True), "(maker_changes)", 'or set maker_draft="discard", which drops them')
    stack.program(ONE.format("You teach.", {"maker_draft": "discard"}))
    assert_shows(stack.up(), "its unpublished changes in PAL Maker are dropped, as maker_draft says")
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []
