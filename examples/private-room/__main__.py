"""A private room: joining takes a token, which is a secret output."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation(
    "interview",
    persona_id=config.require("persona_id"),
    require_auth=True,
    max_participants=2,
    participant_absent_timeout=900,  # seconds; the token lives as long
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("meeting_token", call.meeting_token)  # pulumi stack output --show-secrets meeting_token
