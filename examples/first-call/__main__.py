"""One conversation: `pulumi up` creates it, `pulumi destroy` ends it."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    conversational_context="The participant has just signed up and wants to see the product.",
    custom_greeting="Welcome! What brought you here today?",
    max_call_duration=900,  # seconds
    participant_left_timeout=30,  # seconds
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("status", call.status)
