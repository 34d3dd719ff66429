"""RecordingStorage: a bucket, and the role with which Tavus writes to it, as one component."""

from collections.abc import Mapping
from typing import Any, Unpack

import pulumi

from ..program.options import refuse_options, require_options, warn_of_options
from ..schema.documentation import add_documentation
from ..schema.fields import table
from .bucket import RecordingBucket
from .component import StorageComponent
from .iam.role_args import RecordingAccessArgs
from .role import RecordingRole
from .s3.bucket_args import RecordingBucketArgs


class RecordingStorageArgs(RecordingBucketArgs, RecordingAccessArgs, total=False):
    """The inputs of a recording storage: those of its bucket and of its role; `tags` and `kms_key_arn` concern both."""


@add_documentation(RecordingStorageArgs, source="Tavus docs, Conversation Recordings")
class RecordingStorage(StorageComponent):
    """A private bucket for recordings, and a role that lets Tavus write to it and to nothing else.

    Give `destination` to a conversation as `recording_storage`. The conversation waits for both, and a change that replaces
    neither bucket nor role, such as another retention, does not affect it. The attributes `bucket` and `role` are the two
    resources, with the name of the storage; see RecordingBucket and RecordingRole.

    Example:
        archive = tavus.RecordingStorage("archive", retention_days=90, tags={"team": "video"})
        interview = tavus.Conversation(
            "interview",
            persona_id="pcb7a34da5fe",
            enable_recording=True,
            recording_storage=archive.destination,
        )
        pulumi.export("bucket", archive.bucket_name)

    """

    bucket: RecordingBucket
    role: RecordingRole

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingStorageArgs]
    ) -> None:
        label = f"RecordingStorage {resource_name!r}"
        require_options(label, opts)
        refuse_options(label, table(RecordingStorageArgs), opts, is_readable=False)
        super().__init__("tavus:recording:RecordingStorage", resource_name, None, opts)
        warn_of_options(self, opts)
        # A component's children do not inherit what it ignores.
        child = pulumi.ResourceOptions(parent=self, ignore_changes=opts.ignore_changes if opts else None)
        self.bucket = RecordingBucket(resource_name, child, **bucket_args(args))
        # The bucket's ID stays known in a preview that changes the bucket; its output bucket_name does not.
        self.role = RecordingRole(
            resource_name, child, **role_args(args), bucket_name=self.bucket.id, bucket_region=self.bucket.region
        )
        # From ids where possible: a preview that changes bucket or role in place knows ids only.
        self._set_outputs(
            self.bucket.id, self.bucket.region, self.role.id, args.get("external_id"), self.role.key_policy_statement
        )


_ROLE_ONLY = table(RecordingAccessArgs).spellings.keys()
_BOTH = ("kms_key_arn", "tags")


def bucket_args(args: Mapping[str, Any]) -> Any:
    """Return all but the role's own inputs, so that the bucket's check reports misspelled ones."""
    # A bucket that is only used gets no tags; the role does.
    others = (*_ROLE_ONLY, "tags") if args.get("existing_bucket") == "use" else _ROLE_ONLY
    return {name: value for name, value in args.items() if name not in others}


def role_args(args: Mapping[str, Any]) -> Any:
    """Return the role's own inputs and those that it shares with the bucket."""
    return {name: value for name, value in args.items() if name in _ROLE_ONLY or name in _BOTH}
