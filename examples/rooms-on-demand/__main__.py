"""One room with a time limit; service.py gives each room a stack of its own."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    max_call_duration=config.require_int("max_call_duration"),  # seconds
    on_destroy="delete",
)

pulumi.export("conversation_url", call.conversation_url)
