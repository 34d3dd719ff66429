"""The inputs of the role that Tavus assumes."""

from typing import Annotated, Any, Required, TypedDict

from ...schema.annotations import Input, Output
from ...schema.fields import Field
from ...schema.formats import validate_aws_region, validate_s3_bucket_name
from ...schema.outputs import Out
from ..aws import formats
from ..managed.shared_args import KmsKeyArn, Tags, in_place
from .role_policies import EXTERNAL_ID, TAVUS_ACCOUNT

GUIDE = "Tavus docs, Conversation Recordings"


class RecordingAccessArgs(TypedDict, total=False):
    """The inputs of a role that concern nothing but the role."""

    role_name: Annotated[Input[str], Field("Name; by default `<resource>-<7 hex digits>`.", validator=formats.validate_role_name)]
    external_id: Annotated[
        Input[str],
        in_place(
            "What Tavus must send as sts:ExternalId to assume the role.",
            default=EXTERNAL_ID,
            validator=formats.validate_external_id,
            source=GUIDE,
        ),
    ]
    trusted_account_id: Annotated[
        Input[str],
        in_place(
            "AWS account that may assume the role: the one that records for Tavus.",
            default=TAVUS_ACCOUNT,
            validator=formats.validate_account_id,
            source=GUIDE,
        ),
    ]
    key_prefix: Annotated[
        Input[str],
        in_place(
            "Only objects whose keys begin with it may be read and written, as in recordings/.",
            validator=formats.validate_key_prefix,
        ),
    ]
    description: Annotated[
        Input[str],
        in_place(
            "Description of the role.",
            default="Tavus writes recordings of conversations to Amazon S3 with this role.",
            max_length=1000,
            validator=formats.validate_description,
            source="AWS IAM API reference, CreateRole",
        ),
    ]
    path: Annotated[
        Input[str],
        Field(
            "Path of the role, for the policies of an organization.",
            default="/",
            max_length=512,
            validator=formats.validate_path,
        ),
    ]
    permissions_boundary: Annotated[
        Input[str],
        in_place(
            "ARN of the managed policy that limits what the role can be allowed.",
            max_length=2048,
            validator=formats.validate_policy_arn,
        ),
    ]
    kms_grant: Annotated[
        bool,
        in_place(
            "Whether the role gets a grant on the KMS key; without one, the key's policy must contain `key_policy_statement`.",
            default=True,
            source="AWS KMS Developer Guide, Grants in AWS KMS",
        ),
    ]


class RecordingRoleArgs(RecordingAccessArgs, total=False):
    """The inputs of a role for recordings."""

    bucket_name: Required[
        Annotated[Input[str], in_place("Bucket that the role may write to.", validator=validate_s3_bucket_name)]
    ]
    bucket_region: Annotated[
        Input[str],
        in_place(
            "Region of that bucket; it matters only if the bucket is in China or another partition.",
            validator=validate_aws_region,
        ),
    ]
    kms_key_arn: KmsKeyArn
    tags: Tags


class RecordingRoleState:
    """Outputs of RecordingRole."""

    role_name: Annotated[Output[str], Out("Its name.")]
    role_arn: Annotated[Output[str], Out("Its ARN; also the resource's ID.")]
    external_id: Annotated[Output[str], Out("What Tavus must send as sts:ExternalId.")]
    trust_policy: Annotated[Output[dict[str, Any]], Out("Who may assume it, and how.")]
    permissions: Annotated[Output[dict[str, Any]], Out("What it may do: its inline policy `recordings`.")]
    other_policies: Annotated[Output[list[str]], Out("Policies that somebody added; the next change removes them.")]
    max_session_duration: Annotated[Output[int], Out("Longest session, in seconds.")]
    description: Annotated[Output[str], Out("Its description.")]
    permissions_boundary: Annotated[Output[str], Out("ARN of the policy that limits it.")]
    key_grants: Annotated[Output[list[dict[str, Any]]], Out("Its grants on the KMS key; the next change removes others.")]
    key_policy_statement: Annotated[
        Output[dict[str, Any]], Out("What the KMS key's policy must contain if the role has no grant on it.")
    ]
    tags: Annotated[Output[dict[str, str]], Out("Its tags.")]
