"""Resource hooks: a chat gets the address of a call that has begun, and a file gets its transcript before its data is deleted.

Pulumi runs the second hook when the call is replaced, and in `pulumi destroy --run-program`.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pulumi

import tavus_provider as tavus

TRANSCRIPTS = Path(__file__).parent / "transcripts"
config, tavus_config = pulumi.Config(), pulumi.Config("tavus")
chat_url = config.require_secret("chat_url")  # whoever has it can write to the chat
api_key = tavus_config.get_secret("apiKey") or pulumi.Output.secret(os.environ.get("TAVUS_API_KEY", ""))
base_url = tavus_config.get("baseUrl") or os.environ.get("TAVUS_BASE_URL") or "https://tavusapi.com"


async def post_address(args: pulumi.ResourceHookArgs) -> None:
    """Post the address of a call that has begun to the chat."""
    outputs: Mapping[str, Any] = args.new_outputs or {}
    address = outputs.get("conversation_url") or outputs["conversationUrl"]  # the native plugin has names in camel case
    async with httpx.AsyncClient() as client:
        answer = await client.post(str(await chat_url.future()), json={"text": f"{args.name} has begun: {address}"})
        answer.raise_for_status()


async def save_transcript(args: pulumi.ResourceHookArgs) -> None:
    """End a call and write its transcript into a file; there is none where nobody has joined."""
    headers = {"x-api-key": str(await api_key.future())}
    async with httpx.AsyncClient(base_url=f"{base_url}/v2/conversations", headers=headers) as client:
        if (await read_call(client, args.id))["status"] == "active":
            (await client.post(f"/{args.id}/end")).raise_for_status()
        transcript = await wait_for_transcript(client, args.id)
    if transcript:
        TRANSCRIPTS.mkdir(exist_ok=True)
        (TRANSCRIPTS / f"{args.id}.json").write_text(json.dumps(transcript, indent=2), encoding="utf-8")


async def wait_for_transcript(client: httpx.AsyncClient, id_: str) -> Any:
    """Return the transcript, for which Tavus needs some time after the end; None if there is none in time."""
    for pause in (0, 1, 2, 4, 8):  # seconds
        await asyncio.sleep(pause)
        for event in (await read_call(client, id_)).get("events", []):
            if event["event_type"] == "application.transcription_ready":
                return event["properties"]["transcript"]
    return None


async def read_call(client: httpx.AsyncClient, id_: str) -> dict[str, Any]:
    """Return what Tavus has of a call, with its events. Raises httpx.HTTPError, which keeps Pulumi from deleting the call."""
    answer = await client.get(f"/{id_}", params={"verbose": "true"})
    document: dict[str, Any] = answer.raise_for_status().json()
    return document


tell_chat = pulumi.ResourceHook("tell-chat", post_address, pulumi.ResourceHookOptions(ignore_errors=True))
keep_transcript = pulumi.ResourceHook("keep-transcript", save_transcript)

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    language=config.require("language"),
    on_destroy="delete",  # Tavus then keeps neither the call nor its transcript
    opts=pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[tell_chat], before_delete=[keep_transcript])),
)

pulumi.export("conversation_url", call.conversation_url)
