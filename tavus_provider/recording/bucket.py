"""RecordingBucket: a private S3 bucket for recordings.

Its name is its Pulumi ID, because a preview of another change still knows the ID, but not the outputs.
"""

from typing import Annotated, Any, Unpack

import pulumi

from ..dynamic.provider import Provider
from ..program.resource import Out, Resource
from ..schema.documentation import add_documentation
from .s3.bucket_args import RecordingBucketArgs
from .s3.bucket_lifecycle import RecordingBucketLifecycle


class RecordingBucketProvider(Provider):
    """Serves buckets to the engine; its path is stored in users' state."""

    lifecycle = RecordingBucketLifecycle


@add_documentation(
    RecordingBucketArgs, source="Amazon S3 User Guide, Security best practices; Tavus docs, Conversation Recordings"
)
class RecordingBucket(Resource, module="tavus", name="RecordingBucket"):
    """An S3 bucket for recordings that is private by default.

    Public access is blocked, access lists are off, objects are encrypted and versioned, requests need TLS 1.2 or newer, and old
    data is removed. Each setting is an output as AWS reports it: a refresh shows what somebody changed by hand, and the next
    `pulumi up` restores it. A bucket that contains objects is not deleted unless `force_destroy` is set.

    `existing_bucket` takes the bucket `bucket_name` of this account, in any region, instead of a new one. `use` changes and
    deletes nothing in it: its versioning must be enabled, its settings are outputs only. `manage` writes the settings that
    differ, and says what they were; to see that in a preview first, `use` the bucket for one `pulumi up`, then `manage` it.
    `pulumi destroy` leaves a bucket that existed before, unless `force_destroy` is set for a managed one. `use` ends the
    management again, and another `bucket_name` without `existing_bucket` creates a new bucket.
    """

    bucket_name: Annotated[pulumi.Output[str], Out("Its name; also the resource's ID.")]
    bucket_arn: Annotated[pulumi.Output[str], Out("Its ARN.")]
    region: Annotated[pulumi.Output[str], Out("Its region.")]
    account_id: Annotated[
        pulumi.Output[str], Out("The AWS account that owns it; calls with credentials of another account are refused.")
    ]
    adopted: Annotated[
        pulumi.Output[bool], Out("Whether it existed before: `pulumi destroy` leaves it, unless `force_destroy` is set.")
    ]
    object_ownership: Annotated[pulumi.Output[str], Out("Who owns objects: `BucketOwnerEnforced`, which turns access lists off.")]
    public_access_block: Annotated[pulumi.Output[dict[str, bool]], Out("The four switches against public access, all on.")]
    encryption: Annotated[pulumi.Output[dict[str, Any]], Out("How objects are encrypted unless an upload says otherwise.")]
    versioning: Annotated[pulumi.Output[str], Out("`Enabled`, as Tavus requires.")]
    lifecycle_rules: Annotated[pulumi.Output[list[dict[str, Any]]], Out("Which data is removed, and when.")]
    policy: Annotated[pulumi.Output[dict[str, Any]], Out("The bucket policy, which contains denials only.")]
    logging: Annotated[pulumi.Output[dict[str, str]], Out("Where requests are logged.")]
    tags: Annotated[pulumi.Output[dict[str, str]], Out("Its tags.")]

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingBucketArgs]
    ) -> None:
        super().__init__(RecordingBucketProvider(), resource_name, args, opts)
