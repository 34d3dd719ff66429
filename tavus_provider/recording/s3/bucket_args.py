"""The inputs of a bucket for recordings."""

from typing import Annotated, Literal, TypedDict

import pulumi

from ...schema.fields import Field
from ...schema.formats import aws_region, s3_bucket_name
from ..shared_args import KmsKeyArn, Tags, in_place


class RecordingBucketArgs(TypedDict, total=False):
    """The inputs of a bucket for recordings."""

    bucket_name: Annotated[
        pulumi.Input[str],
        Field(
            "Name, unique across all AWS accounts; by default `<resource>-<7 hex digits>`.",
            validator=s3_bucket_name,
            source="Amazon S3 User Guide, General purpose bucket naming rules",
        ),
    ]
    region: Annotated[
        pulumi.Input[str],
        Field("AWS region; by default that of aws:region, AWS_REGION or the profile at creation.", validator=aws_region),
    ]
    existing_bucket: Annotated[
        Literal["use", "manage"],
        in_place(
            "The bucket of that name exists already: `use` it as it is, or `manage` it like a new one; see RecordingBucket."
        ),
    ]
    retention_days: Annotated[
        pulumi.Input[int],
        in_place("Age at which a recording expires; by default never.", unit="days", minimum=1),
    ]
    noncurrent_days: Annotated[
        pulumi.Input[int],
        in_place(
            "How long expired, deleted and overwritten recordings can be restored.",
            unit="days",
            minimum=1,
            default=7,
        ),
    ]
    kms_key_arn: KmsKeyArn
    log_bucket: Annotated[
        pulumi.Input[str],
        in_place("Bucket for the log of requests; it must let S3 write to it.", validator=s3_bucket_name),
    ]
    force_destroy: Annotated[
        pulumi.Input[bool],
        in_place("Lets `pulumi destroy` delete the bucket together with the recordings in it.", default=False),
    ]
    tags: Tags
