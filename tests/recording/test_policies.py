"""The policies are exact for all names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.recording.aws import arns, formats
from tavus_provider.recording.aws.documents import canonical
from tavus_provider.recording.iam import role_policies
from tavus_provider.recording.s3 import bucket_documents
from tavus_provider.schema.formats import validate_s3_bucket_name

buckets = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", fullmatch=True).filter(
    lambda name: validate_s3_bucket_name(name) is None
)
prefixes = st.from_regex(r"[\w!.'()/-]{0,100}", fullmatch=True).filter(lambda prefix: formats.validate_key_prefix(prefix) is None)
partitions = st.sampled_from(["aws", "aws-cn", "aws-us-gov"])
EIGHT = {
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
}


def many(value: Any) -> list[Any]:
    """Return a list, for which a policy may have its single member."""
    return value if isinstance(value, list) else [value]


@given(buckets, prefixes, partitions)
def test_the_role_is_allowed_eight_actions_on_its_bucket_and_nothing_else(bucket: str, prefix: str, partition: str) -> None:
    """The role is allowed exactly eight actions, on its bucket only."""
    arn = arns.bucket_arn(partition, bucket)
    statements = role_policies.permission_policy(arn, prefix)["Statement"]

    assert sorted(EIGHT) == sorted(action for each in statements for action in each["Action"])
    assert {"Allow"} == {each["Effect"] for each in statements}
    assert [arn, f"{arn}/{prefix}*"] == [resource for each in statements for resource in many(each["Resource"])]


@given(buckets, prefixes, partitions)
def test_each_action_stands_on_the_kind_of_resource_that_it_works_on(bucket: str, prefix: str, partition: str) -> None:
    """Actions on a bucket have its ARN as resource, actions on objects that of objects."""
    arn = arns.bucket_arn(partition, bucket)

    for statement in role_policies.permission_policy(arn, prefix)["Statement"]:
        on_objects = statement["Resource"].startswith(f"{arn}/")
        assert all(("Bucket" not in action) == on_objects for action in statement["Action"])


@given(partitions, st.from_regex(r"[0-9]{12}", fullmatch=True), st.from_regex(r"[\w+=,.@:/-]{2,50}", fullmatch=True))
def test_the_role_trusts_one_account_with_its_external_id(partition: str, account: str, external_id: str) -> None:
    """The role trusts one account, and requires its external id."""
    (statement,) = role_policies.trust_policy(partition, account, external_id)["Statement"]

    assert {"AWS": f"arn:{partition}:iam::{account}:root"} == statement["Principal"]
    assert {"StringEquals": {"sts:ExternalId": external_id}} == statement["Condition"]
    assert statement["Action"] == "sts:AssumeRole"


def test_the_account_and_external_id_are_those_of_tavus_guide() -> None:
    """Account, external id and session are those of Tavus's guide. Source: Tavus docs, "Conversation Recordings"."""
    (statement,) = role_policies.trust_policy("aws")["Statement"]

    assert statement["Principal"] == {"AWS": "arn:aws:iam::291871421005:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "tavus"}}
    assert role_policies.SESSION_SECONDS == 12 * 60 * 60


@given(buckets, partitions)
def test_the_bucket_policy_only_refuses(bucket: str, partition: str) -> None:
    """The bucket policy contains conditional denials for the bucket only."""
    arn = arns.bucket_arn(partition, bucket)

    for statement in bucket_documents.bucket_policy(arn)["Statement"]:
        assert statement["Effect"] == "Deny"
        assert [arn, f"{arn}/*"] == statement["Resource"]
        assert statement["Condition"]


def test_the_bucket_policy_refuses_plain_http_and_outdated_tls() -> None:
    """The bucket policy denies everybody every action without TLS 1.2 or newer."""
    statements = bucket_documents.bucket_policy("arn:aws:s3:::b")["Statement"]

    assert [each["Condition"] for each in statements] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    ]
    assert {(each["Principal"], each["Action"]) for each in statements} == {("*", "s3:*")}


@given(buckets, partitions)
def test_policies_are_written_in_the_form_in_which_they_are_compared(bucket: str, partition: str) -> None:
    """Desired policies have the canonical form in which they are compared."""
    arn = arns.bucket_arn(partition, bucket)

    for document in (
        bucket_documents.bucket_policy(arn),
        role_policies.permission_policy(arn),
        role_policies.trust_policy(partition),
    ):
        assert document == canonical(document)


