"""The inputs of a bucket for recordings."""

from typing import Annotated, Any, Literal, TypedDict

from ...schema.annotations import Input, Output
from ...schema.fields import Field
from ...schema.formats import validate_aws_region, validate_s3_bucket_name
from ...schema.outputs import Out
from ..managed.shared_args import KmsKeyArn, Tags, in_place

_MOST_DAYS = 2**31 - 1
"""The largest integer of 32 bits. Source: Amazon S3 API reference, LifecycleExpiration and NoncurrentVersionExpiration."""


class RecordingBucketArgs(TypedDict, total=False):
    """The inputs of a bucket for recordings."""

    bucket_name: Annotated[
        Input[str],
        Field(
            "Name, unique across all AWS accounts; by default `<resource>-<7 hex digits>`.",
            validator=validate_s3_bucket_name,
            source="Amazon S3 User Guide, General purpose bucket naming rules",
        ),
    ]
    region: Annotated[
        Input[str],
        Field("AWS region; by default that of aws:region, AWS_REGION or the profile at creation.", validator=validate_aws_region),
    ]
    existing_bucket: Annotated[
        Literal["use", "manage"],
        in_place(
            "The bucket of that name exists already: `use` it as it is, or `manage` it like a new one; see RecordingBucket."
        ),
    ]
    retention_days: Annotated[
        Input[int],
        in_place("Age at which a recording expires; by default never.", unit="days", minimum=1, maximum=_MOST_DAYS),
    ]
    noncurrent_days: Annotated[
        Input[int],
        in_place(
            "How long expired, deleted and overwritten recordings can be restored.",
            unit="days",
            minimum=1,
            maximum=_MOST_DAYS,
            default=7,
        ),
    ]
    kms_key_arn: KmsKeyArn
    log_bucket: Annotated[
        Input[str],
        in_place("Bucket for the log of requests; it must let S3 write to it.", validator=validate_s3_bucket_name),
    ]
    force_destroy: Annotated[
        Input[bool],
        in_place("Lets `pulumi destroy` delete the bucket together with the recordings in it.", default=False),
    ]
    tags: Tags


class RecordingBucketState:
    """Outputs of RecordingBucket."""

    bucket_name: Annotated[Output[str], Out("Its name; also the resource's ID.")]
    bucket_arn: Annotated[Output[str], Out("Its ARN.")]
    region: Annotated[Output[str], Out("Its region.")]
    account_id: Annotated[
        Output[str], Out("The AWS account that owns it; calls with credentials of another account are refused.")
    ]
    adopted: Annotated[Output[bool], Out("Whether it existed before: `pulumi destroy` leaves it, unless `force_destroy` is set.")]
    object_ownership: Annotated[Output[str], Out("Who owns objects: `BucketOwnerEnforced`, which turns access lists off.")]
    public_access_block: Annotated[Output[dict[str, bool]], Out("The four switches against public access, all on.")]
    encryption: Annotated[Output[dict[str, Any]], Out("How objects are encrypted unless an upload says otherwise.")]
    versioning: Annotated[Output[str], Out("`Enabled`, as Tavus requires.")]
    lifecycle_rules: Annotated[Output[list[dict[str, Any]]], Out("Which data is removed, and when.")]
    policy: Annotated[Output[dict[str, Any]], Out("The bucket policy, which contains denials only.")]
    logging: Annotated[Output[dict[str, str]], Out("Where requests are logged.")]
    tags: Annotated[Output[dict[str, str]], Out("Its tags.")]
