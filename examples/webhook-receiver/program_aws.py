"""A recorded conversation whose transcript is kept beside its recordings, by a Lambda function that Tavus's webhooks call.

The same as __main__.py with pulumi-aws, for `main: program_aws.py` in Pulumi.yaml.
"""

import pulumi
from conversation_webhook_aws import ConversationWebhook

import tavus_provider as tavus
from tavus_provider.recording.storage_aws import RecordingStorage

config = pulumi.Config()

storage = RecordingStorage("recordings", retention_days=30)

webhook = ConversationWebhook(
    "transcripts",
    bucket_name=storage.bucket_name,
    secret_path=config.require_secret("webhook_path"),  # pulumi config set --secret webhook_path $(openssl rand -hex 16)
)

call = tavus.Conversation(
    "call",
    persona_id=config.require("persona_id"),
    enable_recording=True,
    recording_storage=storage.destination,
    callback_url=webhook.url,
)

pulumi.export("conversation_url", call.conversation_url)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("webhook_url", webhook.url)
