"""A persona's life on the real engine."""

from __future__ import annotations

import json

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import Change, ObjectSpec, Subject, assert_shows
from tests.real_engine.stack import Stack
from tests.support.objects import remaining_objects

KEY = "sk-llm-4f7a9c2e"
HEADER = "Bearer 9b1d77"
VOICE_KEY = "xi-51ce0a"
SECRETS = (KEY, HEADER, VOICE_KEY)
LLM = {"model": "mine", "base_url": "https://llm.example.com/v1", "api_key": KEY, "headers": {"Authorization": HEADER}}
GIVEN = {
    "persona_name": "Coach",
    "system_prompt": "You coach.",
    "default_replica_id": "r90bbd427f71",
    "document_tags": ["handbook"],
    "perception": {"visual_awareness_queries": ["Is anybody else there?"]},
    "stt": {"hotwords": "Tavus"},
    "conversational_flow": {"turn_taking_patience": "high"},
    "llm": LLM,
    "tts": {"tts_engine": "elevenlabs", "api_key": VOICE_KEY, "voice_settings": {"speed": 0.9}},
}


SPEC = ObjectSpec(
    resource="Persona",
    path="/v2/personas",
    id_field="persona_id",
    given=GIVEN,
    updates=[
        Change(
            {"system_prompt": "You teach.", "persona_name": None, "pipeline_mode": "echo", "document_tags": []},
            ['~ system_prompt: "You coach." => "You teach."', '+ pipeline_mode: "echo"', '- persona_name: "Coach"'],
        ),
        Change(
            {
                "perception": {"perception_model": "off"},
                "stt": None,
                "conversational_flow": {"wake_phrase": "Coach"},
                "llm": {**LLM, "model": "other", "tools": [{"type": "function"}]},
                "tts": {"tts_engine": "cartesia"},
                "default_replica_id": None,
            },
            [
                '+ perception_model: "off"',
                "- stt: {",
                '+ wake_phrase: "Coach"',
                '~ model: "mine" => "other"',
                '~ tts_engine: "elevenlabs" => "cartesia"',
                "- voice_settings: {",
            ],
        ),
        Change({}, ["- tools: ["]),
        Change({"llm": {**LLM, "api_key": "sk-new"}}, []),  # both are shown as [secret], so no line tells them apart
    ],
    by_hand=[
        {"op": "add", "path": "/system_prompt", "value": "You sell."},
        {"op": "remove", "path": "/layers/stt"},
        {"op": "add", "path": "/layers/llm/model", "value": "cheap"},
        {"op": "add", "path": "/layers/tts/voice_settings/speed", "value": 1.1},
    ],
    drifted=[
        '~ system_prompt: "You sell." => "You coach."',
        "+ stt: {",
        '~ model: "cheap" => "mine"',
        "~ speed: 1.1 => 0.9",
    ],
)
"""All inputs change in place."""


@pytest.fixture
def persona(sandbox: Sandbox) -> Subject:
    """Return what Tavus has of the persona under test."""
    return Subject(SPEC, sandbox)


def test_secrets_are_in_no_state_and_no_output(persona: Subject, stack: Stack) -> None:
    """Keys and headers are encrypted though the program writes them plainly, through update, drift and masked reading."""
    stack.program(SPEC.program())
    printed = [stack.preview(), stack.up("--diff"), stack.export()]
    stack.program(SPEC.program(llm={**LLM, "model": "other"}))
    printed += [stack.preview(), stack.up("--diff"), stack.export()]
    drift = [{"op": "add", "path": "/layers/llm/headers/X-More", "value": "hush"}]
    persona.patch(drift)
    printed += [stack.preview("--refresh"), stack.refresh(), stack.export(), stack.preview()]
    printed += [stack.pulumi("stack", "--show-ids"), stack.up("--diff"), stack.destroy()]
    files = [path.read_text(errors="replace") for path in stack.state.rglob("*") if path.is_file()]
    for secret in (*SECRETS, "hush"):
        assert [text for text in (*printed, *files) if secret in text] == []


def test_a_masked_key_is_neither_drift_nor_written_back(persona: Subject, stack: Stack) -> None:
    """Where Tavus answers keys as stars, the state keeps the known key, and no patch has stars."""
    stack.program(SPEC.program())
    stack.up()
    persona.sandbox.control.set_behavior(masked_secrets=True)
    stack.up("--refresh", "--expect-no-changes")
    stack.program(SPEC.program(llm={**LLM, "model": "other"}))
    stack.up("--refresh")
    (sent,) = [call["body"] for call in persona.sandbox.control.calls() if call["method"] == "PATCH"]
    assert sent == [{"op": "add", "path": "/layers/llm/model", "value": "other"}]
    shown = json.loads(stack.pulumi("stack", "export", "--show-secrets"))
    (state,) = [each for each in shown["deployment"]["resources"] if each["urn"].endswith("::persona")]
    assert KEY in json.dumps(state["outputs"])
    assert "***" not in json.dumps(state)


