"""A recorded conversation, with the bucket and the role that its recordings need."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

storage = tavus.RecordingStorage("recordings", retention_days=30, tags={"team": "onboarding"})

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    language="English",
    max_call_duration=1800,  # seconds
    enable_recording=True,
    enable_closed_captions=True,
    recording_storage=storage.destination,  # waits until bucket and role are complete
    on_ended="recreate",  # after `pulumi refresh` has seen the end, `pulumi up` creates another
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("role_arn", storage.role_arn)
