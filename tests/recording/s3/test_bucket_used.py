"""Existing bucket that the program only uses: no call ever changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError, TavusError
from tavus_provider.journal.journal import Journal
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.testing.environment import REGION
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at, offline

from ..conftest import THEIR_BUCKET, THEIRS, USE, names_of_buckets, version

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def encrypt(s3: S3Client, **default: Any) -> None:
    """Change the encryption of the bucket."""
    rule: Any = {"ApplyServerSideEncryptionByDefault": default}
    s3.put_bucket_encryption(Bucket=THEIR_BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})


def find_error(buckets: RecordingBucketLifecycle, **inputs: Any) -> str:
    """Return the error of a create with these inputs."""
    with pytest.raises(TavusError) as refused:
        buckets.create({**USE, **inputs})
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_bucket_is_used_without_a_write(buckets: RecordingBucketLifecycle, proxy: AwsProxy, theirs: str) -> None:
    """A used bucket's settings are outputs as AWS reports them, and nothing is written."""
    id_, outs = buckets.create(USE)

    assert (id_, outs["bucket_name"], outs["region"], outs["adopted"]) == (THEIR_BUCKET, THEIR_BUCKET, REGION, True)
    assert (outs["versioning"], outs["tags"]) == ("Enabled", {"owner": "somebody"})
    assert outs["policy"]["Statement"] == [THEIRS]
    assert buckets.read(id_, outs) == (id_, outs)
    assert buckets.diff(id_, outs, USE).changes == ()
    assert proxy.writes() == []
    assert list(Journal().intents()) == []


def test_it_is_used_in_its_actual_region(proxy: AwsProxy, theirs: str) -> None:
    """A bucket is found in its actual region; the error for a wrong one names the right one."""
    elsewhere = bucket_at(proxy.url, region="us-east-1")

    assert elsewhere.create(USE)[1]["region"] == REGION
    message = find_error(elsewhere, region="us-east-1")
    assert message == f"could not use bucket '{THEIR_BUCKET}': its region is eu-west-1, not us-east-1; write region='eu-west-1'"


