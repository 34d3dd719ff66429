"""A create completes what a killed one left: it orphans nothing and creates nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.journal.journal import Journal
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at

from .conftest import MANAGE, bucket_inputs, names_of_buckets, names_of_roles, role_inputs
from .test_failures import BUCKET_CALLS

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
TAGS = {"team": "video"}
SETTINGS_CALLS = BUCKET_CALLS[BUCKET_CALLS.index("PUT bucket") + 1 :]


def kill_create(proxy: AwsProxy, call: str, carried_out: bool, kind: str, inputs: dict[str, Any]) -> None:
    """Create a bucket or role in another process, and `kill -9` that while it waits for the answer to a call."""
    hold = proxy.hold(call, carried_out)
    program = f"from tests.support.lifecycles import {kind}_at\n{kind}_at({proxy.url!r}).create({inputs!r})\n"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=os.environ)
    hold.held.wait()
    process.kill()
    process.wait()
    hold.released.set()


def leave_half_made(buckets: RecordingBucketLifecycle, proxy: AwsProxy, call: str, inputs: dict[str, Any]) -> None:
    """Create a bucket, and let a call and the deletion fail."""
    proxy.refuse(call)
    proxy.refuse("DELETE bucket")
    with pytest.raises(StorageError, match="run `pulumi up` again, which completes it"):
        buckets.create(inputs)


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("given", [{}, {"bucket_name": "given-name"}])
def test_a_bucket_whose_creation_is_killed_is_made_once(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, given: dict[str, str], carried_out: bool
) -> None:
    """A create after a killed one results in one bucket, whether AWS had created it or not; a read removes the intent."""
    inputs = bucket_inputs(tags=TAGS, **given)
    kill_create(proxy, "PUT bucket", carried_out, "bucket", inputs)
    (intent,) = Journal().intents()
    assert names_of_buckets(s3) == ([intent.name] if carried_out else [])

    id_, outs = buckets.create(inputs)

    assert names_of_buckets(s3) == [id_] == [intent.name]
    assert (id_, outs) == buckets.read(id_, outs)
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("call", ["CreateRole", "PutRolePolicy"])
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_role_whose_creation_is_killed_is_made_once(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, call: str, carried_out: bool
) -> None:
    """A create after a killed one results in one role, whether AWS had created it or not."""
    inputs = role_inputs(tags=TAGS, role_name="given-name")
    kill_create(proxy, call, carried_out, "role", inputs)

    arn, outs = roles.create(inputs)

    assert names_of_roles(iam) == ["given-name"]
    assert (arn, outs) == roles.read(arn, outs)
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("call", SETTINGS_CALLS)
def test_a_half_made_bucket_is_completed(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, call: str) -> None:
    """A create writes the settings that are missing in a half-made bucket."""
    inputs = bucket_inputs(tags=TAGS)
    leave_half_made(buckets, proxy, call, inputs)
    (half,) = names_of_buckets(s3)
    missing = SETTINGS_CALLS[SETTINGS_CALLS.index(call) :]
    proxy.forget()

    id_, outs = buckets.create(inputs)

    assert half == id_
    assert names_of_buckets(s3) == [id_]
    assert set(missing) <= set(proxy.writes())
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("carried_out", [False, True])
def test_an_adoption_that_is_killed_is_finished_by_the_next(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, theirs: str, carried_out: bool
) -> None:
    """A create finishes a killed adoption without an intent, and never deletes the bucket."""
    inputs = {**MANAGE, "tags": TAGS}
    kill_create(proxy, "PUT policy", carried_out, "bucket", inputs)
    assert list(Journal().intents()) == []

    id_, outs = buckets.create(inputs)

    assert names_of_buckets(s3) == [theirs] == [id_]
    assert (id_, outs) == buckets.read(id_, outs)
    assert s3.get_object(Bucket=theirs, Key="theirs")


def test_a_completed_bucket_gets_the_settings_of_now(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """A completed bucket gets the settings that the program has by then."""
    leave_half_made(buckets, proxy, "PUT policy", bucket_inputs(retention_days=30, tags=TAGS))

    id_, outs = buckets.create(bucket_inputs(retention_days=60))

    assert names_of_buckets(s3) == [id_]
    assert (id_, outs) == buckets.read(id_, outs)
    assert {"Days": 60} in [rule.get("Expiration") for rule in outs["lifecycle_rules"]]


def test_a_half_made_bucket_elsewhere_is_deleted(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, capfd: pytest.CaptureFixture[str]
) -> None:
    """A half-made bucket with a chosen name is deleted if the program has another region by then."""
    leave_half_made(buckets, proxy, "PUT policy", bucket_inputs())
    (half,) = names_of_buckets(s3)

    id_, outs = buckets.create(bucket_inputs(region="us-east-1"))

    assert outs["region"] == "us-east-1"
    assert names_of_buckets(s3) == [id_] != [half]
    assert f"deleted: bucket '{half}', which an interrupted run had created with other inputs" in capfd.readouterr().err


@pytest.mark.parametrize("reason", ["a given name", "an object", "complete"])
def test_what_may_be_somebody_s_is_left_alone(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, capfd: pytest.CaptureFixture[str], reason: str
) -> None:
    """A bucket with a given name, with contents, or that was complete is left alone and named."""
    inputs = bucket_inputs(bucket_name="given-name") if reason == "a given name" else bucket_inputs()
    if reason == "complete":
        buckets.create(inputs)
    else:
        leave_half_made(buckets, proxy, "PUT policy", inputs)
    (half,) = names_of_buckets(s3)
    if reason == "an object":
        s3.put_object(Bucket=half, Key="call", Body=b"0123456789")

    id_, _ = buckets.create(bucket_inputs(region="us-east-1"))

    assert sorted(names_of_buckets(s3)) == sorted([half, id_])
    assert f"left alone: bucket '{half}'" in capfd.readouterr().err


def test_a_name_that_others_took_meanwhile_is_not_ours(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """If somebody else took the name after the kill, the error says so, and their bucket is not touched."""
    inputs = bucket_inputs(bucket_name="given-name")
    kill_create(proxy, "PUT bucket", False, "bucket", inputs)
    proxy.refuse("PUT bucket", code="BucketAlreadyExists", status=409)

    with pytest.raises(StorageError, match="all AWS accounts share the names of buckets"):
        buckets.create(inputs)

    assert names_of_buckets(s3) == []
    assert list(Journal().intents()) == []


def test_a_failure_that_was_undone_leaves_no_intent(
    buckets: RecordingBucketLifecycle, roles: RecordingRoleLifecycle, proxy: AwsProxy
) -> None:
    """A failed create that was undone leaves no intent."""
    proxy.refuse("PUT policy")
    proxy.refuse("PutRolePolicy")
    with pytest.raises(StorageError):
        buckets.create(bucket_inputs())
    with pytest.raises(StorageError):
        roles.create(role_inputs())

    assert list(Journal().intents()) == []


def test_a_journal_that_cannot_be_written_costs_a_warning(
    proxy: AwsProxy, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the journal cannot be written, the bucket is created after a warning with its name."""
    monkeypatch.setenv("TAVUS_STATE_DIR", "/proc/nowhere")

    id_, _ = bucket_at(proxy.url).create(bucket_inputs())

    assert f"the intent to create bucket '{id_}' could not be written" in capfd.readouterr().err
