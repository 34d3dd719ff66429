"""A page of a gateway in the place of AWS's answer says nothing about the call: nothing is lost, and nothing is duplicated."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.iam.role_settings import ROLE_SETTINGS
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.recording.s3.bucket_settings import BUCKET_SETTINGS
from tavus_provider.recording.s3.recordings import Recordings
from tavus_provider.testing.environment import REGION
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import aws_settings

from .conftest import THEIR_BUCKET, names_of_buckets, names_of_roles
from .test_failures import (
    BUCKET,
    BUCKET_CALLS,
    EMPTYING_CALLS,
    MANAGED,
    MANAGING_CALLS,
    READING_CALLS,
    ROLE_CALLS,
    ROLE_REMOVING_CALLS,
    ROLE_WRITING_CALLS,
    WRITING_CALLS,
    attach,
    fill,
    role,
    with_wrong_settings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

__all__ = ["role"]

WELCOME = "<html><body>welcome</body></html>"  # XML, as answers of S3 are
PAGES = [(200, WELCOME), (404, "no route")]
REFUSED = "the answer is not AWS's own"


def each_call_gets_a_page(calls: list[str]) -> pytest.MarkDecorator:
    """Let each call in turn get each page, before it is carried out; writes after that, too."""
    cases = [
        pytest.param((call, carried_out, *page, calls[:number].count(call)), id=f"{call} {carried_out} {page}")
        for number, call in enumerate(calls)
        for carried_out in (False, True)
        for page in PAGES
        if not carried_out or not call.startswith(("GET", "HEAD", "Get", "List"))
    ]
    return pytest.mark.parametrize("case", cases)


@each_call_gets_a_page(BUCKET_CALLS)
def test_a_bucket_is_created_once(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, bool, int, str, int]
) -> None:
    """The create fails and leaves no bucket; the next one creates it with every setting."""
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.create(BUCKET)

    assert names_of_buckets(s3) == []
    id_, outs = buckets.create(BUCKET)
    assert names_of_buckets(s3) == ["given-name"]
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("call", BUCKET_CALLS)
def test_a_page_that_boto3_cannot_read_makes_no_second_bucket(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, call: str, carried_out: bool
) -> None:
    """Boto3 repeats some of these calls and fails at others; the next create completes the bucket with every setting."""
    proxy.garble(call, carried_out, 200, "<p>welcome")
    with suppress(StorageError):
        buckets.delete(*buckets.create(BUCKET))
    id_, outs = buckets.create(BUCKET)

    assert names_of_buckets(s3) == ["given-name"]
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize(
    "page", [(status, body) for status in (202, 302, 400, 403, 409, 429) for body in ("", WELCOME, "blocked")]
)
@pytest.mark.parametrize("call", ["PUT versioning", "GET versioning"])
def test_no_page_is_taken_for_an_answer(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, call: str, page: tuple[int, str]
) -> None:
    """The call fails, whatever status and content the page has."""
    id_, outs = buckets.create(BUCKET)
    proxy.garble(call, True, *page)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.read(id_, buckets.update(id_, {**outs, "versioning": "Suspended"}, BUCKET))


@each_call_gets_a_page(READING_CALLS)
def test_a_bucket_is_never_taken_for_gone(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, case: tuple[str, bool, int, str, int]
) -> None:
    """A refresh fails: it reports neither that the bucket is gone nor that the setting is unset."""
    id_, outs = buckets.create(BUCKET)
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.read(id_, outs)

    assert (id_, outs) == buckets.read(id_, outs)


@each_call_gets_a_page(WRITING_CALLS)
def test_a_setting_of_a_bucket_is_never_taken_for_written(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, case: tuple[str, bool, int, str, int]
) -> None:
    """The update fails; the next one writes every setting that differs."""
    id_, outs = buckets.create(BUCKET)
    before = with_wrong_settings(BUCKET_SETTINGS, outs)
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.update(id_, before, BUCKET)

    assert buckets.read(id_, buckets.update(id_, before, BUCKET)) == (id_, outs)


@each_call_gets_a_page(EMPTYING_CALLS)
def test_a_bucket_is_never_taken_for_deleted(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, bool, int, str, int]
) -> None:
    """The deletion fails, so the state keeps the bucket; the next one deletes what is left, or finds it gone."""
    id_, outs = buckets.create(BUCKET)
    fill(s3, id_)
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.delete(id_, {**outs, "force_destroy": True})

    buckets.delete(id_, {**outs, "force_destroy": True})
    assert names_of_buckets(s3) == []


@each_call_gets_a_page(MANAGING_CALLS)
def test_an_existing_bucket_is_never_deleted(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, bool, int, str, int]
) -> None:
    """The adoption fails and leaves the bucket; the next one writes every setting."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        buckets.create(MANAGED)

    assert names_of_buckets(s3) == [THEIR_BUCKET]
    id_, outs = buckets.create(MANAGED)
    assert (id_, outs) == buckets.read(id_, outs)