def test_secrets_in_an_output_are_kept(stack: Stack) -> None:
    """In a layer that is an output as a whole, only its secrets are marked."""
    stack.program(
        f"llm = pulumi.Output.from_input({LLM!r}).apply(lambda known: {{**known, 'model': 'later'}})\n"
        "it = tavus.Persona('it', system_prompt='You coach.', llm=llm)\n"
    )
    printed = [stack.preview(), stack.up("--diff"), stack.export()]
    assert [text for text in printed for secret in (KEY, HEADER) if secret in text] == []
    assert stack.resources()["it"]["outputs"]["llm"]["model"] == "later"
    stack.up("--expect-no-changes")
    stack.destroy()


def test_what_a_persona_is_made_of_follows_it(sandbox: Sandbox, stack: Stack) -> None:
    """Resources stand for their ids; destroy deletes the persona first; new objectives reach it before the old are deleted."""
    program = (
        "guardrails = tavus.Guardrails('guardrails', data=[{'guardrail_name': 'a', 'guardrail_prompt': 'b'}])\n"
        "objectives = tavus.Objectives('%s', data=[{'objective_name': 'a', 'objective_prompt': 'b'}])\n"
        "dictionary = tavus.PronunciationDictionary('dictionary', name='Names')\n"
        "persona = tavus.Persona('persona', system_prompt='You coach.', guardrails=guardrails, objectives=objectives,\n"
        "                        tts={'pronunciation_dictionary': dictionary})\n"
        "call = tavus.Conversation('call', persona=persona, replica_id='r90bbd427f71')\n"
        "pulumi.export('persona_id', call.persona_id)\npulumi.export('id', persona.id)\n"
    )
    stack.program(program % "objectives")
    stack.up()
    assert stack.outputs()["persona_id"] == stack.outputs()["id"]
    stack.program(program % "others")
    seen = len(sandbox.control.calls())
    stack.up()
    calls = [f"{call['method']} {call['path'].split('/')[2]}" for call in sandbox.control.calls()[seen:]]
    assert [call for call in calls if not call.startswith("GET")] == ["POST objectives", "PATCH personas", "DELETE objectives"]
    seen = len(sandbox.control.calls())
    stack.destroy()
    calls = [f"{call['method']} {call['path'].split('/')[2]}" for call in sandbox.control.calls()[seen:]]
    assert calls.index("DELETE personas") < min(calls.index(f"DELETE {each}") for each in ("objectives", "guardrails"))


def test_an_id_and_its_resource_are_not_given_together(stack: Stack) -> None:
    """Both at once are refused under the property, and so is a resource of another kind."""
    stack.program(
        "guardrails = tavus.Guardrails('guardrails', name='Rules')\n"
        "tavus.Persona('it', system_prompt='You coach.', guardrails=guardrails, guardrails_id='g1')\n"
    )
    assert_shows(stack.preview(fails=True), "guardrails", "cannot be combined with guardrails_id: give only one of them")
    stack.program(
        "guardrails = tavus.Guardrails('guardrails', name='Rules')\n"
        "tavus.Persona('it', system_prompt='You coach.', objectives=guardrails)\n"
    )
    printed = stack.preview(fails=True)
    assert_shows(printed, "objectives takes Objectives, not Guardrails")
    assert "Traceback" not in printed


TOOLS = """
names = json.loads(os.environ["TOOLS"])
tools = [tavus.Tool(name, name=name, description="Does it.") for name in names]
tavus.Persona("clerk", system_prompt="You help.", tools=tools, skills=json.loads(os.environ["SKILLS"]))
"""


def test_a_tool_is_detached_before_it_goes_and_attached_once_it_exists(sandbox: Sandbox, stack: Stack) -> None:
    """One edit drops a tool, adds another and changes the skills: only the differences are sent, in an order that works."""
    stack.program(f"import json, os\n{TOOLS}")
    stack.environment |= {"TOOLS": '["find", "drop"]', "SKILLS": '{"magic_canvas": {}}'}
    stack.up()
    stack.up("--refresh", "--expect-no-changes")
    before = len(sandbox.control.calls())
    stack.environment |= {"TOOLS": '["find", "add"]', "SKILLS": '{"internet_search": {}}'}
    stack.up()

    writes = [f"{each['method']} {each['path']}" for each in sandbox.control.calls()[before:] if each["method"] != "GET"]
    (pal,) = {path.split("/")[3] for path in writes if "/pals/" in path}
    (dropped,) = [each["id"] for each in sandbox.control.objects("tools") if each["name"] == "drop"]
    assert writes == [
        "POST /v2/tools",
        f"POST /v2/pals/{pal}/tools",
        f"DELETE /v2/pals/{pal}/tools/{dropped}",
        f"PUT /v2/pals/{pal}/skills",
        f"DELETE /v2/tools/{dropped}",
    ]
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []
