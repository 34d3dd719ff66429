"""A recorded interview in a private room; tests/ tests this program on three levels."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

storage = tavus.RecordingStorage("recordings", retention_days=30, force_destroy=config.require_bool("force_destroy"))

call = tavus.Conversation(
    "interview",
    persona_id=config.require("persona_id"),
    max_call_duration=60 * config.require_int("minutes"),  # seconds
    require_auth=True,
    enable_recording=True,
    recording_storage=storage.destination,
)

pulumi.export("conversation_id", call.conversation_id)
pulumi.export("conversation_url", call.conversation_url)
pulumi.export("meeting_token", call.meeting_token)
pulumi.export("bucket_name", storage.bucket_name)
