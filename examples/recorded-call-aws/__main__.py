"""A recorded conversation; bucket and role are resources of pulumi-aws, with its credentials, region and default tags."""

import pulumi

import tavus_provider as tavus
from tavus_provider.recording.storage_aws import RecordingStorage

config = pulumi.Config()

storage = RecordingStorage("recordings", retention_days=30, tags={"team": "onboarding"})

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    enable_recording=True,
    recording_storage=storage.destination,  # waits until bucket and role are complete
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("role_arn", storage.role_arn)
