"""
RecordingStorage: a bucket and the role that Tavus writes to it with, as one thing.
"""

from collections.abc import Mapping
from typing import Any, Unpack

import pulumi

from ..program.arguments import require_options
from ..schema.documentation import add_documentation
from ..schema.fields import table
from .bucket import RecordingBucket, RecordingBucketArgs
from .component import StorageComponent
from .role import RecordingAccessArgs, RecordingRole


class RecordingStorageArgs(RecordingBucketArgs, RecordingAccessArgs, total=False):
    """The inputs of a recording storage: those of its bucket and of its role; `tags` and `kms_key_arn` concern both."""


@add_documentation(RecordingStorageArgs, source="Tavus docs, Conversation Recordings")
class RecordingStorage(StorageComponent):
    """
    A place of one's own for recordings: a private bucket, and a role that lets Tavus write to it and to nothing else.

    Give `destination` to a conversation as `recording_storage`. It waits for both, and a change that leaves bucket and role where
    they are, such as another retention, does not touch the conversation. Its attributes `bucket` and `role` are the two
    resources, named like the storage; RecordingBucket and RecordingRole say what they do.
    """

    bucket: RecordingBucket
    role: RecordingRole

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingStorageArgs]
    ) -> None:
        require_options(f"RecordingStorage {resource_name!r}", opts)
        super().__init__("tavus:recording:RecordingStorage", resource_name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.bucket = RecordingBucket(resource_name, child, **bucket_args(args))
        self.role = RecordingRole(
            resource_name, child, **role_args(args), bucket_name=self.bucket.id, bucket_region=self.bucket.region
        )
        self._give(self.bucket.id, self.bucket.region, self.role.id, args.get("external_id"), self.role.key_policy_statement)


_ROLE_ONLY = table(RecordingAccessArgs).spellings.keys()
_BOTH = ("kms_key_arn", "tags")


def bucket_args(args: Mapping[str, Any]) -> Any:
    """Return all but the role's own inputs, so that the bucket's check names what is misspelt; tags are for what is ours."""
    others = (*_ROLE_ONLY, "tags") if args.get("existing_bucket") == "use" else _ROLE_ONLY
    return {name: value for name, value in args.items() if name not in others}


def role_args(args: Mapping[str, Any]) -> Any:
    """Return the role's own inputs, and those that it shares with the bucket."""
    return {name: value for name, value in args.items() if name in _ROLE_ONLY or name in _BOTH}
