"""
What AWS is asked to enforce for recordings, as plain documents: who may do what, and how long a bucket keeps what it holds.

Pure functions: nothing here talks to AWS. Documents are written in the one form that `canonical` gives what AWS reports, so
that the two can be compared. Sources: Tavus docs, "Conversation Recordings"; AWS IAM User Guide, "IAM JSON policy reference",
"How to use an external ID"; Amazon S3 User Guide, "Security best practices", "Lifecycle configuration elements".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

TAVUS_ACCOUNT = "291871421005"
"""The AWS account that writes recordings for Tavus. Source: Tavus docs, "Conversation Recordings"."""

EXTERNAL_ID = "tavus"
"""What Tavus gives as sts:ExternalId unless told otherwise. Source: Tavus docs, "Conversation Recordings"."""

SESSION_SECONDS = 43200
"""The session length that Tavus asks for, 12 hours. Source: Tavus docs, "Conversation Recordings"."""

BUCKET_ACTIONS = ("s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
"""With BUCKET_ACTIONS the eight actions of Tavus's guide, apart because each works on one kind of resource only."""

KEY_OPERATIONS = ("Decrypt", "GenerateDataKey")
"""What an upload in parts needs on the key of an encrypted bucket. Source: Amazon S3 User Guide, "Using SSE-KMS"."""

KEY_ACTIONS = tuple(f"kms:{operation}" for operation in KEY_OPERATIONS)

VERSIONING = "Enabled"
"""Tavus requires it. Source: Tavus docs, "Conversation Recordings"."""

OBJECT_OWNERSHIP = "BucketOwnerEnforced"
"""Access lists have no effect, and every object is the bucket's owner's."""

PUBLIC_ACCESS_BLOCK = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}

UPLOAD_DAYS = 7
"""Days after which the parts of an unfinished upload are removed."""

_VERSION = "2012-10-17"
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
_HOMES = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1"}


def partition(region: str) -> str:
    """Return the partition that a region belongs to, such as "aws". Source: AWS IAM User Guide, "IAM identifiers", ARNs."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def home_region(partition: str) -> str:
    """Return the region where a partition keeps its IAM. Source: AWS General Reference, "IAM endpoints and quotas"."""
    return _HOMES.get(partition, "us-east-1")


def key_region(kms_key_arn: str) -> str:
    """Return the region that a KMS key lies in. Source: AWS KMS Developer Guide, "Key identifiers"."""
    return kms_key_arn.split(":")[3]


def bucket_arn(partition: str, bucket_name: str) -> str:
    """Return a bucket's ARN."""
    return f"arn:{partition}:s3:::{bucket_name}"


def trust_policy(partition: str, account_id: str = TAVUS_ACCOUNT, external_id: str = EXTERNAL_ID) -> Document:
    """Let the account assume the role, and only when it gives the external id: a deputy confused by others gets nowhere."""
    tavus = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return _document(tavus)


def permission_policy(bucket_arn: str, key_prefix: str = "", kms_key_arn: str = "") -> Document:
    """Allow the eight actions on the bucket and its objects whose keys begin with `key_prefix`, and the use of its key for it."""
    bucket = {"Sid": "Bucket", "Effect": "Allow", "Action": list(BUCKET_ACTIONS), "Resource": bucket_arn}
    objects = {
        "Sid": "Objects",
        "Effect": "Allow",
        "Action": list(OBJECT_ACTIONS),
        "Resource": f"{bucket_arn}/{key_prefix}*",
    }
    if not kms_key_arn:
        return _document(bucket, objects)
    key = {"Sid": "Key", "Effect": "Allow", "Action": list(KEY_ACTIONS), "Resource": kms_key_arn}
    return _document(bucket, objects, {**key, "Condition": _only_for(bucket_arn, kms_key_arn)})


def key_policy_statement(role_arn: str, bucket_arn: str, kms_key_arn: str) -> Document:
    """Return the statement by which a key's own policy lets the role use it for the bucket; there "*" means that key."""
    allowed = {"Sid": "TavusRecordings", "Effect": "Allow", "Principal": {"AWS": role_arn}, "Action": list(KEY_ACTIONS)}
    return {**allowed, "Resource": "*", "Condition": _only_for(bucket_arn, kms_key_arn)}


