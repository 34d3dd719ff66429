"""Existing buckets: how a program declares one, and what a change of `existing_bucket` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tavus_provider.api.errors import InputError
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.testing.environment import REGION
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import offline

from ..conftest import MANAGE, THEIR_BUCKET, USE, bucket_inputs, names_of_buckets, version

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.mark.parametrize("how", ["use", "manage"])
def test_it_needs_its_name(how: str) -> None:
    """Check requires bucket_name with existing_bucket."""
    (failure,) = offline(RecordingBucketLifecycle).check(bucket_inputs(existing_bucket=how))

    assert (failure.property, failure.reason) == ("bucket_name", "is required with existing_bucket: name the bucket")


def test_there_are_two_ways_to_take_it() -> None:
    """Check accepts `use` and `manage` only, and a name that is not known yet."""
    (failure,) = offline(RecordingBucketLifecycle).check({**USE, "existing_bucket": "adopt"})

    assert failure.reason == "must be one of use, manage, not 'adopt'"
    assert list(offline(RecordingBucketLifecycle).check({**USE, "bucket_name": UNKNOWN})) == []


def test_from_use_to_manage_each_setting_is_shown_before_it_is_written(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, theirs: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """From `use` to `manage` the preview names each setting that changes and its value, and the update writes only those."""
    id_, outs = buckets.create(USE)
    found = buckets.diff(id_, outs, MANAGE)
    message = capfd.readouterr().err
    assert f"bucket '{theirs}' is adopted: tags changes, and was " in message
    assert f"bucket '{theirs}' is adopted: policy changes, and was " in message
    proxy.forget()

    managed = buckets.update(id_, outs, MANAGE)

    assert found.replaces == ()
    assert {"existing_bucket", "policy", "tags", "lifecycle_rules", "public_access_block"} <= set(found.changes)
    assert not {"versioning", "logging"} & set(found.changes)
    assert len(proxy.writes()) == len(found.changes) - 1
    assert buckets.read(id_, managed) == (id_, managed)
    assert buckets.diff(id_, managed, MANAGE).changes == ()


def test_from_manage_to_use_nothing_is_written(buckets: RecordingBucketLifecycle, proxy: AwsProxy, theirs: str) -> None:
    """From `manage` to `use` an update writes nothing, and later changes are no drift."""
    id_, outs = buckets.create(MANAGE)
    assert buckets.diff(id_, outs, USE).replaces == ()
    proxy.forget()

    used = buckets.update(id_, outs, USE)

    assert proxy.writes() == []
    assert buckets.diff(id_, used, USE).changes == ()


def test_a_managed_bucket_needs_the_word_only_once(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, theirs: str
) -> None:
    """Removing `existing_bucket` from a managed bucket writes nothing, and a deletion still leaves the bucket."""
    id_, outs = buckets.create(MANAGE)
    news = bucket_inputs(bucket_name=THEIR_BUCKET)
    found = buckets.diff(id_, outs, news)
    assert (found.changes, found.replaces) == (("existing_bucket",), ())
    proxy.forget()

    outs = buckets.update(id_, outs, news)

    assert (proxy.writes(), outs["adopted"]) == ([], True)
    assert buckets.diff(id_, outs, news).changes == ()
    buckets.delete(id_, outs)
    assert names_of_buckets(s3) == [THEIR_BUCKET]


@pytest.mark.parametrize("how", ["use", "manage"])
def test_a_bucket_of_ours_can_be_declared_so(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, how: str) -> None:
    """`existing_bucket` on a bucket that we created writes nothing; it is still deleted, unless it is only used."""
    id_, outs = buckets.create(bucket_inputs(bucket_name=THEIR_BUCKET))
    news = {**USE, "existing_bucket": how}
    assert buckets.diff(id_, outs, news).replaces == ()
    proxy.forget()

    outs = buckets.update(id_, outs, news)

    assert (proxy.writes(), outs["adopted"]) == ([], False)
    assert buckets.diff(id_, outs, bucket_inputs(bucket_name=THEIR_BUCKET)).replaces == ()
    buckets.delete(id_, outs)
    assert names_of_buckets(s3) == ([THEIR_BUCKET] if how == "use" else [])


def test_a_used_bucket_is_not_managed_by_leaving_a_word_out(buckets: RecordingBucketLifecycle, theirs: str) -> None:
    """The preview refuses to remove `existing_bucket` from a used bucket, and says what to do."""
    id_, outs = buckets.create(USE)

    with pytest.raises(InputError) as refused:
        buckets.diff(id_, outs, bucket_inputs(bucket_name=THEIR_BUCKET))

    assert str(refused.value) == (
        f"bucket '{THEIR_BUCKET}' existed before, and no other bucket can replace it under its name: undo the change of "
        "existing_bucket, or give another bucket_name"
    )


@pytest.mark.parametrize(("news", "property_"), [({}, "existing_bucket"), ({"bucket_name": "new-bucket"}, "bucket_name")])
def test_a_new_bucket_instead(
    buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str, news: dict[str, str], property_: str
) -> None:
    """Without `existing_bucket` a new bucket is created first, and the used one stays."""
    id_, outs = buckets.create(USE)

    found = buckets.diff(id_, outs, bucket_inputs(**news))

    assert property_ in found.replaces
    assert not found.delete_before_replace
    new, _ = buckets.create(bucket_inputs(**news))
    buckets.delete(id_, outs)
    assert sorted(names_of_buckets(s3)) == sorted([THEIR_BUCKET, new])


@pytest.mark.parametrize("how", ["use", "manage"])
def test_it_cannot_be_moved(buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str, how: str) -> None:
    """The preview refuses another region for a bucket that existed before."""
    news = {**USE, "existing_bucket": how}
    id_, outs = buckets.create(news)

    with pytest.raises(InputError, match="undo the change of region, or give another bucket_name"):
        buckets.diff(id_, outs, {**news, "region": "us-east-1"})


def test_one_that_vanished_leaves_the_state(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """A used bucket that somebody deleted is read as gone, and a create does not create it."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    version(s3, on=True)
    id_, outs = buckets.create(USE)
    s3.delete_bucket(Bucket=THEIR_BUCKET)

    assert buckets.read(id_, outs) is None
    with pytest.raises(InputError, match="no AWS account has a bucket of that name"):
        buckets.create(USE)
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=THEIR_BUCKET)
