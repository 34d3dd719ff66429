"""
What the credentials that run `pulumi up` must be allowed: the IAM action behind each call that is made.

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys" for Amazon S3, AWS IAM, AWS KMS and AWS STS.
"""

from __future__ import annotations

from .policies import Document

BUCKET_CALLS = {
    "CreateBucket": "s3:CreateBucket",
    "DeleteBucket": "s3:DeleteBucket",
    "DeleteBucketTagging": "s3:PutBucketTagging",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketLogging": "s3:GetBucketLogging",
    "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
    "GetBucketPolicy": "s3:GetBucketPolicy",
    "GetBucketTagging": "s3:GetBucketTagging",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "HeadBucket": "s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutBucketLogging": "s3:PutBucketLogging",
    "PutBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "PutBucketPolicy": "s3:PutBucketPolicy",
    "PutBucketTagging": "s3:PutBucketTagging",
    "PutBucketVersioning": "s3:PutBucketVersioning",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}

OBJECT_CALLS = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjects": "s3:DeleteObjectVersion",
}
"""S3 asks for both to delete a version. Source: Amazon S3 API reference, DeleteObjects, Permissions."""

ROLE_CALLS = {
    name: f"iam:{name}"
    for name in (
        "CreateRole",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListRolePolicies",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
    )
}

KEY_CALLS = {name: f"kms:{name}" for name in ("CreateGrant", "ListGrants", "RevokeGrant")}
"""What is asked where recordings are encrypted with a KMS key, unless `kms_grant` is off."""

ACCOUNT_CALLS = {"GetCallerIdentity": "sts:GetCallerIdentity"}

READER_CALLS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "ListObjectsV2": "s3:ListBucket"}
"""What `tavus-provider recordings` asks, beside HeadBucket."""


def action_for(call: str) -> str:
    """Return the IAM action that the call needs, or the call itself where it is none of ours."""
    return {**BUCKET_CALLS, **OBJECT_CALLS, **ROLE_CALLS, **KEY_CALLS, **ACCOUNT_CALLS, **READER_CALLS}.get(call, call)


def caller_policy(bucket_name: str, role_name: str, partition: str = "aws", kms_key_arn: str = "") -> Document:
    """
    Return the least that whoever runs `pulumi up` and `pulumi destroy` must be allowed, as an IAM policy.

    bucket_name, role_name: names, or patterns such as "recordings-*", of what may be managed; whoever may manage every role
    ("*") is as good as an administrator. The actions on objects are needed for force_destroy only. kms_key_arn: the key that
    recordings are encrypted with, "" for none.
    """
    bucket, role = f"arn:{partition}:s3:::{bucket_name}", f"arn:{partition}:iam::*:role/{role_name}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allowed(BUCKET_CALLS, bucket),
            _allowed(OBJECT_CALLS, f"{bucket}/*"),
            _allowed(ROLE_CALLS, role),
            *([_allowed(KEY_CALLS, kms_key_arn)] if kms_key_arn else []),
            _allowed(ACCOUNT_CALLS, "*"),
        ],
    }


def _allowed(calls: dict[str, str], resource: str) -> Document:
    return {"Effect": "Allow", "Action": sorted(set(calls.values())), "Resource": resource}
