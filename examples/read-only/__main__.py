"""Read a conversation without owning it: nothing changes it, and `pulumi destroy` leaves it alone."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation.get("call", config.require("conversation_id"))

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("status", call.status)
