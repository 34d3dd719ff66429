"""Inputs that a program makes secret: on the real engine, no command, log or state shows them, nor what contains them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tavus_provider as tavus
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import Table, table
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, REPLICA

NUMBER = 75318642
PLANTED = re.compile(rf"planted|(?<![\w.]){NUMBER}(?!\w)")
"""All secrets in this file: strings that contain a word, and a number."""

EXTRA = {"member": {"deep": ["planted"]}}
URL = "http://127.0.0.1:9/planted?token=planted"
INPUTS: dict[str, dict[str, Any]] = {
    "Conversation": {
        "callback_url": URL,
        "conversation_name": "planted-call",
        "conversational_context": "planted context",
        "custom_greeting": "planted greeting",
        "memory_stores": ["planted-store"],
        "document_tags": ["planted-tag"],
        "language": "plantedish",
        "max_participants": NUMBER,
        "max_call_duration": NUMBER,
        "participant_left_timeout": NUMBER,
        "participant_absent_timeout": NUMBER,
        "wait_for_slot": NUMBER,
        "participant_tags": ["planted-participant"],
        "meeting_url": "https://planted.example.com/meeting",
        "daily_room": "https://planted.example.com/room",
        "extra": EXTRA,
    },
    "Persona": {
        "persona_name": "planted-persona",
        "system_prompt": "planted prompt",
        "document_tags": ["planted-tag"],
        "guardrail_tags": ["planted-tag"],
        "skills": {"magic_canvas": {"usage_guidance": "planted guidance"}},
        "perception": {"visual_awareness_queries": ["planted query"]},
        "stt": {"hotwords": "planted words"},
        "conversational_flow": {"wake_phrase": "planted phrase"},
        "llm": {"model": "planted", "base_url": "https://planted.example.com", "api_key": "planted-key"},
        "tts": {"external_voice_id": "planted-voice"},
        "greeting": "planted greeting",
        "verbal_disclosure": "planted disclosure",
        "visual_disclosure": "planted disclosure",
        "knowledge_base": {"rag_n_chunks": NUMBER},
        "conferencing": {"username": "planted-name", "allowlist": ["planted@example.com"]},
        "extra": EXTRA,
    },
    "Deployment": {
        "name": "planted-deployment",
        "password": "planted-password",
        "allowed_origins": ["https://planted.example.com"],
        "limits": {"daily_call_limit": NUMBER},
        "customization": {"conversation": {"context": "planted"}},
        "extra": EXTRA,
    },
    "Guardrail": {
        "guardrail_name": "planted_guardrail",
        "guardrail_prompt": "planted prompt",
        "callback_url": URL,
        "tags": ["planted-tag"],
        "tool_call": {"name": "planted"},
        "extra": EXTRA,
    },
    "Tool": {
        "name": "planted_tool",
        "description": "planted description",
        "parameters": {"properties": {"order": {"type": "string", "description": "planted argument"}}},
        "static_filler": "planted filler",
        "tags": ["planted-tag"],
        "delivery": {
            "api": {
                "url": "https://planted.example.com/tool",
                "timeout": 59.318642,
                "headers": {"X-Planted": "planted-header"},
                "auth": {"type": "bearer", "token": "planted-token"},
                "body_template": {"member": "planted body"},
                "query_params": {"member": "planted query"},
            }
        },
        "extra": EXTRA,
    },
    "Guardrails": {
        "name": "planted-set",
        "data": [{"guardrail_name": "planted", "guardrail_prompt": "planted", "callback_url": URL}],
        "extra": EXTRA,
    },
    "Objectives": {
        "name": "planted-set",
        "data": [
            {
                "objective_name": "planted",
                "objective_prompt": "planted",
                "callback_url": URL,
                "tool_call": {"name": "planted-tool"},
            }
        ],
        "extra": EXTRA,
    },
    "PronunciationDictionary": {
        "name": "planted-dictionary",
        "rules": [{"text": "planted", "pronunciation": "planted", "type": "alias"}],
        "extra": EXTRA,
    },
    "Document": {
        "document_url": "https://planted.example.com/",
        "document_name": "planted-document",
        "tags": ["planted-tag"],
        "participant_tags": ["planted-participant"],
        "custom_description": "planted description",
        "callback_url": URL,
        "crawl": {"depth": 2},
        "recrawl_triggers": ["planted"],
        "wait_for_ready": NUMBER,
        "extra": EXTRA,
    },
    "Replica": {
        "replica_name": "planted-replica",
        "train_video_url": "https://planted.example.com/video",
        "consent_video_url": "https://planted.example.com/consent",
        "callback_url": URL,
        "wait_for_training": NUMBER,
        "extra": EXTRA,
    },
    "Voice": {
        "voice_name": "planted-speaker",
        "train_audio_url": "https://planted.example.com/voice.mp3",
        "description": "planted description",
        "callback_url": URL,
        "wait_for_ready": NUMBER,
        "extra": EXTRA,
    },
    "RecordingStorage": {
        "external_id": "planted-id",
        "key_prefix": "planted/",
        "description": "planted description",
        "permissions_boundary": "arn:aws:iam::123456789012:policy/planted",
        "retention_days": NUMBER,
        "noncurrent_days": NUMBER,
        "tags": {"owner": "planted-owner"},
    },
}
"""Inputs of each resource, all of which are secret in the tests."""

IN_CLEAR = {
    *("bucket_name", "role_name", "path"),  # parts of an id, which Pulumi keeps in clear text
    *("region", "trusted_account_id", "kms_key_arn", "log_bucket"),  # need something at AWS that has to be there
    *("recording_storage", "existing_bucket", "kms_grant"),  # an output of RecordingStorage; the others have to be plain values
    "train_image_url",  # cannot be combined with train_video_url
    *("voice_name", "model_name"),  # have to be one of Tavus's
    *("transport", "capabilities"),  # have nothing but choices and booleans
}


def has_to_be_tested(rows: Table) -> set[str]:
    """Return the inputs that any string or number fits: no ids, choices, booleans, other names and resources."""
    rest = [row for row in rows if not (row.field.is_id or row.choices or row.field.reference or row.field.alias_of)]
    rest = [row for row in rest if not row.field.known]
    return {
        row.name for row in rest if row.kind is not bool and not row.field.deprecated and not row.name.startswith("existing_")
    }


def test_the_program_makes_every_input_secret() -> None:
    """A new input has to be added above, or among the exceptions with its reason."""
    for name, inputs in INPUTS.items():
        tested = has_to_be_tested(table(getattr(tavus, f"{name}Args"))) - (IN_CLEAR - inputs.keys())
        assert tested == inputs.keys(), name


PROGRAM = f"""
def hide(value):
    if isinstance(value, dict):
        return {{name: hide(each) for name, each in value.items()}}
    return [hide(each) for each in value] if isinstance(value, list) else pulumi.Output.secret(value)

