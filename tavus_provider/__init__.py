"""
Tavus for Pulumi: AI video conversations, and the storage that their recordings go to, as code.

Every public name is here; see `Conversation` for where to begin.
"""

from .engine.config import args_from_config
from .recording.bucket import RecordingBucket, RecordingBucketArgs
from .recording.role import RecordingRole, RecordingRoleArgs
from .recording.storage import RecordingStorage, RecordingStorageArgs
from .resources.account import Account, AccountArgs
from .resources.conversation import Conversation, ConversationArgs
from .resources.recording_storage import (
    AzureBlobRecordingStorageArgs,
    GcsRecordingStorageArgs,
    S3RecordingStorageArgs,
)
from .version import __version__

__all__ = [
    "Account",
    "AccountArgs",
    "AzureBlobRecordingStorageArgs",
    "Conversation",
    "ConversationArgs",
    "GcsRecordingStorageArgs",
    "RecordingBucket",
    "RecordingBucketArgs",
    "RecordingRole",
    "RecordingRoleArgs",
    "RecordingStorage",
    "RecordingStorageArgs",
    "S3RecordingStorageArgs",
    "__version__",
    "args_from_config",
]
