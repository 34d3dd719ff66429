"""The permissions that the credentials of `pulumi up` need: the IAM action behind each call.

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys" for Amazon S3, AWS IAM, AWS KMS and AWS STS.
"""

from __future__ import annotations

from .documents import Document

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
"""To delete a version, S3 requires both. Source: Amazon S3 API reference, DeleteObjects, Permissions."""

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
"""Calls that are made for recordings encrypted with a KMS key, unless `kms_grant` is off."""

ACCOUNT_CALLS = {"GetCallerIdentity": "sts:GetCallerIdentity"}

SESSION_CALLS = {"AssumeRole": "sts:AssumeRole", "AssumeRoleWithWebIdentity": "sts:AssumeRoleWithWebIdentity"}
"""Calls for credentials, where the stack's configuration or a profile names roles to assume."""

READER_CALLS = {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "ListObjectsV2": "s3:ListBucket"}
"""Calls of `tavus-provider recordings`, beside HeadBucket."""

CHECK_CALLS = {"GetRole": "iam:GetRole", "SimulatePrincipalPolicy": "iam:SimulatePrincipalPolicy"}
"""Calls of `tavus-provider doctor`."""


def action_for(call: str) -> str:
    """Return the IAM action that a call needs, or the call's own name for a call that this package does not make."""
    calls = BUCKET_CALLS | OBJECT_CALLS | ROLE_CALLS | KEY_CALLS | ACCOUNT_CALLS | SESSION_CALLS | READER_CALLS | CHECK_CALLS
    return calls.get(call, call)


def caller_policy(bucket_name: str, role_name: str, partition: str = "aws", kms_key_arn: str = "") -> Document:
    """Return the IAM policy with the least permissions for `pulumi up` and `pulumi destroy`.

    bucket_name, role_name: names, or patterns such as "recordings-*", of what may be managed; who may manage every role ("*")
    has the power of an administrator. kms_key_arn: the key that encrypts recordings, "" for none.
    """
    bucket, role = f"arn:{partition}:s3:::{bucket_name}", f"arn:{partition}:iam::*:role/{role_name}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow(BUCKET_CALLS, bucket),
            _allow(OBJECT_CALLS, f"{bucket}/*"),  # for force_destroy only
            _allow(ROLE_CALLS, role),
            *([_allow(KEY_CALLS, kms_key_arn)] if kms_key_arn else []),
            _allow(ACCOUNT_CALLS, "*"),
        ],
    }


def _allow(calls: dict[str, str], resource: str) -> Document:
    return {"Effect": "Allow", "Action": sorted(set(calls.values())), "Resource": resource}
