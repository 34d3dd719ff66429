"""Unknown input names: the message names the right one only where there is no doubt."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.lifecycle.base import Lifecycle
from tavus_provider.objects.document import DocumentLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.replica import ReplicaLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.support.lifecycles import find_mistakes

DIRECTLY = "write its members directly, as in"


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        (ConversationLifecycle, {"properties": {"language": "English"}}, f"{DIRECTLY} language=…"),
        (ConversationLifecycle, {"properties": "x"}, f"{DIRECTLY} max_call_duration=…"),
        (PersonaLifecycle, {"layers": {"llm": {"api_key": "sk-1"}}}, f"{DIRECTLY} llm=…"),
        (ConversationLifecycle, {"personaId": "p1"}, "write persona_id"),
        (ConversationLifecycle, {"existingConversationId": "c1"}, "write existing_conversation_id"),
        (ConversationLifecycle, {"pal_id": "p1"}, "write persona_id"),
        (ConversationLifecycle, {"palId": "p1"}, "write persona_id"),
        (ConversationLifecycle, {"face_id": "r1"}, "write replica_id"),
        (ConversationLifecycle, {"replica_uuid": "r1"}, "write replica_id"),
        (PersonaLifecycle, {"default_face_id": "r1"}, "write default_replica_id"),
        (PersonaLifecycle, {"existing_pal_id": "p1"}, "write existing_persona_id"),
        (PersonaLifecycle, {"conversational_flow": {"pal_interruptibility": "low"}}, "write replica_interruptibility"),
        (PersonaLifecycle, {"conversational_flow": {"face_interruptibility": "low"}}, "write replica_interruptibility"),
        (PersonaLifecycle, {"stt": {"smart_turn_detection": True}}, "Tavus has conversational_flow.turn_detection_model instead"),
        (ReplicaLifecycle, {"face_name": "Anna"}, "write replica_name"),
        (DocumentLifecycle, {"crawl_config": {}}, "write crawl"),
        (PersonaLifecycle, {"api_key": "sk-1"}, "set the key with `pulumi config set --secret tavus:apiKey KEY`"),
        (RecordingBucketLifecycle, {"apiKey": "sk-1"}, "set the key with `pulumi config set --secret tavus:apiKey KEY`"),
        (ConversationLifecycle, {"calback_url": "https://a.example"}, "did you mean callback_url?"),
        (ConversationLifecycle, {"callbackurl": "https://a.example"}, "did you mean callback_url?"),
        (ConversationLifecycle, {"document_id": "d1"}, "did you mean document_ids?"),
        (ConversationLifecycle, {"enable_greeting": True}, ""),
        (ConversationLifecycle, {"context": "a"}, ""),
        (PersonaLifecycle, {"memories": ["m1"]}, ""),
        (PersonaLifecycle, {"tts": {"speaker": "v1"}}, ""),
        (PersonaLifecycle, {"stt": {"api_key": "sk-1"}}, ""),
    ],
)
def test_an_unknown_name_is_answered_with_what_was_meant(kind: type[Lifecycle], inputs: dict[str, Any], expected: str) -> None:
    """Names of other versions of Tavus's API, of its bodies and of other languages lead to ours; likeness alone is not enough."""
    (reason,) = [reason for _, reason in find_mistakes(kind, **inputs) if "has no input named" in reason]
    assert reason.partition(": ")[2] == expected


@pytest.mark.parametrize(
    ("kind", "path", "build"),
    [
        (ConversationLifecycle, "conversational_context", lambda text: {"conversational_context": text}),
        (ConversationLifecycle, "document_ids[1]", lambda text: {"document_ids": ["d1", text]}),
        (ConversationLifecycle, "persona_id", lambda text: {"persona_id": text}),
        (ConversationLifecycle, "callback_url", lambda text: {"callback_url": f"https://a.example/{text}"}),
        (PersonaLifecycle, "llm.base_url", lambda text: {"llm": {"base_url": text}}),
        (PersonaLifecycle, "llm.headers.X-Key", lambda text: {"llm": {"headers": {"X-Key": text}}}),
        (PersonaLifecycle, "llm.tools[0].function.name", lambda text: {"llm": {"tools": [{"function": {"name": text}}]}}),
        (RecordingBucketLifecycle, "tags.of", lambda text: {"tags": {"of": text}}),
    ],
)
def test_an_output_in_an_f_string_is_a_mistake(kind: type[Lifecycle], path: str, build: Any) -> None:
    """At any depth, the preview refuses the text that Pulumi puts there, and says how to combine outputs with strings."""

    async def format_output() -> str:
        return f"for {pulumi.Output.from_input('x')}"

    text = asyncio.run(format_output())
    found = [reason for _, reason in find_mistakes(kind, **build(text)) if reason.startswith(path)]
    assert found == [
        f"{path} has an output in an f-string or str(), which only gives Pulumi's warning as text: write "
        "pulumi.Output.concat(…), pulumi.Output.format(…) or output.apply(…)"
    ]
