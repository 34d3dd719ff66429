"""A recorded video conversation and the storage for its recordings, controlled by the stack's configuration.

`pulumi config set` sets each input (Pulumi.yaml lists them). Storage is created unless the configuration names an existing one.
"""

from typing import Any

import pulumi

import tavus_provider as tavus

config = pulumi.Config()
inputs = tavus.args_from_config(tavus.ConversationArgs, config)
destination: Any = None

if "recording_s3_bucket_name" in inputs:
    destination = {
        "bucket_name": inputs["recording_s3_bucket_name"],
        "bucket_region": inputs.get("recording_s3_bucket_region"),
        "assume_role_arn": inputs.get("aws_assume_role_arn"),
    }
elif "recording_storage" in inputs:
    destination = inputs["recording_storage"]
elif inputs.get("enable_recording"):
    storage = tavus.RecordingStorage("recordings", **config.get_object("storage") or {})
    destination = inputs["recording_storage"] = storage.destination

conversation = tavus.Conversation("conversation", **inputs)

for output in (
    "conversation_id",
    "conversation_name",
    "status",
    "conversation_url",
    "replica_id",
    "persona_id",
    "created_at",
):
    pulumi.export(output, getattr(conversation, output))
if inputs.get("require_auth"):
    pulumi.export("meeting_token", conversation.meeting_token)
if destination is not None:
    for output, key in {"bucket_name": "bucket_name", "bucket_region": "bucket_region", "role_arn": "assume_role_arn"}.items():
        pulumi.export(f"recording_{output}", pulumi.Output.from_input(destination)[key])
