"""The settings that a bucket for recordings should have, as plain documents.

Pure functions: nothing here talks to AWS. Each document has the form in which it is compared with what AWS reports.
Source: Amazon S3 User Guide, "Security best practices", "Lifecycle configuration elements".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..aws.documents import Document, policy_document

VERSIONING = "Enabled"
"""Tavus requires it. Source: Tavus docs, "Conversation Recordings"."""

OBJECT_OWNERSHIP = "BucketOwnerEnforced"
"""Access lists have no effect, and the bucket's owner owns every object."""

PUBLIC_ACCESS_BLOCK = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}

_UPLOAD_DAYS = 7
"""Days after which the parts of an unfinished upload are removed."""


def bucket_policy(bucket_arn: str) -> Document:
    """Return a policy that denies every request without TLS 1.2 or newer; it grants nothing."""
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    outdated = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    return policy_document(_denial("TlsOnly", bucket_arn, plain), _denial("Tls12OrNewer", bucket_arn, outdated))


def encryption(kms_key_arn: str = "") -> Document:
    """Return the default encryption: with the key, or with S3's own keys.

    Source: Amazon S3 User Guide, "Setting default encryption".
    """
    if not kms_key_arn:
        return {"SSEAlgorithm": "AES256"}
    # A bucket key saves calls to KMS, and makes the bucket's ARN the encryption context, which the role's grant requires.
    return {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key_arn, "BucketKeyEnabled": True}


def logging(bucket_name: str, log_bucket: str = "") -> Document:
    """Return the logging of requests to `log_bucket`, with the bucket's name as prefix.

    Source: Amazon S3 User Guide, "Logging requests".
    """
    return {"TargetBucket": log_bucket, "TargetPrefix": f"{bucket_name}/"} if log_bucket else {}


def lifecycle_rules(noncurrent_days: int, retention_days: int | None = None) -> list[Document]:
    """Return the rules that remove old data, sorted by their ids; times in days.

    retention_days: age at which a recording expires, None for never. Versioning keeps an expired, deleted or overwritten
    recording as a noncurrent version for `noncurrent_days` more; delete markers without versions are removed, too.
    """
    rules: dict[str, Document] = {
        "expired-delete-markers": {"Expiration": {"ExpiredObjectDeleteMarker": True}},
        "incomplete-uploads": {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UPLOAD_DAYS}},
        "noncurrent-versions": {"NoncurrentVersionExpiration": {"NoncurrentDays": noncurrent_days}},
    }
    if retention_days:
        rules["recordings"] = {"Expiration": {"Days": retention_days}}
    return [{"ID": name, "Status": "Enabled", **rule} for name, rule in rules.items()]


def find_days(rules: list[Document], action: str, unit: str) -> Any:
    """Return the days in the first of these rules with such an action, None without one."""
    return next((rule[action][unit] for rule in rules if unit in rule.get(action, {})), None)


def drop_empty(value: Any) -> Any:
    """Return lifecycle rules without members that have no effect: empty filters and prefixes, switches that are off."""
    if isinstance(value, Mapping):
        members = {name: drop_empty(item) for name, item in value.items()}
        return {name: item for name, item in members.items() if item not in (None, False, "", {}, [])}
    return [drop_empty(item) for item in value] if isinstance(value, list) else value


def _denial(sid: str, bucket_arn: str, condition: Document) -> Document:
    everything = [bucket_arn, f"{bucket_arn}/*"]
    denied = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    return {**denied, "Resource": everything, "Condition": condition}
