"""What Tavus's role may do, and who may assume it, as plain documents.

Pure functions: nothing here talks to AWS. Documents have the form of `documents.canonical`. Sources: Tavus docs, "Conversation
Recordings"; AWS IAM User Guide, "How to use an external ID".
"""

from __future__ import annotations

from ..aws.arns import key_region
from ..aws.documents import Document, policy_document

TAVUS_ACCOUNT = "291871421005"
"""The AWS account that writes recordings for Tavus. Source: Tavus docs, "Conversation Recordings"."""

EXTERNAL_ID = "tavus"
"""The default that Tavus sends as sts:ExternalId. Source: Tavus docs, "Conversation Recordings"."""

SESSION_SECONDS = 43200
"""The session length that Tavus asks for, 12 hours. Source: Tavus docs, "Conversation Recordings"."""

# The eight actions of Tavus's guide, in two groups: each action has an effect on one kind of resource only.
_BUCKET_ACTIONS = ("s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
_OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)

_KEY_OPERATIONS = ("Decrypt", "GenerateDataKey")
"""What a multipart upload needs on the key of an encrypted bucket. Source: Amazon S3 User Guide, "Using SSE-KMS"."""

_KEY_ACTIONS = tuple(f"kms:{operation}" for operation in _KEY_OPERATIONS)


def trust_policy(partition: str, account_id: str = TAVUS_ACCOUNT, external_id: str = EXTERNAL_ID) -> Document:
    """Return a policy that lets the account assume the role, only with the external id."""
    # Without the external id, others could have Tavus use this role: the "confused deputy" problem.
    tavus = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return policy_document(tavus)


def permission_policy(bucket_arn: str, key_prefix: str = "", kms_key_arn: str = "") -> Document:
    """Allow the eight actions on the bucket and its objects whose keys begin with `key_prefix`, and the use of the KMS key."""
    bucket = {"Sid": "Bucket", "Effect": "Allow", "Action": list(_BUCKET_ACTIONS), "Resource": bucket_arn}
    objects = {
        "Sid": "Objects",
        "Effect": "Allow",
        "Action": list(_OBJECT_ACTIONS),
        "Resource": f"{bucket_arn}/{key_prefix}*",
    }
    if not kms_key_arn:
        return policy_document(bucket, objects)
    key = {"Sid": "Key", "Effect": "Allow", "Action": list(_KEY_ACTIONS), "Resource": kms_key_arn}
    return policy_document(bucket, objects, {**key, "Condition": _only_for(bucket_arn, kms_key_arn)})


def key_policy_statement(role_arn: str, bucket_arn: str, kms_key_arn: str) -> Document:
    """Return the statement with which a key's own policy lets the role use the key for the bucket."""
    allowed = {"Sid": "TavusRecordings", "Effect": "Allow", "Principal": {"AWS": role_arn}, "Action": list(_KEY_ACTIONS)}
    # In a key's policy, "*" means that key.
    return {**allowed, "Resource": "*", "Condition": _only_for(bucket_arn, kms_key_arn)}


def key_grant(bucket_arn: str, kms_key_arn: str) -> Document:
    """Return a grant that lets the role use the key for the bucket, even if the key's policy does not mention IAM.

    With an S3 Bucket Key, which our buckets have, the bucket's ARN is the encryption context of every recording.
    Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"; AWS KMS API reference, CreateGrant.
    """
    constraints = {"EncryptionContextSubset": {"aws:s3:arn": bucket_arn}}
    return {"KeyId": kms_key_arn, "Operations": list(_KEY_OPERATIONS), "Constraints": constraints}


def _only_for(bucket_arn: str, kms_key_arn: str) -> Document:
    """Return the condition that S3 uses a key for this bucket, with or without a bucket key.

    Source: AWS KMS Developer Guide, "AWS KMS condition keys"; Amazon S3 User Guide, "Using SSE-KMS", Encryption context.
    """
    service = f"s3.{key_region(kms_key_arn)}.amazonaws.com*"  # China's domain is amazonaws.com.cn
    return {"StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"], "kms:ViaService": service}}
