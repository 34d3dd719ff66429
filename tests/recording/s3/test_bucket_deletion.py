"""A bucket that contains recordings is deleted only with `force_destroy`, and then completely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import BUCKET_URN

from ..conftest import bucket_inputs, names_of_buckets

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def fill(s3: S3Client, name: str, objects: int) -> None:
    """Put that many objects of ten bytes."""
    for number in range(objects):
        s3.put_object(Bucket=name, Key=f"call/{number}", Body=b"0123456789")


def test_an_empty_bucket_is_deleted(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """An empty bucket is deleted with its settings; a second deletion succeeds, too."""
    id_, outs = buckets.create(bucket_inputs())

    buckets.delete(id_, outs)

    assert names_of_buckets(s3) == []
    buckets.delete(id_, outs)


def test_a_bucket_with_recordings_is_not_deleted(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """The error says how much the bucket contains, and both commands to continue."""
    id_, outs = buckets.create(bucket_inputs())
    fill(s3, id_, 3)
    s3.put_object(Bucket=id_, Key="call/0", Body=b"again")
    s3.delete_object(Bucket=id_, Key="call/1")

    with pytest.raises(StorageError) as refused:
        buckets.delete(id_, outs)

    message = str(refused.value)
    assert "contains 2 objects (35 bytes; versions and delete markers: 5)" in message
    assert "set force_destroy=True, run `pulumi up --target URN`" in message
    assert "`pulumi state delete URN`" in message
    assert f"URN is '{BUCKET_URN}'" in message
    assert [id_] == names_of_buckets(s3)


@pytest.mark.parametrize("leaves", ["an old version", "a delete marker"])
def test_old_versions_and_delete_markers_count(buckets: RecordingBucketLifecycle, s3: S3Client, leaves: str) -> None:
    """A bucket without current objects is not empty while it keeps old versions or delete markers."""
    id_, outs = buckets.create(bucket_inputs())
    version = s3.put_object(Bucket=id_, Key="call", Body=b"0123456789")["VersionId"]
    s3.delete_object(Bucket=id_, Key="call")
    if leaves == "a delete marker":
        s3.delete_object(Bucket=id_, Key="call", VersionId=version)

    with pytest.raises(StorageError, match="contains 0 objects"):
        buckets.delete(id_, outs)


def test_force_destroy_deletes_everything(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, capfd: pytest.CaptureFixture[str]
) -> None:
    """`force_destroy` deletes versions, delete markers and unfinished uploads, 1000 at a time, and reports its progress."""
    id_, outs = buckets.create(bucket_inputs(force_destroy=True))
    fill(s3, id_, 1001)
    s3.delete_object(Bucket=id_, Key="call/1")
    s3.create_multipart_upload(Bucket=id_, Key="unfinished")

    buckets.delete(id_, outs)

    assert names_of_buckets(s3) == []
    assert proxy.calls.count("POST delete") == 2
    assert capfd.readouterr().err == f"emptying bucket '{id_}': 1000 versions and delete markers deleted so far\n"
    assert proxy.calls.count("DELETE uploadId") == 1


def test_force_destroy_continues_after_an_interruption(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """A second deletion deletes what an interrupted one left."""
    id_, outs = buckets.create(bucket_inputs(force_destroy=True))
    fill(s3, id_, 3)
    s3.create_multipart_upload(Bucket=id_, Key="unfinished")
    proxy.refuse("GET uploads")
    with pytest.raises(StorageError, match="s3:ListBucketMultipartUploads"):
        buckets.delete(id_, outs)
    assert s3.list_object_versions(Bucket=id_).get("Versions") is None

    buckets.delete(id_, outs)

    assert names_of_buckets(s3) == []


def test_force_destroy_counts_once_it_is_deployed(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """An update that only sets `force_destroy` makes no call, and the next deletion uses it."""
    id_, outs = buckets.create(bucket_inputs())
    fill(s3, id_, 1)

    buckets.delete(id_, buckets.update(id_, outs, bucket_inputs(force_destroy=True)))

    assert names_of_buckets(s3) == []


@pytest.mark.moto("LocalStack deletes locked objects")
def test_a_locked_object_is_named(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """If AWS refuses to delete an object, the error names the first one, and the bucket stays."""
    id_, outs = buckets.create(bucket_inputs(force_destroy=True))
    fill(s3, id_, 1)
    s3.put_bucket_policy(
        Bucket=id_,
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject",'
        f'"Resource":"arn:aws:s3:::{id_}/*"}}]}}',
    )

    with pytest.raises(StorageError, match=r"AccessDenied .* for 'call/0' and 0 more; the caller needs s3:DeleteObject and"):
        buckets.delete(id_, outs)

    assert [id_] == names_of_buckets(s3)
