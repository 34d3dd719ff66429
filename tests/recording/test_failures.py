"""A call that fails in the middle leaves nothing half-made, and says so where it cannot help it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.bucket import RecordingBucketLifecycle
from tavus_provider.recording.role import RecordingRoleLifecycle

from .conftest import bucket_inputs, names_of_buckets, names_of_roles, role_inputs
from .wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

BUCKET_CALLS = [
    "GetCallerIdentity",
    "HEAD bucket",
    "PUT bucket",
    "PUT ownershipControls",
    "PUT publicAccessBlock",
    "PUT encryption",
    "PUT versioning",
    "PUT lifecycle",
    "PUT policy",
    "PUT tagging",
]
ROLE_CALLS = ["GetCallerIdentity", "GetRole", "CreateRole", "PutRolePolicy"]
BUCKET = bucket_inputs(bucket_name="given-name", tags={"team": "video"})
ROLE = role_inputs(role_name="given-name")


def test_the_lists_above_are_all_calls_of_a_creation(
    buckets: RecordingBucketLifecycle, roles: RecordingRoleLifecycle, wire: Wire
) -> None:
    """So that none is left out below."""
    buckets.create(BUCKET)
    roles.create(ROLE)

    assert [*BUCKET_CALLS, *ROLE_CALLS] == wire.calls


@pytest.mark.parametrize("call", BUCKET_CALLS)
def test_a_refused_call_leaves_no_bucket(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, call: str) -> None:
    """Whichever call of the creation it is; and the next `up` makes the bucket."""
    wire.refuse(call, code="InvalidRequest", status=400)
    with pytest.raises(StorageError, match="AWS answered"):
        buckets.create(BUCKET)

    assert names_of_buckets(s3) == []
    id_, outs = buckets.create(BUCKET)
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("call", ROLE_CALLS)
def test_a_refused_call_leaves_no_role(roles: RecordingRoleLifecycle, iam: IAMClient, wire: Wire, call: str) -> None:
    """Whichever call of the creation it is; and the next `up` makes the role."""
    wire.refuse(call, code="ValidationError", status=400)
    with pytest.raises(StorageError, match="AWS answered"):
        roles.create(ROLE)

    assert names_of_roles(iam) == []
    arn, outs = roles.create(ROLE)
    assert (arn, outs) == roles.read(arn, outs)


@pytest.mark.parametrize("call", BUCKET_CALLS)
def test_a_lost_answer_makes_no_second_bucket(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire, call: str) -> None:
    """The call is repeated, and that the bucket is there by then is no surprise."""
    wire.lose(call)

    id_, outs = buckets.create(BUCKET)

    assert [id_] == names_of_buckets(s3)
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("call", ROLE_CALLS)
def test_a_lost_answer_makes_no_second_role(roles: RecordingRoleLifecycle, iam: IAMClient, wire: Wire, call: str) -> None:
    """The call is repeated, and that the role is there by then is no surprise."""
    wire.lose(call)

    arn, outs = roles.create(ROLE)

    assert names_of_roles(iam) == ["given-name"]
    assert (arn, outs) == roles.read(arn, outs)


def test_a_bucket_of_unknown_fate_is_deleted(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire) -> None:
    """AWS made it and never said so: it is not left behind."""
    wire.lose("PUT bucket", times=2)

    with pytest.raises(StorageError, match="AWS is in trouble: try again later"):
        buckets.create(bucket_inputs())

    assert names_of_buckets(s3) == []


def test_a_role_of_unknown_fate_is_deleted(roles: RecordingRoleLifecycle, iam: IAMClient, wire: Wire) -> None:
    """AWS made it and never said so: it is not left behind."""
    wire.lose("CreateRole", times=2)

    with pytest.raises(StorageError, match="AWS is in trouble: try again later"):
        roles.create(role_inputs())

    assert names_of_roles(iam) == []


def test_what_cannot_be_deleted_again_is_named(buckets: RecordingBucketLifecycle, s3: S3Client, wire: Wire) -> None:
    """One line says what failed first, what failed then, and what is left to do by hand."""
    wire.refuse("PUT policy")
    wire.refuse("DELETE bucket")

    with pytest.raises(StorageError) as refused:
        buckets.create(BUCKET)

    assert str(refused.value) == (
        "could not set policy of bucket 'given-name': AWS answered AccessDenied 'said by a test'; "
        "the caller needs the permission s3:PutBucketPolicy; then could not delete bucket 'given-name': "
        "AWS answered AccessDenied 'said by a test'; the caller needs the permission s3:DeleteBucket: "
        "it was left half-made; run `pulumi up` again, which completes it, or delete it by hand"
    )
    assert names_of_buckets(s3) == ["given-name"]


def test_tags_that_aws_refuses_leave_no_bucket(buckets: RecordingBucketLifecycle, s3: S3Client) -> None:
    """The same with what AWS itself refuses: a tag that begins with aws:, past all checks."""
    with pytest.raises(StorageError, match="could not set tags of bucket"):
        buckets.create(bucket_inputs(tags={"aws:team": "video"}))

    assert names_of_buckets(s3) == []


def test_a_busy_bucket_is_waited_for(buckets: RecordingBucketLifecycle, wire: Wire) -> None:
    """S3 refuses a change while another one is under way; it is repeated, at creation, in an update and at deletion."""
    for call in ("PUT bucket", "PUT policy", "PUT lifecycle", "DELETE bucket"):
        wire.refuse(call, code="OperationAborted", status=409)
    id_, outs = buckets.create(bucket_inputs())
    wire.refuse("PUT lifecycle", code="OperationAborted", status=409)

    outs = buckets.update(id_, outs, bucket_inputs(retention_days=30))

    assert (id_, outs) == buckets.read(id_, outs)
    buckets.delete(id_, outs)
    assert buckets.read(id_, outs) is None


def test_a_bucket_that_is_not_known_everywhere_yet_is_waited_for(buckets: RecordingBucketLifecycle, wire: Wire) -> None:
    """Right after creation AWS may answer that there is no such bucket."""
    wire.refuse("PUT versioning", code="NoSuchBucket", status=404)

    id_, outs = buckets.create(bucket_inputs())

    assert (id_, outs) == buckets.read(id_, outs)


def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(roles: RecordingRoleLifecycle, wire: Wire) -> None:
    """Right after creation AWS may answer that there is no such role."""
    wire.refuse("PutRolePolicy", code="NoSuchEntity", status=404)

    arn, outs = roles.create(role_inputs())

    assert (arn, outs) == roles.read(arn, outs)


def test_an_update_cut_off_is_finished_by_the_next(buckets: RecordingBucketLifecycle, wire: Wire) -> None:
    """The state still says what was before, so everything that differs is written again."""
    id_, outs = buckets.create(bucket_inputs())
    news = bucket_inputs(retention_days=30, tags={"team": "video"})
    wire.refuse("PUT tagging")
    with pytest.raises(StorageError, match="s3:PutBucketTagging"):
        buckets.update(id_, outs, news)

    assert {"lifecycle_rules", "tags"} <= set(buckets.diff(id_, outs, news).changes)
    outs = buckets.update(id_, outs, news)
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("call", ["ListRolePolicies", "DeleteRolePolicy", "ListAttachedRolePolicies", "DeleteRole"])
def test_a_deletion_cut_off_is_finished_by_the_next(roles: RecordingRoleLifecycle, iam: IAMClient, wire: Wire, call: str) -> None:
    """Whichever call of the deletion it is."""
    arn, outs = roles.create(role_inputs())
    wire.refuse(call)
    with pytest.raises(StorageError, match=f"iam:{call}"):
        roles.delete(arn, outs)

    roles.delete(arn, outs)

    assert names_of_roles(iam) == []


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "InternalError"])
def test_a_refused_read_is_never_taken_for_gone(buckets: RecordingBucketLifecycle, wire: Wire, code: str) -> None:
    """Gone leaves the state; anything else is an error."""
    id_, outs = buckets.create(bucket_inputs())
    wire.refuse("GET versioning", code=code, status=500 if code == "InternalError" else 403, times=2)

    with pytest.raises(StorageError, match=f"could not read versioning of bucket '{id_}': AWS answered {code}"):
        buckets.read(id_, outs)
