"""Schema of the body that creates a conversation.

Written from the documents on its own, not taken from the provider's table of fields: the two have to be able to disagree.
Sources: Tavus API reference, Create Conversation; Tavus docs, Conversation Recordings, Legacy memory tags, EU AI Act compliance,
EU Region, Bring Your Own Daily Room and Meetings.
"""

from __future__ import annotations

from ..api.validation import BOOLEAN, INTEGER, STRING, STRINGS, Schema


def _require_fields(provider: str, *fields: str) -> Schema:
    """Return the rule that a storage provider requires these fields; the contract says so only in prose."""
    return {"if": {"properties": {"provider": {"const": provider}}}, "then": {"required": list(fields)}}


_RECORDING_STORAGE: Schema = {
    "type": "object",
    "required": ["provider"],
    "properties": {
        "provider": {"enum": ["s3", "gcs", "azure_blob"]},
        "bucket_name": STRING,
        "bucket_region": STRING,
        "assume_role_arn": STRING,
        "external_id": STRING,
        "project_id": STRING,
        "workload_identity_provider": STRING,
        "service_account_email": STRING,
        "storage_account": STRING,
        "container": STRING,
        "tenant_id": STRING,
        "client_id": STRING,
    },
    "allOf": [
        _require_fields("s3", "bucket_name", "bucket_region", "assume_role_arn"),
        _require_fields("gcs", "bucket_name", "project_id", "workload_identity_provider", "service_account_email"),
        _require_fields("azure_blob", "storage_account", "container", "tenant_id", "client_id"),
    ],
}

_FLAT_STORAGE = ["recording_s3_bucket_name", "recording_s3_bucket_region", "aws_assume_role_arn"]

_PROPERTIES: Schema = {
    "type": "object",
    "properties": {
        "max_call_duration": INTEGER,  # assumed: duration-maximum
        "participant_left_timeout": INTEGER,
        "participant_absent_timeout": INTEGER,
        "enable_recording": BOOLEAN,
        "enable_closed_captions": BOOLEAN,
        "apply_greenscreen": BOOLEAN,
        "daily_room": STRING,
        "require_auth": BOOLEAN,
        "language": STRING,
        "recording_s3_bucket_name": STRING,
        "recording_s3_bucket_region": STRING,
        "aws_assume_role_arn": STRING,
        "recording_storage": _RECORDING_STORAGE,
    },
    "dependentRequired": dict.fromkeys(_FLAT_STORAGE, _FLAT_STORAGE),  # assumed: flat-storage
}

CREATE_CONVERSATION: Schema = {
    "type": "object",
    "properties": {
        "replica_id": STRING,
        "persona_id": STRING,
        "audio_only": BOOLEAN,
        "callback_url": STRING,
        "conversation_name": STRING,
        "conversational_context": STRING,
        "custom_greeting": STRING,
        "enable_dynamic_greeting": BOOLEAN,
        "memory_stores": STRINGS,
        "participant_tags": STRINGS,
        "document_ids": STRINGS,
        "document_retrieval_strategy": {"enum": ["speed", "quality", "balanced"]},
        "document_tags": STRINGS,
        "test_mode": BOOLEAN,
        "require_auth": BOOLEAN,
        "policy": {"enum": ["eu"]},
        "region": {"enum": ["eu"]},
        "meeting_url": STRING,
        "max_participants": {"type": "integer", "minimum": 2},
        "properties": _PROPERTIES,
    },
}
