"""Existing bucket that the program manages: like a new one, except that a deletion leaves it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.journal.journal import Journal
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.recording.s3.bucket_settings import BUCKET_SETTINGS
from tavus_provider.testing.environment import REGION
from tests.support.aws.proxy import AwsProxy

from ..conftest import MANAGE, THEIR_BUCKET, THEIRS, bucket_inputs, names_of_buckets, version

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_only_what_differs_is_written_and_what_it_was_is_told(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, theirs: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """An adoption writes only the settings that differ, and names the value that each of them had."""
    id_, outs = buckets.create({**MANAGE, "tags": {"team": "video"}})
    lines = capfd.readouterr().err.splitlines()

    assert "PUT versioning" not in proxy.writes()
    assert {"PUT publicAccessBlock", "PUT policy", "PUT lifecycle", "PUT tagging"} <= set(proxy.writes())
    assert f"bucket '{THEIR_BUCKET}' is adopted: tags changes, and was {json.dumps({'owner': 'somebody'})}" in lines
    (line,) = (line for line in lines if ": policy changes" in line)
    assert json.loads(line.partition("and was ")[2])["Statement"] == [THEIRS]
    assert len(lines) == 2
    assert (outs["adopted"], outs["tags"]) == (True, {"team": "video"})
    assert buckets.read(id_, outs) == (id_, outs)
    assert buckets.diff(id_, outs, {**MANAGE, "tags": {"team": "video"}}).changes == ()
    assert s3.get_object(Bucket=THEIR_BUCKET, Key="theirs")["Body"].read() == b"0123456789"
    assert list(Journal().intents()) == []


def test_it_has_all_that_a_new_one_has(buckets: RecordingBucketLifecycle, theirs: str) -> None:
    """A managed bucket has every setting of a new one."""
    _, new = buckets.create(bucket_inputs(bucket_name="new-bucket"))
    _, outs = buckets.create(MANAGE)

    for each in BUCKET_SETTINGS:
        assert json.dumps(outs[each.name]).replace(THEIR_BUCKET, "new-bucket") == json.dumps(new[each.name])


def test_drift_is_shown_and_repaired(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, theirs: str) -> None:
    """A refresh shows drift of a managed bucket, and an update repairs it."""
    id_, outs = buckets.create(MANAGE)
    version(s3, on=False)
    _, refreshed = buckets.read(id_, outs) or ("", {})
    proxy.forget()

    assert buckets.diff(id_, refreshed, MANAGE).changes == ("versioning",)
    assert buckets.update(id_, refreshed, MANAGE) == outs
    assert proxy.writes() == ["PUT versioning"]


def test_it_stays_when_it_is_destroyed(buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str) -> None:
    """A deletion leaves a managed bucket, its contents and its private settings."""
    buckets.delete(*buckets.create(MANAGE))

    assert names_of_buckets(s3) == [THEIR_BUCKET]
    assert s3.get_object(Bucket=THEIR_BUCKET, Key="theirs")
    assert all(s3.get_public_access_block(Bucket=THEIR_BUCKET)["PublicAccessBlockConfiguration"].values())


def test_force_destroy_deletes_it_with_what_it_holds(buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str) -> None:
    """After an update with `force_destroy` a deletion deletes a managed bucket with its contents."""
    id_, outs = buckets.create(MANAGE)

    buckets.delete(id_, buckets.update(id_, outs, {**MANAGE, "force_destroy": True}))

    assert names_of_buckets(s3) == []


def test_a_creation_of_ours_that_was_cut_off_is_taken_over(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy
) -> None:
    """A bucket that an interrupted create left is adopted if the program says `manage` by then."""
    proxy.refuse("PUT policy")
    proxy.refuse("DELETE bucket")
    with pytest.raises(StorageError):
        buckets.create(bucket_inputs(bucket_name=THEIR_BUCKET))

    id_, outs = buckets.create(MANAGE)

    assert buckets.read(id_, outs) == (id_, outs)
    assert list(Journal().intents()) == []


def test_an_adoption_that_was_cut_off_is_never_taken_for_a_creation(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy
) -> None:
    """Without `existing_bucket` the `up` after an interrupted adoption refuses the bucket, and does not delete it."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    proxy.refuse("PUT policy")
    with pytest.raises(StorageError, match="s3:PutBucketPolicy"):
        buckets.create(MANAGE)

    with pytest.raises(StorageError) as refused:
        buckets.create(bucket_inputs(bucket_name=THEIR_BUCKET))

    assert str(refused.value).endswith(
        "this account has it already; choose another bucket_name, or write existing_bucket='use' to use that bucket as it is, "
        "existing_bucket='manage' to manage it"
    )
    assert names_of_buckets(s3) == [THEIR_BUCKET]