def test_a_bucket_that_is_not_there(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """A bucket that does not exist is an error, and is not created."""
    message = find_error(buckets)

    assert message.endswith("no AWS account has a bucket of that name; check bucket_name, or remove existing_bucket to create it")
    assert names_of_buckets(s3) == []


def test_a_bucket_of_another_account(buckets: RecordingBucketLifecycle, proxy: AwsProxy, theirs: str) -> None:
    """A bucket of another account is refused, and the error says where it can be given."""
    proxy.refuse("HEAD bucket", status=403)

    message = find_error(buckets)

    assert proxy.headers[-1]["x-amz-expected-bucket-owner"] == "123456789012"
    assert "the caller needs the permission s3:ListBucket; or the bucket does not belong to account 123456789012" in message
    assert message.endswith("such a bucket can only be given to a conversation, in recording_storage")


@pytest.mark.parametrize("state", ["off", "Suspended"])
def test_versioning_has_to_be_on(buckets: RecordingBucketLifecycle, s3: S3Client, state: str) -> None:
    """A bucket without versioning is refused, and the error says what to do."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    if state == "Suspended":
        version(s3, on=False)

    message = find_error(buckets)

    assert message == (
        f"could not use bucket '{THEIR_BUCKET}': its versioning is {state}, and Tavus requires Enabled; enable it, or write "
        "existing_bucket='manage'"
    )


@pytest.mark.parametrize(
    ("found", "given", "message"),
    [
        (KEY, {}, f"write kms_key_arn='{KEY}', so that the role may use it"),
        (
            KEY,
            {"kms_key_arn": KEY.replace("1234abcd", "99999999")},
            f"write kms_key_arn='{KEY}', so that the role may use it",
        ),
        ("", {"kms_key_arn": KEY}, "remove kms_key_arn"),
    ],
)
def test_a_key_that_the_role_may_not_use(
    buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str, found: str, given: dict[str, str], message: str
) -> None:
    """A bucket whose key differs from kms_key_arn is refused, since Tavus could not write to it."""
    if found:
        encrypt(s3, SSEAlgorithm="aws:kms", KMSMasterKeyID=found)

    assert find_error(buckets, **given).endswith(message)


@pytest.mark.parametrize("found", [KEY, KEY.rpartition("/")[2], "alias/video", "arn:aws:kms:eu-west-1:1:alias/video"])
def test_a_key_may_be_named_in_several_ways(buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str, found: str) -> None:
    """A key that S3 reports by its id or alias matches kms_key_arn."""
    encrypt(s3, SSEAlgorithm="aws:kms", KMSMasterKeyID=found)

    assert buckets.create({**USE, "kms_key_arn": KEY})[0] == THEIR_BUCKET


def test_what_the_caller_may_not_see_is_left_out(buckets: RecordingBucketLifecycle, proxy: AwsProxy, theirs: str) -> None:
    """Settings that the caller may not read are no outputs; the versioning is required."""
    for call in ("GET policy", "GET tagging", "GET encryption"):
        proxy.refuse(call)
    _, outs = buckets.create(USE)
    assert not outs.keys() & {"policy", "tags", "encryption"}

    proxy.refuse("GET versioning")
    assert "s3:GetBucketVersioning" in find_error(buckets)


def test_what_others_change_is_shown_and_no_difference(buckets: RecordingBucketLifecycle, s3: S3Client, theirs: str) -> None:
    """A refresh shows other people's changes, and a diff finds no difference."""
    id_, outs = buckets.create(USE)
    s3.delete_bucket_policy(Bucket=THEIR_BUCKET)
    s3.delete_bucket_tagging(Bucket=THEIR_BUCKET)

    _, refreshed = buckets.read(id_, outs) or ("", {})

    assert (refreshed["policy"], refreshed["tags"]) == ({}, {})
    assert buckets.diff(id_, refreshed, USE).changes == ()


def test_versioning_that_was_switched_off_is_told(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, theirs: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Suspended versioning is reported by a refresh and as a difference, and an update fails until it is enabled."""
    id_, outs = buckets.create(USE)
    version(s3, on=False)
    _, refreshed = buckets.read(id_, outs) or ("", {})

    assert f"Tavus cannot record to bucket '{THEIR_BUCKET}': its versioning is Suspended" in capfd.readouterr().err
    assert buckets.diff(id_, refreshed, USE).changes == ("versioning",)
    proxy.forget()
    with pytest.raises(StorageError, match="its versioning is Suspended, and Tavus requires Enabled; enable it"):
        buckets.update(id_, refreshed, USE)
    assert proxy.writes() == []
    version(s3, on=True)
    assert buckets.update(id_, refreshed, USE) == outs


def test_it_is_never_deleted(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, capfd: pytest.CaptureFixture[str]
) -> None:
    """A deletion leaves a used bucket, even an empty one."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    version(s3, on=True)
    id_, outs = buckets.create(USE)
    proxy.forget()

    buckets.delete(id_, outs)

    assert (names_of_buckets(s3), proxy.calls) == ([THEIR_BUCKET], [])
    assert f"bucket '{THEIR_BUCKET}' stays as it is" in capfd.readouterr().err


def test_a_used_bucket_gets_no_default_tags(proxy: AwsProxy, theirs: str) -> None:
    """A used bucket does not get the stack's default tags, and they are no difference."""
    buckets = bucket_at(proxy.url, defaultTags='{"tags": {"team": "video"}}')
    id_, outs = buckets.create(USE)

    assert outs["tags"] == {"owner": "somebody"}
    assert buckets.diff(id_, outs, USE).changes == ()


@pytest.mark.parametrize(
    "inputs",
    [{"retention_days": 3}, {"noncurrent_days": 1}, {"log_bucket": "b-b"}, {"force_destroy": True}, {"tags": {"a": "b"}}],
)
def test_an_input_that_would_change_it_is_a_mistake(inputs: dict[str, Any]) -> None:
    """Check refuses each input that would change a used bucket, but accepts defaults and a key."""
    buckets = offline(RecordingBucketLifecycle)
    (failure,) = buckets.check({**USE, **inputs})

    assert failure.property in inputs
    assert failure.reason.startswith("cannot be given with existing_bucket='use', which changes nothing in the bucket")
    assert list(buckets.check({**USE, "noncurrent_days": 7, "force_destroy": False, "kms_key_arn": KEY})) == []
