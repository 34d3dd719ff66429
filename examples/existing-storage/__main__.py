"""A recorded conversation whose bucket and role are managed elsewhere."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    enable_recording=True,
    recording_storage={
        "provider": "s3",
        "bucket_name": config.require("bucket_name"),
        "bucket_region": config.require("bucket_region"),
        "assume_role_arn": config.require("role_arn"),
        "external_id": "tavus",
    },
)

pulumi.export("conversation_url", call.conversation_url)