def key_grant(bucket_arn: str, kms_key_arn: str) -> Document:
    """
    Return what the role is granted on the key: its use for the bucket, whatever the key's policy says of IAM.

    With an S3 Bucket Key, which our buckets have, the bucket's ARN is the encryption context of every recording.
    Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"; AWS KMS API reference, CreateGrant.
    """
    constraints = {"EncryptionContextSubset": {"aws:s3:arn": bucket_arn}}
    return {"KeyId": kms_key_arn, "Operations": list(KEY_OPERATIONS), "Constraints": constraints}


def bucket_policy(bucket_arn: str) -> Document:
    """Refuse everybody who does not use TLS 1.2 or newer; it grants nothing."""
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    outdated = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    return _document(_refusal("TlsOnly", bucket_arn, plain), _refusal("Tls12OrNewer", bucket_arn, outdated))


def encryption(kms_key_arn: str = "") -> Document:
    """
    Encrypt with the key, or with keys that S3 keeps. Source: Amazon S3 User Guide, "Setting default encryption".

    A bucket key saves calls to KMS, and makes the bucket's ARN the encryption context, to which `key_grant` is bound.
    """
    if not kms_key_arn:
        return {"SSEAlgorithm": "AES256"}
    return {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key_arn, "BucketKeyEnabled": True}


def logging(bucket_name: str, log_bucket: str = "") -> Document:
    """Log requests to `log_bucket` under the bucket's name. Source: Amazon S3 User Guide, "Logging requests"."""
    return {"TargetBucket": log_bucket, "TargetPrefix": f"{bucket_name}/"} if log_bucket else {}


def lifecycle_rules(noncurrent_days: int, retention_days: int | None = None) -> list[Document]:
    """
    Return the rules that remove what is no longer wanted, sorted by their ids; times in days.

    retention_days: age at which a recording expires, None for never. Versioning keeps an expired, deleted or overwritten one as
    a noncurrent version for `noncurrent_days` more; delete markers with nothing behind them go, too.
    """
    rules: dict[str, Document] = {
        "expired-delete-markers": {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        "incomplete-uploads": {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UPLOAD_DAYS}},
        "noncurrent-versions": {"NoncurrentVersionExpiration": {"NoncurrentDays": noncurrent_days}},
    }
    if retention_days:
        rules["recordings"] = {"Expiration": {"Days": retention_days}}
    return [{"ID": name, "Status": "Enabled", **rule} for name, rule in rules.items()]


def canonical(document: Any) -> Any:
    """Return a policy in one form of the several that mean the same: a list of one as its member, other lists of texts sorted."""
    if isinstance(document, Mapping):
        return {name: _statements(value) if name == "Statement" else canonical(value) for name, value in document.items()}
    if isinstance(document, list) and all(isinstance(item, str) for item in document):
        return document[0] if len(document) == 1 else sorted(document)
    return document


def trimmed(value: Any) -> Any:
    """Return lifecycle rules without what says nothing: empty filters and prefixes, switches that are off."""
    if isinstance(value, Mapping):
        kept = {name: trimmed(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item not in (None, False, "", {}, [])}
    return [trimmed(item) for item in value] if isinstance(value, list) else value


def _document(*statements: Document) -> Document:
    return {"Version": _VERSION, "Statement": list(statements)}


def _refusal(sid: str, bucket_arn: str, condition: Document) -> Document:
    everything = [bucket_arn, f"{bucket_arn}/*"]
    refused = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    return {**refused, "Resource": everything, "Condition": condition}


def _only_for(bucket_arn: str, kms_key_arn: str) -> Document:
    """
    Return the condition that a key is used by S3 and for this bucket, with or without a bucket key.

    Source: AWS KMS Developer Guide, "AWS KMS condition keys"; Amazon S3 User Guide, "Using SSE-KMS", Encryption context.
    """
    service = f"s3.{key_region(kms_key_arn)}.amazonaws.com*"  # in some partitions AWS's domain goes on
    return {"StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"], "kms:ViaService": service}}


def _statements(value: Any) -> list[Any]:
    return [canonical(each) for each in (value if isinstance(value, list) else [value])]
