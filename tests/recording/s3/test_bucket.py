"""A bucket's life: private from the start, changed in place where S3 can, else replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.api.errors import SettingsError, StorageError
from tavus_provider.lifecycle.base import Diff
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.schema.formats import validate_s3_bucket_name
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.version import __version__
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at

from ..conftest import bucket_inputs, names_of_buckets

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_a_new_bucket_is_private(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """Somebody else's client sees every setting that a bucket for recordings needs."""
    name, _ = buckets.create(bucket_inputs())

    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    controls = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=name)["Policy"]
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"


def test_settings_are_written_in_the_order_that_keeps_a_bucket_private(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy
) -> None:
    """Ownership and the public access block come first, the policy after the block, and nothing that is empty is written."""
    buckets.create(bucket_inputs())

    assert proxy.calls == [
        "GetCallerIdentity",
        "PUT bucket",
        "PUT ownershipControls",
        "PUT publicAccessBlock",
        "PUT encryption",
        "PUT versioning",
        "PUT lifecycle",
        "PUT policy",
    ]


def test_a_name_is_chosen_from_the_resource_s(buckets: RecordingBucketLifecycle) -> None:
    """The chosen name is the ID and an output, but no input."""
    name, outs = buckets.create(bucket_inputs())

    assert re.fullmatch(r"recordings-[0-9a-f]{7}", name)
    assert name == outs["bucket_name"]
    assert f"arn:aws:s3:::{name}" == outs["bucket_arn"]
    assert "bucket_name" not in buckets.previous_inputs(outs)


@given(st.text(max_size=100))
def test_every_chosen_name_is_accepted_by_s3(name: str) -> None:
    """Capitals, spaces, dots and words that AWS reserves are replaced."""
    assert validate_s3_bucket_name(f"{RecordingBucketLifecycle.sanitize_name(name)}-0123abc") is None


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_bucket_is_created_in_the_given_region(buckets: RecordingBucketLifecycle, s3: S3Client, region: str) -> None:
    """The bucket is created in the given region, also in us-east-1, which S3 refuses as a constraint."""
    name, outs = buckets.create(bucket_inputs(region=region))

    assert region == outs["region"]
    constraint: str | None = s3.get_bucket_location(Bucket=name)["LocationConstraint"]
    assert region == (constraint or "us-east-1")


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"tags": {"team": "video"}, "retention_days": 30},
        {"bucket_name": "given-name", "region": "us-east-1", "kms_key_arn": KEY, "noncurrent_days": 90},
    ],
)
def test_a_refresh_after_creation_changes_nothing(buckets: RecordingBucketLifecycle, inputs: dict[str, object]) -> None:
    """A refresh reports the values that were written, in the same form, and a diff finds no change."""
    news = bucket_inputs(**inputs)
    id_, outs = buckets.create(news)

    assert (id_, outs) == buckets.read(id_, outs)
    assert Diff(delete_before_replace="bucket_name" in inputs) == buckets.diff(id_, outs, news)


def test_giving_the_values_in_effect_is_no_change(buckets: RecordingBucketLifecycle) -> None:
    """Giving the values that are in effect, or removing them from the program, changes nothing."""
    id_, outs = buckets.create(bucket_inputs())
    spelled = bucket_inputs(bucket_name=id_, region="eu-west-1", noncurrent_days=7, force_destroy=False)

    assert buckets.diff(id_, outs, spelled).changes == ()
    _, named = buckets.create(bucket_inputs(bucket_name="given-name", region="us-east-1"))
    assert buckets.diff("given-name", named, bucket_inputs()).changes == ()


