"""Bring a running conversation under management: `pulumi up` creates no second one, `pulumi destroy` ends it."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation(
    "call",
    existing_conversation_id=config.require("conversation_id"),
    on_destroy="delete",  # also removes its data
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("persona_id", call.persona_id)