def test_policies_that_mean_the_same_have_one_form() -> None:
    """Policies with the same meaning have one canonical form."""
    one = {"Version": "2012-10-17", "Statement": {"Action": ["s3:b", "s3:a"], "Resource": ["x"]}}
    other = {"Version": "2012-10-17", "Statement": [{"Action": ["s3:a", "s3:b"], "Resource": "x"}]}

    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_the_partition_follows_from_the_region(region: str, partition: str) -> None:
    """Regions in China and of governments belong to their own partitions."""
    assert partition == arns.partition(region)
    assert partition == arns.partition(arns.home_region(partition))


def test_recordings_are_kept_for_ever_unless_told_otherwise() -> None:
    """Recordings expire only with retention_days; old versions, lone delete markers and unfinished uploads always do."""
    ids = ["expired-delete-markers", "incomplete-uploads", "noncurrent-versions"]

    assert ids == [rule["ID"] for rule in bucket_documents.lifecycle_rules(7)]
    assert [*ids, "recordings"] == [rule["ID"] for rule in bucket_documents.lifecycle_rules(7, 30)]


@given(st.integers(1, 3650), st.integers(1, 3650))
def test_rules_are_written_in_the_form_in_which_they_are_compared(noncurrent: int, retention: int) -> None:
    """Desired lifecycle rules have the form in which they are compared."""
    wanted = bucket_documents.lifecycle_rules(noncurrent, retention)

    assert wanted == bucket_documents.drop_empty(wanted)
    assert wanted == sorted(wanted, key=lambda rule: str(rule["ID"]))


keys = st.from_regex(
    r"arn:aws(-cn|-us-gov)?:kms:(eu-west-1|us-gov-west-1|cn-north-1):[0-9]{12}:key/(mrk-)?[0-9a-f-]{32,36}", fullmatch=True
).filter(lambda arn: formats.validate_key_arn(arn) is None)


def only_for(arn: str, key: str) -> dict[str, Any]:
    """Return the condition that S3 uses a key in its region for a bucket or its objects."""
    service = f"s3.{key.split(':')[3]}.amazonaws.com*"
    return {"StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"], "kms:ViaService": service}}


@given(buckets, partitions, keys)
def test_the_role_may_use_the_key_for_its_bucket_and_nothing_else(bucket: str, partition: str, key: str) -> None:
    """The role may use the key for two actions, through S3 and for the bucket's encryption context."""
    arn = arns.bucket_arn(partition, bucket)
    document = role_policies.permission_policy(arn, kms_key_arn=key)
    *others, statement = document["Statement"]

    assert others == role_policies.permission_policy(arn)["Statement"]
    assert statement == {
        "Sid": "Key",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key,
        "Condition": only_for(arn, key),
    }
    assert document == canonical(document)


@given(buckets, partitions, keys, st.from_regex(r"[\w+=,.@-]{1,64}", fullmatch=True))
def test_a_key_s_policy_lets_one_role_use_it_for_one_bucket(bucket: str, partition: str, key: str, role: str) -> None:
    """The key's policy lets one role use it for one bucket; its resource "*" means the key itself."""
    arn, role_arn = arns.bucket_arn(partition, bucket), f"arn:{partition}:iam::123456789012:role/{role}"

    assert role_policies.key_policy_statement(role_arn, arn, key) == {
        "Sid": "TavusRecordings",
        "Effect": "Allow",
        "Principal": {"AWS": role_arn},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": only_for(arn, key),
    }


@given(buckets, partitions, keys)
def test_a_grant_is_for_one_bucket(bucket: str, partition: str, key: str) -> None:
    """The grant allows two operations for one bucket, whose ARN is the encryption context."""
    arn = arns.bucket_arn(partition, bucket)
    grant = role_policies.key_grant(arn, key)

    assert grant == {
        "KeyId": key,
        "Operations": ["Decrypt", "GenerateDataKey"],
        "Constraints": {"EncryptionContextSubset": {"aws:s3:arn": arn}},
    }
    assert bucket_documents.encryption(key) == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key, "BucketKeyEnabled": True}