def test_another_default_region_is_no_change(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """A bucket stays in its region when the next run has another default region."""
    id_, outs = buckets.create(bucket_inputs())
    elsewhere = bucket_at(proxy.url, region="ap-southeast-2")

    assert elsewhere.diff(id_, outs, bucket_inputs()).changes == ()
    assert (id_, outs) == elsewhere.read(id_, outs)


@pytest.mark.parametrize(
    ("inputs", "writes", "setting"),
    [
        ({"retention_days": 30}, ["PUT lifecycle"], "lifecycle_rules"),
        ({"noncurrent_days": 1}, ["PUT lifecycle"], "lifecycle_rules"),
        ({"tags": {"team": "audio"}}, ["PUT tagging"], "tags"),
        ({"kms_key_arn": KEY}, ["PUT encryption"], "encryption"),
        ({"force_destroy": True}, [], "force_destroy"),
    ],
)
def test_a_change_in_place_writes_only_what_differs(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, inputs: dict[str, object], writes: list[str], setting: str
) -> None:
    """An update shows each change under its own property, replaces nothing, and writes only the setting that differs."""
    id_, outs = buckets.create(bucket_inputs())
    news = bucket_inputs(**inputs)
    found = buckets.diff(id_, outs, news)
    proxy.forget()

    updated = buckets.update(id_, outs, news)

    assert setting in found.changes
    assert found.replaces == ()
    assert writes == proxy.writes()
    assert buckets.diff(id_, updated, news).changes == ()
    assert (id_, updated) == buckets.read(id_, updated)


def test_removed_inputs_remove_their_settings(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """Removing retention and tags from the program removes them from the bucket."""
    id_, outs = buckets.create(bucket_inputs(retention_days=30, tags={"team": "video"}))

    outs = buckets.update(id_, outs, bucket_inputs())

    assert "recordings" not in [rule["ID"] for rule in s3.get_bucket_lifecycle_configuration(Bucket=id_)["Rules"]]
    assert outs["tags"] == {}
    assert (id_, outs) == buckets.read(id_, outs)
    assert buckets.diff(id_, outs, bucket_inputs()).changes == ()


def test_requests_are_logged_to_another_bucket(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """`log_bucket` sends the log of requests to somebody else's bucket, and its removal ends that."""
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},'
        '"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs-of-tests/*"}]}'
    )
    s3.create_bucket(Bucket="logs-of-tests", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_policy(Bucket="logs-of-tests", Policy=policy)

    id_, outs = buckets.create(bucket_inputs(log_bucket="logs-of-tests"))

    assert s3.get_bucket_logging(Bucket=id_)["LoggingEnabled"]["TargetBucket"] == "logs-of-tests"
    assert (id_, outs) == buckets.read(id_, outs)
    without = buckets.update(id_, outs, bucket_inputs())
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=id_)
    assert (id_, without) == buckets.read(id_, without)


@pytest.mark.parametrize(
    ("before", "after", "property_", "first_delete"),
    [
        ({}, {"region": "us-east-1"}, "region", False),
        ({}, {"bucket_name": "other-name"}, "bucket_name", False),
        ({"bucket_name": "given-name"}, {"bucket_name": "other-name"}, "bucket_name", False),
        ({"bucket_name": "given-name"}, {"bucket_name": "given-name", "region": "us-east-1"}, "region", True),
    ],
)
def test_another_name_or_region_needs_another_bucket(
    buckets: RecordingBucketLifecycle,
    before: dict[str, object],
    after: dict[str, object],
    property_: str,
    first_delete: bool,
) -> None:
    """Another name or region replaces the bucket; the old one is deleted first only if the new one has its name."""
    id_, outs = buckets.create(bucket_inputs(**before))

    found = buckets.diff(id_, outs, bucket_inputs(**after))

    assert (property_,) == found.replaces
    assert first_delete == found.delete_before_replace


def test_inputs_that_a_preview_does_not_know_are_changes(buckets: RecordingBucketLifecycle) -> None:
    """An unknown value counts as a change at any depth, and is no error."""
    id_, outs = buckets.create(bucket_inputs(tags={"team": "video"}))

    assert "tags" in buckets.diff(id_, outs, bucket_inputs(tags={"team": UNKNOWN})).changes
    assert "retention_days" in buckets.diff(id_, outs, bucket_inputs(tags={"team": "video"}, retention_days=UNKNOWN)).changes
    assert (
        list(
            buckets.check(bucket_inputs(tags={"team": UNKNOWN}, retention_days=UNKNOWN, bucket_name=UNKNOWN, log_bucket=UNKNOWN))
        )
        == []
    )


def test_what_an_older_state_lacks_is_no_change(buckets: RecordingBucketLifecycle) -> None:
    """An output that a newer version of this package adds is no change before a refresh has read it."""
    id_, outs = buckets.create(bucket_inputs())
    older = {name: value for name, value in outs.items() if name != "logging"}

    assert buckets.diff(id_, older, bucket_inputs()).changes == ()


def test_mistakes_are_found_without_aws(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """Check reports every mistake on its own property, without a call to AWS."""
    news = bucket_inputs(
        bucket_name="No Name", region="Ireland", retention_days=0, tags={"aws:x": ""}, retention_day=3, log_bucket="No Name"
    )

    found = {each.property: each.reason for each in buckets.check(news)}

    # An input that does not exist is reported on the resource: the engine would print the value of the property.
    assert {"", "bucket_name", "region", "retention_days", "tags", "log_bucket"} == found.keys()
    assert "did you mean retention_days?" in found[""]
    assert proxy.calls == []


@pytest.mark.parametrize("name", ["retention_days", "noncurrent_days"])
def test_s3_counts_days_in_32_bits(buckets: RecordingBucketLifecycle, name: str) -> None:
    """Check refuses days that S3 cannot read, and takes the last that it can."""
    (failure,) = buckets.check(bucket_inputs(**{name: 2**31}))

    assert (failure.property, failure.reason) == (name, "must be at most 2147483647 days, not 2147483648")
    assert list(buckets.check(bucket_inputs(**{name: 2**31 - 1}))) == []


def test_the_key_must_be_in_the_bucket_s_region(buckets: RecordingBucketLifecycle) -> None:
    """Check refuses a KMS key of another region, as S3 would."""
    (failure,) = buckets.check(bucket_inputs(region="us-east-1", kms_key_arn=KEY))

    assert (failure.property, failure.reason) == ("kms_key_arn", f"must be a key in us-east-1, the bucket's region, not {KEY!r}")
    assert list(buckets.check(bucket_inputs(region="eu-west-1", kms_key_arn=KEY))) == []
    assert list(buckets.check(bucket_inputs(region=UNKNOWN, kms_key_arn=UNKNOWN))) == []


def test_a_bucket_of_one_s_own_is_not_taken_over(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """A create refuses a bucket that the account has already, also in us-east-1, and does not change it."""
    made = bucket_inputs(bucket_name="given-name", region="us-east-1")
    buckets.diff(*buckets.create(made), made)
    s3.put_bucket_versioning(Bucket="given-name", VersioningConfiguration={"Status": "Suspended"})

    with pytest.raises(StorageError, match="this account has it already; choose another bucket_name"):
        buckets.create(bucket_inputs(bucket_name="given-name", region="us-east-1"))

    assert names_of_buckets(s3) == ["given-name"]
    assert s3.get_bucket_versioning(Bucket="given-name")["Status"] == "Suspended"


def test_every_call_names_the_account_that_must_own_the_bucket(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """Every call names the account, so that S3 refuses it for somebody else's bucket."""
    id_, outs = buckets.create(bucket_inputs())
    buckets.read(id_, outs)
    buckets.delete(id_, outs)

    owners = {headers.get("x-amz-expected-bucket-owner") for headers in proxy.headers[2:]}

    assert {"123456789012"} == owners


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_names_the_region(proxy: AwsProxy, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """AWS_REGION and AWS_DEFAULT_REGION both set the region."""
    monkeypatch.setenv(variable, "ap-southeast-2")

    _, outs = bucket_at(proxy.url, region="").create(bucket_inputs())

    assert outs["region"] == "ap-southeast-2"


def test_aws_is_told_who_calls(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """The User-Agent carries this package's name and version."""
    buckets.create(bucket_inputs())

    assert all(f"tavus-provider/{__version__}" in headers["user-agent"] for headers in proxy.headers)


def test_a_bucket_needs_a_region(proxy: AwsProxy) -> None:
    """Without a region in input, configuration and environment the error says how to set one."""
    # Credentials that no other test has: a process keeps one session for equal settings.
    buckets = bucket_at(proxy.url, region="", accessKey="without-region")

    with pytest.raises(SettingsError, match="pulumi config set aws:region us-east-1"):
        buckets.create(bucket_inputs())


def test_a_vanished_bucket_leaves_the_state(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """A bucket that somebody deleted is read as gone, and its deletion succeeds."""
    id_, outs = buckets.create(bucket_inputs())
    s3.delete_bucket(Bucket=id_)

    assert buckets.read(id_, outs) is None
    buckets.delete(id_, outs)


def test_another_account_s_credentials_do_not_make_a_bucket_vanish(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """Credentials of another account cause an error, instead of showing the bucket as gone."""
    id_, outs = buckets.create(bucket_inputs())
    s3.delete_bucket(Bucket=id_)
    elsewhere = {**outs, "account_id": "999999999999"}

    with pytest.raises(StorageError, match=r"made in AWS account 999999999999, and these credentials are for 123456789012"):
        buckets.read(id_, elsewhere)
    with pytest.raises(StorageError, match="use those of 999999999999"):
        buckets.delete(id_, elsewhere)
