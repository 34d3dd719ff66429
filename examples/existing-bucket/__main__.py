"""A recorded conversation whose bucket exists already and stays unchanged; this program creates only the role."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

storage = tavus.RecordingStorage(
    "recordings",
    bucket_name=config.require("bucket_name"),
    existing_bucket="use",  # "manage" would also take over its settings
)

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    enable_recording=True,
    recording_storage=storage.destination,
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_region", storage.bucket_region)
pulumi.export("role_arn", storage.role_arn)
