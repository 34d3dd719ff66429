"""RecordingBucket: a private S3 bucket for recordings.

Its name is its Pulumi ID, because a preview of another change still knows the ID, but not the outputs.
"""

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..dynamic.unknown_keys import refuse_unknown_aws_keys
from ..program.resource import Resource
from ..schema.documentation import add_documentation
from .s3.bucket_args import RecordingBucketArgs, RecordingBucketState
from .s3.bucket_lifecycle import RecordingBucketLifecycle


class RecordingBucketProvider(Provider):
    """Serves buckets to the engine; its path is stored in users' state."""

    lifecycle = RecordingBucketLifecycle


@add_documentation(
    RecordingBucketArgs, source="Amazon S3 User Guide, Security best practices; Tavus docs, Conversation Recordings"
)
class RecordingBucket(RecordingBucketState, Resource, module="tavus", name="RecordingBucket", provider=RecordingBucketProvider):
    """An S3 bucket for recordings that is private by default.

    Public access is blocked, access lists are off, objects are encrypted and versioned, requests need TLS 1.2 or newer, and old
    data is removed. Each setting is an output as AWS reports it: a refresh shows what somebody changed by hand, and the next
    `pulumi up` restores it, unless `ignore_changes` names it. A bucket that contains objects is not deleted unless
    `force_destroy` is set.

    `existing_bucket` takes the bucket `bucket_name` of this account, in any region, instead of a new one. `use` changes and
    deletes nothing in it: its versioning must be enabled, its settings are outputs only. `manage` writes the settings that
    differ, and says what they were; to see that in a preview first, `use` the bucket for one `pulumi up`, then `manage` it.
    `pulumi destroy` leaves a bucket that existed before, unless `force_destroy` is set for a managed one. `use` ends the
    management again, and another `bucket_name` without `existing_bucket` creates a new bucket.

    Example:
        vault = tavus.RecordingBucket("vault", retention_days=90, tags={"team": "video"})
        pulumi.export("name", vault.bucket_name)

    """

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingBucketArgs]
    ) -> None:
        refuse_unknown_aws_keys()
        super().__init__(RecordingBucketProvider(), resource_name, args, opts)
