"""Conversation: what a program declares; see conversations/lifecycle.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..conversations.args import ConversationArgs, ConversationState
from ..conversations.lifecycle import ConversationLifecycle
from ..dynamic.provider import Provider
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class ConversationProvider(Provider):
    """Provider that serves conversations to the engine; its path is stored in users' state."""

    lifecycle = ConversationLifecycle


@add_documentation(ConversationArgs, source="Tavus API reference, Create Conversation")
class Conversation(ConversationState, TavusObject, module="tavus", name="Conversation", provider=ConversationProvider):
    """A video conversation with an AI replica: active after `pulumi up`, ended by `pulumi destroy`.

    It is billed and holds a concurrency slot from creation until it ends. It ends by itself after max_call_duration, or when
    nobody joins (participant_absent_timeout, 300 seconds by default). A change of what Tavus sees creates another one.

    Example:
        recordings = tavus.RecordingStorage("recordings", retention_days=30)
        call = tavus.Conversation(
            "call",
            persona_id="pcb7a34da5fe",
            max_call_duration=600,
            enable_recording=True,
            recording_storage=recordings.destination,
        )
        pulumi.export("url", call.conversation_url)

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ConversationArgs]) -> None:
        super().__init__(ConversationProvider(), resource_name, args, opts)
