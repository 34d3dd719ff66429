"""Changes of bucket and role by hand, on the real engine: each shows under its property, and can be ignored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

BUCKET, LOGS = "recordings-of-shop", "logs-of-shop"
EXTERNAL_ID = "a-secret-of-ours"
POLICY = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012"},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{BUCKET}/*",
}
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
SHOWN = {
    "RecordingBucket": {
        "object_ownership",
        "public_access_block",
        "encryption",
        "versioning",
        "lifecycle_rules",
        "retention_days",
        "policy",
        "logging",
        "log_bucket",
        "tags",
    },
    "RecordingRole": {
        "trust_policy",
        "max_session_duration",
        "description",
        "permissions_boundary",
        "permissions",
        "other_policies",
        "tags",
    },
}
"""The properties under which the changes of `change_everything` show."""


def change_everything(s3: Any, iam: Any) -> None:
    """Change each setting of bucket and role by hand."""
    s3.create_bucket(Bucket=LOGS, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    days = {"ID": "recordings", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    policy = {"Version": "2012-10-17", "Statement": [POLICY]}
    logs = {
        **POLICY,
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOGS}/*",
    }
    key = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/theirs"}}
    where = {"Bucket": BUCKET}
    s3.put_bucket_ownership_controls(**where, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.delete_public_access_block(**where)
    s3.put_bucket_encryption(**where, ServerSideEncryptionConfiguration={"Rules": [key]})
    s3.put_bucket_versioning(**where, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_lifecycle_configuration(
        **where, LifecycleConfiguration={"Rules": [days, *(rule for rule in rules if rule["ID"] != "recordings")]}
    )
    s3.put_bucket_policy(Bucket=LOGS, Policy=json.dumps({**policy, "Statement": [logs]}))
    s3.put_bucket_logging(**where, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": LOGS, "TargetPrefix": f"{BUCKET}/"}})
    s3.put_bucket_policy(**where, Policy=json.dumps(policy))
    s3.put_bucket_tagging(**where, Tagging={"TagSet": [{"Key": "team", "Value": "video"}, {"Key": "cost-centre", "Value": "42"}]})
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "sts:AssumeRole"}
    trust = {**statement, "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}}
    iam.update_assume_role_policy(RoleName="recorder", PolicyDocument=json.dumps({**policy, "Statement": trust}))
    iam.update_role(RoleName="recorder", Description="Mine.", MaxSessionDuration=3600)
    iam.put_role_permissions_boundary(RoleName="recorder", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
    iam.put_role_policy(RoleName="recorder", PolicyName="recordings", PolicyDocument=EVERYTHING)
    iam.put_role_policy(RoleName="recorder", PolicyName="more", PolicyDocument=EVERYTHING)
    iam.tag_role(RoleName="recorder", Tags=[{"Key": "cost-centre", "Value": "42"}])


@pytest.fixture
def storage(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack of an empty project, pointed to an empty AWS."""
    return new_stack(recording_sandbox)


def declare(stack: Stack, *ignored: str, **args: Any) -> None:
    """Write a program that declares the storage `recordings`, which ignores changes of these properties."""
    given = {"bucket_name": BUCKET, "role_name": "recorder", "retention_days": 30, "tags": {"team": "video"}, **args}
    stack.program(
        f"opts = pulumi.ResourceOptions(ignore_changes={list(ignored)!r})\n"
        f"secret = pulumi.Output.secret({EXTERNAL_ID!r})\n"
        f"tavus.RecordingStorage('recordings', opts, external_id=secret, **{given!r})\n"
    )


def shown_changes(stack: Stack) -> dict[str, set[str]]:
    """Return the inputs that a preview with refresh shows as changed, by the kind of resource."""
    steps = [each for each in json.loads(stack.pulumi("preview", "--refresh", "--json"))["steps"] if each["op"] == "update"]
    return {each["urn"].split("::")[2].rpartition(":")[2]: changed_inputs(each) for each in steps}


def changed_inputs(step: dict[str, Any]) -> set[str]:
    """Return the inputs that a step changes, but for the region, which a preview of a changed bucket does not know."""
    old, new = step["oldState"]["inputs"], step["newState"]["inputs"]
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return {name for name in changed if not name.startswith("__")} - {"bucket_region"}


def settings_at_aws(s3: S3Client, iam: IAMClient) -> list[Any]:
    """Return what AWS reports of some settings of bucket and role."""
    role = iam.get_role(RoleName="recorder")["Role"]
    return [
        s3.get_bucket_versioning(Bucket=BUCKET)["Status"],
        s3.get_bucket_policy(Bucket=BUCKET)["Policy"],
        s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"],
        {name: role.get(name) for name in ("AssumeRolePolicyDocument", "Description", "Tags", "PermissionsBoundary")},
    ]


def test_each_change_by_hand_shows_and_can_be_ignored(storage: Stack) -> None:
    """Each shows under its property; where that is ignored, up changes something else and leaves it; else up restores it."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    declare(storage)
    storage.up()
    desired = settings_at_aws(s3, iam)
    change_everything(s3, iam)
    by_hand = settings_at_aws(s3, iam)
    assert shown_changes(storage) == SHOWN
    printed = storage.preview("--refresh")
    assert '"Suspended" => "Enabled"' in printed
    assert EXTERNAL_ID not in printed

    everything = sorted(SHOWN["RecordingBucket"] | SHOWN["RecordingRole"])
    declare(storage, *everything)
    storage.up("--refresh", "--expect-no-changes")
    assert EXTERNAL_ID not in storage.export()
    declare(storage, *everything, force_destroy=True)
    storage.up()
    assert settings_at_aws(s3, iam) == by_hand

    declare(storage, force_destroy=True)
    storage.up()
    assert settings_at_aws(s3, iam) == desired
    storage.up("--refresh", "--expect-no-changes")


def test_tags_of_others_stay(storage: Stack) -> None:
    """Tags that `aws:ignoreTags` or `ignore_changes` names outlive a refresh, an update and a new bucket's settings."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    storage.pulumi("config", "set", "--path", "aws:ignoreTags.keys[0]", "cost-centre")
    declare(storage)
    storage.up()
    change_everything(s3, iam)
    theirs = {"Key": "cost-centre", "Value": "42"}

    assert all("tags" not in names for names in shown_changes(storage).values())
    declare(storage, tags={"team": "audio"})
    storage.up("--refresh")
    for tags in (s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"], iam.list_role_tags(RoleName="recorder")["Tags"]):
        assert sorted(tags, key=lambda tag: tag["Key"]) == [theirs, {"Key": "team", "Value": "audio"}]

    storage.pulumi("config", "rm", "aws:ignoreTags")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    storage.refresh()
    declare(storage, "tags", "versioning", tags={"team": "video"}, role_name="another")
    storage.up()
    assert theirs in s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]
    declare(storage, "tags", "versioning", tags={"team": "video"}, role_name="another", bucket_name="another-bucket-of-shop")
    storage.up()
    assert s3.get_bucket_versioning(Bucket="another-bucket-of-shop")["Status"] == "Enabled"
    storage.up("--refresh", "--expect-no-changes")
