"""Bare boto3 calls in sequence, as people use today, for the same bucket and role. `open` creates them, `end` deletes them."""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3

NAME = "recordings-bench"
ARN = f"arn:aws:s3:::{NAME}"
ACTIONS = ("PutObject", "GetObject", "AbortMultipartUpload", "ListMultipartUploadParts", "GetObjectVersion")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::291871421005:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "tavus"}},
        }
    ],
}
ACCESS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": ARN},
        {"Effect": "Allow", "Action": [f"s3:{action}" for action in ACTIONS], "Resource": f"{ARN}/*"},
    ],
}
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [ARN, f"{ARN}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
BLOCK: Any = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
RETENTION: Any = {"ID": "retention", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}


def make() -> None:
    """Create the bucket, its settings, and the role."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_ownership_controls(Bucket=NAME, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    s3.put_public_access_block(Bucket=NAME, PublicAccessBlockConfiguration=BLOCK)
    encryption: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket=NAME, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": [RETENTION]})
    s3.put_bucket_policy(Bucket=NAME, Policy=json.dumps(TLS_ONLY))
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST), MaxSessionDuration=43200)
    iam.put_role_policy(RoleName=NAME, PolicyName="recordings", PolicyDocument=json.dumps(ACCESS))


def delete() -> None:
    """Delete the role and the bucket."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    iam.delete_role_policy(RoleName=NAME, PolicyName="recordings")
    iam.delete_role(RoleName=NAME)
    s3.delete_bucket(Bucket=NAME)


if sys.argv[1] == "open":
    make()
else:
    delete()
