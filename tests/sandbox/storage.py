"""Recording bucket and role that follow Tavus's guide, created without any code of the provider."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

import boto3

from tavus_provider.testing.environment import REGION
from tests.support.aws.local import enforce_permissions

BUCKET = "call-recordings"
ROLE_ARN = "arn:aws:iam::123456789012:role/recorder"
ACTIONS = [
    "s3:PutObject",
    "s3:GetObject",
    "s3:ListBucketMultipartUploads",
    "s3:AbortMultipartUpload",
    "s3:ListBucketVersions",
    "s3:ListBucket",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
]


def trust(external_id: str | None = "tavus", principal: Any = "arn:aws:iam::291871421005:root") -> dict[str, Any]:
    """Return a trust policy for this principal, with a condition on the external id unless that is None."""
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}


class Storage:
    """The local AWS as its owner sees it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.s3 = boto3.client("s3", endpoint_url=endpoint, region_name=REGION)
        self.iam = boto3.client("iam", endpoint_url=endpoint, region_name=REGION)

    def close(self) -> None:
        """Close the connections."""
        self.s3.close()
        self.iam.close()

    def make_bucket(self, versioning: str | None = "Enabled") -> None:
        """Make the bucket."""
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioning == "Enabled":
            self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})

    def make_role(self, document: dict[str, Any] | None = None, seconds: int = 43200) -> None:
        """Make the role with all permissions that recording needs."""
        policy = json.dumps(document or trust())
        self.iam.create_role(RoleName="recorder", AssumeRolePolicyDocument=policy, MaxSessionDuration=seconds)
        self.permit(ACTIONS)

    def permit(self, actions: list[str]) -> None:
        """Allow the role these actions, on the bucket only."""
        resources = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
        statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName="recorder", PolicyName="write", PolicyDocument=policy)

    def objects(self) -> dict[str, bytes]:
        """Return the objects in the bucket, by key."""
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in listed}

    def enforce_policies(self) -> AbstractContextManager[None]:
        """Make the local AWS refuse every call that no policy allows, as AWS does."""
        return enforce_permissions(self.endpoint)


def storage_properties(**changes: str) -> dict[str, Any]:
    """Return the properties of a recorded conversation, with recording_storage."""
    storage = {"provider": "s3", "bucket_name": BUCKET, "bucket_region": REGION, "assume_role_arn": ROLE_ARN, **changes}
    return {"enable_recording": True, "recording_storage": storage}


def flat_storage_properties() -> dict[str, Any]:
    """Return the properties of a recorded conversation, with the older fields."""
    return {
        "enable_recording": True,
        "recording_s3_bucket_name": BUCKET,
        "recording_s3_bucket_region": REGION,
        "aws_assume_role_arn": ROLE_ARN,
    }