@each_call_gets_a_page(["HEAD bucket", "GET list-type", "HEAD object", "GET object"])
def test_a_page_is_never_taken_for_a_recording(
    s3: S3Client, proxy: AwsProxy, tmp_path: Path, case: tuple[str, bool, int, str, int]
) -> None:
    """The command fails; the next one lists and downloads what is there."""
    s3.create_bucket(Bucket="recordings", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="recordings", Key="c1/1", Body=b"0123456789")
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        list_and_download(proxy, tmp_path / "c1.mp4")

    assert not (tmp_path / "c1.mp4").exists()
    assert list_and_download(proxy, tmp_path / "c1.mp4") == ["c1/1"]
    assert (tmp_path / "c1.mp4").read_bytes() == b"0123456789"


def list_and_download(proxy: AwsProxy, to: Path) -> list[str]:
    """Download the recording c1/1; return the keys of all."""
    recordings = Recordings.find(aws_settings(proxy.url).aws, "recordings")
    keys = [each.key for each in recordings.list_all()]
    recordings.download("c1/1", to, lambda *_: None)
    return keys


@each_call_gets_a_page(ROLE_CALLS)
def test_a_role_is_created_once(
    roles: RecordingRoleLifecycle,
    iam: IAMClient,
    kms: KMSClient,
    proxy: AwsProxy,
    role: dict[str, Any],
    case: tuple[str, bool, int, str, int],
) -> None:
    """The create fails and leaves neither role nor grant; the next one creates it with every setting."""
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        roles.create(role)

    assert names_of_roles(iam) == []
    assert kms.list_grants(KeyId=role["kms_key_arn"])["Grants"] == []
    arn, outs = roles.create(role)
    assert names_of_roles(iam) == ["given-name"]
    assert (arn, outs) == roles.read(arn, outs)


@each_call_gets_a_page(ROLE_WRITING_CALLS)
def test_a_setting_of_a_role_is_never_taken_for_written(
    roles: RecordingRoleLifecycle, proxy: AwsProxy, iam: IAMClient, role: dict[str, Any], case: tuple[str, bool, int, str, int]
) -> None:
    """The update fails; the next one writes every setting that differs."""
    arn, outs = roles.create({**role, "kms_grant": False})
    attach(iam)
    before = with_wrong_settings(ROLE_SETTINGS, outs)
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        roles.update(arn, before, role)

    outs = roles.update(arn, before, role)
    assert (arn, outs) == roles.read(arn, outs)


@each_call_gets_a_page(ROLE_REMOVING_CALLS)
def test_a_role_is_never_taken_for_deleted(
    roles: RecordingRoleLifecycle,
    iam: IAMClient,
    kms: KMSClient,
    proxy: AwsProxy,
    role: dict[str, Any],
    case: tuple[str, bool, int, str, int],
) -> None:
    """The deletion fails, so the state keeps the role; the next one deletes what is left, or finds it gone."""
    arn, outs = roles.create(role)
    attach(iam)
    proxy.garble(*case)
    with pytest.raises(StorageError, match=REFUSED):
        roles.delete(arn, outs)

    roles.delete(arn, outs)
    assert names_of_roles(iam) == []
    assert kms.list_grants(KeyId=role["kms_key_arn"])["Grants"] == []
