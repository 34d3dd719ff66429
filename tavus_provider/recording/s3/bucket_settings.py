"""The settings that AWS keeps for a recording bucket, in the order in which they are written.

Source: Amazon S3 User Guide, "Security best practices".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..aws.documents import canonical
from ..aws.errors import Unset, map_errors
from ..aws.tags import drop_ignored_tags, ignores_tags
from ..managed.handle import Setting
from . import bucket_documents as documents

if TYPE_CHECKING:
    from .bucket_handle import Bucket


def _ownership(bucket: Bucket) -> str:
    rules = bucket.client.get_bucket_ownership_controls(**bucket.where)["OwnershipControls"]["Rules"]
    return rules[0]["ObjectOwnership"]


def _set_ownership(bucket: Bucket, value: Any) -> None:
    bucket.client.put_bucket_ownership_controls(**bucket.where, OwnershipControls={"Rules": [{"ObjectOwnership": value}]})


def _public_access_block(bucket: Bucket) -> dict[str, Any]:
    return {**bucket.client.get_public_access_block(**bucket.where)["PublicAccessBlockConfiguration"]}


def _set_public_access_block(bucket: Bucket, value: Any) -> None:
    bucket.client.put_public_access_block(**bucket.where, PublicAccessBlockConfiguration=value)


def _encryption(bucket: Bucket) -> dict[str, Any]:
    rules = bucket.client.get_bucket_encryption(**bucket.where)["ServerSideEncryptionConfiguration"].get("Rules")
    rule: Any = rules[0] if rules else {}  # after a deletion S3 reports its own keys, LocalStack no rule
    default: dict[str, Any] = {**rule.get("ApplyServerSideEncryptionByDefault", {})}
    # Without a KMS key a bucket key has no effect, whatever S3 reports.
    return {**default, "BucketKeyEnabled": rule.get("BucketKeyEnabled", False)} if "KMSMasterKeyID" in default else default


def _set_encryption(bucket: Bucket, value: Any) -> None:
    default = {name: member for name, member in value.items() if name != "BucketKeyEnabled"}
    rule: Any = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": value.get("BucketKeyEnabled", False)}
    bucket.client.put_bucket_encryption(**bucket.where, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _versioning(bucket: Bucket) -> str:
    return bucket.client.get_bucket_versioning(**bucket.where).get("Status", "")


def _set_versioning(bucket: Bucket, value: Any) -> None:
    bucket.client.put_bucket_versioning(**bucket.where, VersioningConfiguration={"Status": value})


def _lifecycle_rules(bucket: Bucket) -> list[dict[str, Any]]:
    rules = bucket.client.get_bucket_lifecycle_configuration(**bucket.where)["Rules"]
    # The order of rules has no meaning.
    return sorted(documents.drop_empty([dict(rule) for rule in rules]), key=lambda rule: str(rule.get("ID", "")))


def _set_lifecycle_rules(bucket: Bucket, value: Any) -> None:
    # S3 requires a filter; the empty prefix selects every object.
    rules: Any = [{"Filter": {"Prefix": ""}, **rule} for rule in value]
    bucket.client.put_bucket_lifecycle_configuration(**bucket.where, LifecycleConfiguration={"Rules": rules})


def _policy(bucket: Bucket) -> Any:
    return canonical(json.loads(bucket.client.get_bucket_policy(**bucket.where)["Policy"]))


def _set_policy(bucket: Bucket, value: Any) -> None:
    bucket.client.put_bucket_policy(**bucket.where, Policy=json.dumps(value))


def _logging(bucket: Bucket) -> dict[str, Any]:
    enabled = bucket.client.get_bucket_logging(**bucket.where).get("LoggingEnabled", {})
    # S3 also reports the format of keys, which we do not set.
    return {name: value for name, value in enabled.items() if name in ("TargetBucket", "TargetPrefix")}


def _set_logging(bucket: Bucket, value: Any) -> None:
    bucket.client.put_bucket_logging(**bucket.where, BucketLoggingStatus={"LoggingEnabled": value} if value else {})


def _tags(bucket: Bucket) -> dict[str, str]:
    tags = bucket.client.get_bucket_tagging(**bucket.where)["TagSet"]
    # AWS itself sets tags that begin with "aws:", and nobody else can change them.
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}


def _managed_tags(bucket: Bucket) -> dict[str, str]:
    return drop_ignored_tags(bucket.config, _tags(bucket))


def _ignored_tags(bucket: Bucket) -> dict[str, str]:
    """Return those tags that the stack ignores; nothing is asked if it ignores none."""
    if not ignores_tags(bucket.config):
        return {}
    try:
        with map_errors(f"read tags of {bucket}"):
            tags = _tags(bucket)
    except Unset:
        return {}
    managed = drop_ignored_tags(bucket.config, tags)
    return {name: text for name, text in tags.items() if name not in managed}


def _set_tags(bucket: Bucket, value: Any) -> None:
    # S3 replaces all tags at once.
    tags = [{"Key": name, "Value": text} for name, text in {**_ignored_tags(bucket), **value}.items()]
    if tags:
        bucket.client.put_bucket_tagging(**bucket.where, Tagging={"TagSet": tags})  # type: ignore[typeddict-item]  # plain dicts
    else:
        bucket.client.delete_bucket_tagging(**bucket.where)


# A bucket is private before it can hold a recording, and a policy and a public access block that are set at once conflict.
BUCKET_SETTINGS: tuple[Setting[Bucket], ...] = (
    Setting("object_ownership", lambda _: documents.OBJECT_OWNERSHIP, _ownership, _set_ownership),
    Setting(
        "public_access_block",
        lambda _: documents.PUBLIC_ACCESS_BLOCK,
        _public_access_block,
        _set_public_access_block,
        unset={},
    ),
    Setting(
        "encryption",
        lambda spec: documents.encryption(spec["kms_key_arn"] or ""),
        _encryption,
        _set_encryption,
        unset={},
        inputs={"kms_key_arn": lambda value: value.get("KMSMasterKeyID")},
    ),
    Setting("versioning", lambda _: documents.VERSIONING, _versioning, _set_versioning),
    Setting(
        "lifecycle_rules",
        lambda spec: documents.lifecycle_rules(spec["noncurrent_days"], spec["retention_days"]),
        _lifecycle_rules,
        _set_lifecycle_rules,
        unset=[],
        inputs={
            "retention_days": lambda value: documents.find_days(value, "Expiration", "Days"),
            "noncurrent_days": lambda value: documents.find_days(value, "NoncurrentVersionExpiration", "NoncurrentDays"),
        },
    ),
    Setting("policy", lambda spec: documents.bucket_policy(spec["bucket_arn"]), _policy, _set_policy, unset={}),
    Setting(
        "logging",
        lambda spec: documents.logging(spec["bucket_name"], spec["log_bucket"] or ""),
        _logging,
        _set_logging,
        unset={},
        inputs={"log_bucket": lambda value: value.get("TargetBucket")},
    ),
    Setting("tags", lambda spec: spec["tags"] or {}, _managed_tags, _set_tags, unset={}),
)
