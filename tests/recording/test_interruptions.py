"""A creation that is killed half-way is completed by the next one: never orphaned, never made twice."""

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
from tests.support.aws_proxy import Wire

from .conftest import MANAGE, bucket_inputs, names_of_buckets, names_of_roles, role_inputs
from .test_failures import BUCKET_CALLS

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
TAGS = {"team": "video"}
SETTINGS_CALLS = BUCKET_CALLS[BUCKET_CALLS.index("PUT bucket") + 1 :]


def killed(wire: Wire, call: str, carried_out: bool, kind: str, inputs: dict[str, Any]) -> None:
    """Make a bucket or role in a process of its own, and `kill -9` that while AWS's answer to a call is awaited."""
    hold = wire.hold(call, carried_out)
    program = f"from tests.support.lifecycles import {kind}_at\n{kind}_at({wire.url!r}).create({inputs!r})\n"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=os.environ)
    hold.held.wait()
    process.kill()
    process.wait()
    hold.released.set()


def left_half_made(buckets: RecordingBucketLifecycle, wire: Wire, call: str, inputs: dict[str, Any]) -> None:
    """Make a bucket, let a call fail, and its deletion as well."""
    wire.refuse(call)
    wire.refuse("DELETE bucket")
    with pytest.raises(StorageError, match="run `pulumi up` again, which completes it"):
        buckets.create(inputs)


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("given", [{}, {"bucket_name": "given-name"}])
def test_a_bucket_whose_creation_is_killed_is_made_once(
    buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, given: dict[str, str], carried_out: bool
) -> None:
    """Whether AWS had made it or not, under a chosen name or a given one; after the first look the intent is gone."""
    inputs = bucket_inputs(tags=TAGS, **given)
    killed(wire, "PUT bucket", carried_out, "bucket", inputs)
    (intent,) = Journal().intents()
    assert names_of_buckets(s3) == ([intent.name] if carried_out else [])

    id_, outs = buckets.create(inputs)

    assert names_of_buckets(s3) == [id_] == [intent.name]
    assert (id_, outs) == buckets.read(id_, outs)
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("call", ["CreateRole", "PutRolePolicy"])
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_role_whose_creation_is_killed_is_made_once(
    roles: RecordingRoleLifecycle, iam: IAMClient, wire: Wire, call: str, carried_out: bool
) -> None:
    """Whether AWS had made it or not, with its permissions or without them."""
    inputs = role_inputs(tags=TAGS, role_name="given-name")
    killed(wire, call, carried_out, "role", inputs)

    arn, outs = roles.create(inputs)

    assert names_of_roles(iam) == ["given-name"]
    assert (arn, outs) == roles.read(arn, outs)
    assert list(Journal().intents()) == []


@pytest.mark.parametrize("call", SETTINGS_CALLS)
def test_a_half_made_bucket_is_completed(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, call: str) -> None:
    """Whichever setting was the last to be written, the missing ones are, and no other."""
    inputs = bucket_inputs(tags=TAGS)
    left_half_made(buckets, wire, call, inputs)
    (half,) = names_of_buckets(s3)
    missing = SETTINGS_CALLS[SETTINGS_CALLS.index(call) :]
    wire.forget()

    id_, outs = buckets.create(inputs)

    assert half == id_
    assert names_of_buckets(s3) == [id_]
    assert set(missing) <= set(wire.writes())
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("carried_out", [False, True])
def test_an_adoption_that_is_killed_is_finished_by_the_next(
    buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, theirs: str, carried_out: bool
) -> None:
    """Nothing has to be written down for that, and nothing is ever undone: the bucket is found as it is by then."""
    inputs = {**MANAGE, "tags": TAGS}
    killed(wire, "PUT policy", carried_out, "bucket", inputs)
    assert list(Journal().intents()) == []

    id_, outs = buckets.create(inputs)

    assert names_of_buckets(s3) == [theirs] == [id_]
    assert (id_, outs) == buckets.read(id_, outs)
    assert s3.get_object(Bucket=theirs, Key="theirs")


def test_what_changed_meanwhile_is_what_it_gets(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire) -> None:
    """Settings that change in place are those of the program as it is by then."""
    left_half_made(buckets, wire, "PUT policy", bucket_inputs(retention_days=30, tags=TAGS))

    id_, outs = buckets.create(bucket_inputs(retention_days=60))

    assert names_of_buckets(s3) == [id_]
    assert (id_, outs) == buckets.read(id_, outs)
    assert {"Days": 60} in [rule.get("Expiration") for rule in outs["lifecycle_rules"]]


def test_a_half_made_bucket_elsewhere_is_deleted(
    buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the program wants another region by then, what was made under a name of ours goes, and is named."""
    left_half_made(buckets, wire, "PUT policy", bucket_inputs())
    (half,) = names_of_buckets(s3)

    id_, outs = buckets.create(bucket_inputs(region="us-east-1"))

    assert outs["region"] == "us-east-1"
    assert names_of_buckets(s3) == [id_] != [half]
    assert f"deleted: bucket '{half}', which an interrupted run had begun with other inputs" in capfd.readouterr().err


@pytest.mark.parametrize("reason", ["a given name", "an object", "complete"])
def test_what_may_be_somebody_s_is_left_alone(
    buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, capfd: pytest.CaptureFixture[str], reason: str
) -> None:
    """Nothing is deleted that has a name of others, that holds something, or that was complete: it is named instead."""
    inputs = bucket_inputs(bucket_name="given-name") if reason == "a given name" else bucket_inputs()
    if reason == "complete":
        buckets.create(inputs)
    else:
        left_half_made(buckets, wire, "PUT policy", inputs)
    (half,) = names_of_buckets(s3)
    if reason == "an object":
        s3.put_object(Bucket=half, Key="call", Body=b"0123456789")

    id_, _ = buckets.create(bucket_inputs(region="us-east-1"))

    assert sorted(names_of_buckets(s3)) == sorted([half, id_])
    assert f"left alone: bucket '{half}'" in capfd.readouterr().err


def test_a_name_that_others_took_meanwhile_is_not_ours(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire) -> None:
    """Killed before AWS made the bucket, and then somebody else did: the error says so, and nothing of theirs is touched."""
    inputs = bucket_inputs(bucket_name="given-name")
    killed(wire, "PUT bucket", False, "bucket", inputs)
    wire.refuse("PUT bucket", code="BucketAlreadyExists", status=409)

    with pytest.raises(StorageError, match="all AWS accounts share the names of buckets"):
        buckets.create(inputs)

    assert names_of_buckets(s3) == []
    assert list(Journal().intents()) == []


def test_a_failure_that_was_undone_leaves_no_intent(
    buckets: RecordingBucketLifecycle, roles: RecordingRoleLifecycle, wire: Wire
) -> None:
    """So that the next run begins anew, with a new name."""
    wire.refuse("PUT policy")
    wire.refuse("PutRolePolicy")
    with pytest.raises(StorageError):
        buckets.create(bucket_inputs())
    with pytest.raises(StorageError):
        roles.create(role_inputs())

    assert list(Journal().intents()) == []


def test_a_journal_that_cannot_be_written_costs_a_warning(
    buckets: RecordingBucketLifecycle, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bucket is made all the same, and its name is told before it is."""
    monkeypatch.setenv("TAVUS_STATE_DIR", "/proc/nowhere")

    id_, _ = buckets.create(bucket_inputs())

    assert f"the intent to make bucket '{id_}' could not be written" in capfd.readouterr().err