inputs = {INPUTS!r}
storage = tavus.RecordingStorage('recordings', force_destroy=True, **hide(inputs.pop('RecordingStorage')))
needed = {{
    'Conversation': dict(persona_id={PERSONA!r}, enable_recording=True, recording_storage=storage.destination),
    'Persona': dict(default_replica_id={REPLICA!r}),
    'Deployment': dict(persona_id={PERSONA!r}, channel='embed'),
}}
for name, given in inputs.items():
    getattr(tavus, name)(name.lower(), **hide(given), **needed.get(name, {{}}))
    pulumi.export(name, storage.role.trust_policy)
"""


def find_planted(printed: str, *folders: Path) -> list[str]:
    """Return each line of what was printed, and of all files but the program, that has a secret."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    texts = [printed, *(path.read_bytes().decode(errors="replace") for path in files)]
    return [line for text in texts for line in text.splitlines() if PLANTED.search(line)]


def test_nothing_shows_a_secret_input_nor_what_contains_it(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> None:
    """All inputs of all resources, through a life with every log: outputs such as the trust policy are secret as well."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    stack = new_stack(recording_sandbox)
    stack.environment["TAVUS_LOG"] = "debug"
    stack.program(PROGRAM)
    for args in (["preview"], ["up", "--yes"], ["refresh", "--yes"], ["preview", "--refresh"], ["destroy", "--yes"]):
        printed = stack.pulumi(*args, "--diff", "--debug")
        assert find_planted(printed, stack.state, stack.project) == []
        if args[0] == "up":
            assert "has a value that does not fit, which is secret and therefore not shown: Spoken language" in printed


def test_what_becomes_secret_later_is_encrypted_by_the_next_up(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack]
) -> None:
    """A state that has the external id in clear within the trust policy gets it encrypted, and is unchanged after that."""
    stack = new_stack(recording_sandbox)
    for value in ("'planted-id'", "pulumi.Output.secret('planted-id')"):
        stack.program(f"tavus.RecordingRole('role', bucket_name='some-bucket', external_id={value})\n")
        stack.up()
    assert find_planted(stack.export()) == []
    assert stack.plan() == {}


SECRET = "def secret(**inputs):\n    return {name: pulumi.Output.secret(each) for name, each in inputs.items()}\n"
MISTAKES = {
    "tavus.Conversation('call', **secret(api_key='planted', calback_url='https://a/?token=planted', custom_greeting=['planted'],"
    " language=['planted'], max_participants='planted', persona_id='planted/'))": [
        "Conversation has no input named api_key",
        "Conversation has no input named calback_url: did you mean callback_url?",
        "custom_greeting must be a string, not a list",
        "max_participants must be a whole number, not a string",
        "persona_id must be an id as Tavus shows it",
    ],
    "tavus.Conversation('call', persona_id='p1', calback_url='https://a/?token=planted')": [
        "Conversation has no input named calback_url: did you mean callback_url?"
    ],
    "tavus.Persona('coach', system_prompt='a', layers={'llm': {'api_key': 'planted'}}, tts=secret(api_key=7, key='planted'),"
    " llm={'apikey': 'planted', 'headers': 'planted', 'base_url': 'planted'})": [
        "Persona has no input named layers",
        "llm has no input named apikey: did you mean api_key?",
        "llm.headers must be an object, not a string",
        "llm.base_url must be a whole URL",
        "tts has no input named key",
    ],
    "tavus.get_persona_output(name=pulumi.Output.secret('planted'))": ["could not look up persona '***'"],
}


@pytest.mark.parametrize(("program", "reasons"), MISTAKES.items(), ids=["secret", "plain", "nested", "lookup"])
def test_a_mistake_never_shows_what_is_or_may_be_secret(stack: Stack, program: str, reasons: list[str]) -> None:
    """The property and its type are named, on the resource: of a property with a problem, Pulumi would print the value."""
    stack.environment["TAVUS_LOG"] = "debug"
    stack.program(f"{SECRET}{program}\n")
    printed = stack.pulumi("preview", "--debug", "--diff", fails=True)
    assert find_planted(printed, stack.state) == []
    assert [reason for reason in reasons if reason not in printed] == []


def test_keys_in_clear_text_are_named_with_the_command_that_mends_it(sandbox: Sandbox, stack: Stack) -> None:
    """A key that was set without --secret is warned of once in a run; after the command and an `up`, no state has it in clear."""
    del stack.environment["TAVUS_API_KEY"]
    keys = {"tavus:apiKey": sandbox.key, "aws:accessKey": "planted-a", "aws:secretKey": "planted-b", "aws:token": "planted-c"}
    stack.program(f"for name in 'ab':\n    tavus.Conversation(name, persona_id={PERSONA!r})\ntavus.get_conversations()\n")
    stack.pulumi("config", "set-all", *(f"--plaintext={key}={value}" for key, value in keys.items()))
    printed = stack.up().partition("Diagnostics:")[2]
    assert [printed.count(f"run `pulumi config set --secret {key}`") for key in keys] == [1, 1, 1, 1]
    stack.pulumi("config", "set-all", *(f"--secret={key}={value}" for key, value in keys.items()))
    assert "in clear text" not in stack.up()
    assert find_planted(stack.export()) == []
