"""A change of a bucket by hand shows under its own property, and the next update reverts exactly that change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.recording.s3.bucket_settings import BUCKET_SETTINGS
from tests.support.aws.proxy import AwsProxy

from ..conftest import bucket_inputs

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

By = Callable[["S3Client", str], object]
NEWS = bucket_inputs(tags={"team": "video"}, retention_days=30)
OPEN: Any = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), False)


def add_statement(s3: S3Client, name: str) -> None:
    """Add a statement to the policy that lets another account read."""
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    arn = f"arn:aws:s3:::{name}/*"
    other = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "s3:GetObject", "Resource": arn}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({**policy, "Statement": [*policy["Statement"], other]}))


def log_to_itself(s3: S3Client, name: str) -> None:
    """Enable logging, which needs a policy; both are drift."""
    grant = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({**policy, "Statement": [grant]}))
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": ""}})
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def expire_tomorrow(s3: S3Client, name: str) -> None:
    """Let recordings expire earlier than the program says."""
    rule: Any = {"ID": "recordings", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})


def add_tag(s3: S3Client, name: str) -> None:
    """Add a tag."""
    tags: Any = [{"Key": "team", "Value": "video"}, {"Key": "owner", "Value": "somebody"}]
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})


def encrypt_without_bucket_key(s3: S3Client, name: str) -> None:
    """Encrypt with somebody's key, without a bucket key."""
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/theirs"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


BY_HAND: list[tuple[str, By, str]] = [
    (
        "object_ownership",
        lambda s3, name: s3.put_bucket_ownership_controls(
            Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        ),
        "PUT ownershipControls",
    ),
    ("object_ownership", lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name), "PUT ownershipControls"),
    (
        "public_access_block",
        lambda s3, name: s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=OPEN),
        "PUT publicAccessBlock",
    ),
    ("public_access_block", lambda s3, name: s3.delete_public_access_block(Bucket=name), "PUT publicAccessBlock"),
    ("encryption", lambda s3, name: s3.delete_bucket_encryption(Bucket=name), "PUT encryption"),
    ("encryption", encrypt_without_bucket_key, "PUT encryption"),
    (
        "versioning",
        lambda s3, name: s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"}),
        "PUT versioning",
    ),
    ("lifecycle_rules", expire_tomorrow, "PUT lifecycle"),
    ("lifecycle_rules", lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name), "PUT lifecycle"),
    ("policy", add_statement, "PUT policy"),
    ("policy", lambda s3, name: s3.delete_bucket_policy(Bucket=name), "PUT policy"),
    ("logging", log_to_itself, "PUT logging"),
    ("tags", add_tag, "PUT tagging"),
    ("tags", lambda s3, name: s3.delete_bucket_tagging(Bucket=name), "PUT tagging"),
]


@pytest.mark.parametrize("case", BY_HAND)
def test_drift_shows_and_is_repaired(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, By, str]
) -> None:
    """A refresh shows the drift, and an update writes that setting and no other."""
    setting, by_hand, repair = case
    id_, outs = buckets.create(NEWS)
    by_hand(s3, id_)
    found = buckets.read(id_, outs)
    assert found
    _, drifted = found

    assert {setting} == {name for name in outs if outs[name] != drifted[name]}
    assert (setting,) == buckets.diff(id_, drifted, NEWS).changes
    assert buckets.diff(id_, drifted, NEWS).replaces == ()

    proxy.forget()
    repaired = buckets.update(id_, drifted, NEWS)
    assert [repair] == proxy.writes()
    assert outs == repaired
    assert (id_, outs) == buckets.read(id_, repaired)


def test_a_bucket_key_that_was_switched_off_is_drift(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """A disabled bucket key is drift, since the role's grant on the KMS key requires it."""
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    news = bucket_inputs(kms_key_arn=key)
    id_, outs = buckets.create(news)
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=id_, ServerSideEncryptionConfiguration={"Rules": [rule]})

    _, drifted = buckets.read(id_, outs) or ("", {})

    assert buckets.diff(id_, drifted, news).changes == ("encryption",)
    assert buckets.update(id_, drifted, news) == outs
    assert buckets.read(id_, outs) == (id_, outs)


def test_every_setting_can_drift() -> None:
    """The list above contains every setting."""
    assert {each.name for each in BUCKET_SETTINGS} == {setting for setting, _, _ in BY_HAND}


def test_settings_are_read_in_parallel(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """While the first read waits for its answer, the others are sent."""
    id_, outs = buckets.create(NEWS)
    proxy.forget()
    hold = proxy.hold("GET ownershipControls", carried_out=True)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(buckets.read, id_, outs)
        hold.held.wait()
        for _ in range(1000):
            if len(proxy.calls) >= len(BUCKET_SETTINGS):
                break
            time.sleep(0.01)
        asked = len(proxy.calls)
        hold.released.set()

        assert reading.result() == (id_, outs)
    assert asked == len(BUCKET_SETTINGS)


def test_without_a_refresh_nothing_is_asked(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """A preview without refresh compares with the state, and makes no call."""
    id_, outs = buckets.create(NEWS)
    proxy.forget()

    buckets.diff(id_, outs, NEWS)

    assert proxy.calls == []
