"""A call that fails in the middle leaves nothing half-made, or the error says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.aws import clients
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.iam.role_policies import permission_policy
from tavus_provider.recording.iam.role_settings import ROLE_SETTINGS
from tavus_provider.recording.managed.handle import Setting
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.recording.s3.bucket_settings import BUCKET_SETTINGS
from tavus_provider.testing.environment import REGION
from tests.support.aws.proxy import AwsProxy

from .conftest import MANAGE, THEIR_BUCKET, bucket_inputs, names_of_buckets, names_of_roles, role_inputs

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
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
READING_CALLS = [
    "GET ownershipControls",
    "GET publicAccessBlock",
    "GET encryption",
    "GET versioning",
    "GET lifecycle",
    "GET policy",
    "GET logging",
    "GET tagging",
]
WRITING_CALLS = BUCKET_CALLS[3:]
MANAGING_CALLS = ["GetCallerIdentity", "HEAD bucket", *READING_CALLS, *WRITING_CALLS]
EMPTYING_CALLS = ["GET versions", "POST delete", "GET uploads", "DELETE uploadId", "DELETE bucket"]
ROLE_CALLS = ["GetCallerIdentity", "GetRole", "CreateRole", "PutRolePolicy", "GetRole", "ListGrants", "CreateGrant"]
ROLE_WRITING_CALLS = [
    "UpdateAssumeRolePolicy",
    "GetRole",
    "UpdateRole",
    "UpdateRole",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "ListRolePolicies",
    "ListAttachedRolePolicies",
    "DetachRolePolicy",
    "TagRole",
    "ListGrants",
    "CreateGrant",
]
ROLE_REMOVING_CALLS = [
    "GetRole",
    "ListGrants",
    "RevokeGrant",
    "ListRolePolicies",
    "DeleteRolePolicy",
    "ListAttachedRolePolicies",
    "DetachRolePolicy",
    "DeleteRole",
]
BUCKET = bucket_inputs(bucket_name="given-name", tags={"team": "video"})
MANAGED = {**MANAGE, "tags": {"team": "video"}}
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


@pytest.fixture
def role(key: str) -> dict[str, object]:
    """Return the inputs of a role that needs every call."""
    return role_inputs(role_name="given-name", kms_key_arn=key, tags={"team": "video"}, permissions_boundary=BOUNDARY)


def each_call_fails(calls: list[str]) -> pytest.MarkDecorator:
    """Let each call fail in turn: every call is refused, and each write is also carried out without an answer."""
    cases = [
        pytest.param((call, calls[:number].count(call), how), id=f"{call} {how}")
        for number, call in enumerate(calls)
        for how in ("refused", "unanswered")
        if how == "refused" or not call.startswith(("GET", "HEAD", "Get", "List"))
    ]
    return pytest.mark.parametrize("case", cases)


def fail(proxy: AwsProxy, case: tuple[str, int, str]) -> None:
    """Let the call that a case names fail."""
    call, skip, how = case
    if how == "refused":
        proxy.refuse(call, code="InvalidRequest", status=400, skip=skip)
    else:
        proxy.lose(call, times=2, skip=skip)


def fill(s3: S3Client, name: str) -> None:
    """Put an object, and start a multipart upload of another one."""
    s3.put_object(Bucket=name, Key="call", Body=b"0123456789")
    s3.create_multipart_upload(Bucket=name, Key="unfinished")


def with_wrong_settings(table: tuple[Setting[Any], ...], outs: dict[str, Any]) -> dict[str, Any]:
    """Return outputs in which no setting has its desired value."""
    return {**outs, **{each.name: ["somebody's"] if each.name == "other_policies" else each.unset for each in table}}


def attach(iam: IAMClient) -> None:
    """Attach another policy to the role."""
    arn = iam.create_policy(PolicyName="more", PolicyDocument=json.dumps(permission_policy("arn:aws:s3:::b")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="given-name", PolicyArn=arn)


def test_the_lists_above_are_all_calls_about_a_bucket(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """The lists above contain every call, so that the tests below leave none out."""
    id_, outs = buckets.create(BUCKET)
    assert proxy.calls == BUCKET_CALLS
    proxy.forget()
    buckets.update(id_, with_wrong_settings(BUCKET_SETTINGS, outs), BUCKET)
    assert proxy.calls == WRITING_CALLS
    fill(s3, id_)
    proxy.forget()
    buckets.delete(id_, {**outs, "force_destroy": True})
    assert proxy.calls == EMPTYING_CALLS

    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    proxy.forget()
    clients.ask_identity.cache_clear()  # as in a process of its own
    buckets.create(MANAGED)
    assert sorted(proxy.calls) == sorted(MANAGING_CALLS)


def test_the_lists_above_are_all_calls_about_a_role(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, role: dict[str, Any]
) -> None:
    """The lists above contain every call, so that the tests below leave none out."""
    arn, outs = roles.create(role)
    assert proxy.calls == ROLE_CALLS
    attach(iam)
    proxy.forget()
    roles.delete(arn, outs)
    assert proxy.calls == ROLE_REMOVING_CALLS

    arn, outs = roles.create({**role, "kms_grant": False})
    iam.attach_role_policy(RoleName="given-name", PolicyArn="arn:aws:iam::123456789012:policy/more")
    proxy.forget()
    roles.update(arn, with_wrong_settings(ROLE_SETTINGS, outs), role)
    assert proxy.calls == ROLE_WRITING_CALLS


@each_call_fails(BUCKET_CALLS)
def test_a_failed_creation_leaves_no_bucket(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, int, str]
) -> None:
    """A create whose call fails leaves no bucket, and the next one succeeds."""
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        buckets.create(BUCKET)

    assert names_of_buckets(s3) == []
    id_, outs = buckets.create(BUCKET)
    assert (id_, outs) == buckets.read(id_, outs)


@each_call_fails(ROLE_CALLS)
def test_a_failed_creation_leaves_no_role(
    roles: RecordingRoleLifecycle,
    iam: IAMClient,
    kms: KMSClient,
    proxy: AwsProxy,
    role: dict[str, Any],
    case: tuple[str, int, str],
) -> None:
    """A create whose call fails leaves neither role nor grant, and the next one succeeds."""
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        roles.create(role)

    assert names_of_roles(iam) == []
    assert kms.list_grants(KeyId=role["kms_key_arn"])["Grants"] == []
    arn, outs = roles.create(role)
    assert (arn, outs) == roles.read(arn, outs)


@each_call_fails(MANAGING_CALLS)
def test_a_failed_adoption_never_deletes_the_bucket(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, int, str]
) -> None:
    """An adoption whose call fails leaves the bucket, even an empty one, and the next one succeeds."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        buckets.create(MANAGED)

    assert names_of_buckets(s3) == [THEIR_BUCKET]
    assert not any(call.startswith("DELETE") for call in proxy.calls)
    id_, outs = buckets.create(MANAGED)
    assert (id_, outs) == buckets.read(id_, outs)


@each_call_fails(WRITING_CALLS)
def test_an_update_of_a_bucket_cut_off_is_finished_by_the_next(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, case: tuple[str, int, str]
) -> None:
    """An update after a failed one writes every setting that differs."""
    id_, outs = buckets.create(BUCKET)
    before = with_wrong_settings(BUCKET_SETTINGS, outs)
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        buckets.update(id_, before, BUCKET)

    assert buckets.diff(id_, before, BUCKET).changes
    assert buckets.read(id_, buckets.update(id_, before, BUCKET)) == (id_, outs)


@each_call_fails(ROLE_WRITING_CALLS)
def test_an_update_of_a_role_cut_off_is_finished_by_the_next(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, role: dict[str, Any], case: tuple[str, int, str]
) -> None:
    """An update of a role after a failed one writes every setting that differs, its grant included."""
    arn, outs = roles.create({**role, "kms_grant": False})
    attach(iam)
    before = with_wrong_settings(ROLE_SETTINGS, outs)
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        roles.update(arn, before, role)

    done = roles.update(arn, before, role)
    assert roles.read(arn, done) == (arn, done)
    assert roles.diff(arn, done, role).changes == ()


@each_call_fails(EMPTYING_CALLS)
def test_a_deletion_of_a_bucket_cut_off_is_finished_by_the_next(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, case: tuple[str, int, str]
) -> None:
    """A deletion after a failed one deletes the rest; that the bucket is gone already is no error."""
    id_, outs = buckets.create({**BUCKET, "force_destroy": True})
    fill(s3, id_)
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        buckets.delete(id_, outs)

    buckets.delete(id_, outs)

    assert names_of_buckets(s3) == []


@each_call_fails(ROLE_REMOVING_CALLS)
def test_a_deletion_of_a_role_cut_off_is_finished_by_the_next(
    roles: RecordingRoleLifecycle,
    iam: IAMClient,
    kms: KMSClient,
    proxy: AwsProxy,
    role: dict[str, Any],
    case: tuple[str, int, str],
) -> None:
    """A deletion after a failed one deletes the rest; that the role is gone already is no error."""
    arn, outs = roles.create(role)
    attach(iam)
    fail(proxy, case)
    with pytest.raises(StorageError, match="AWS answered"):
        roles.delete(arn, outs)

    roles.delete(arn, outs)

    assert names_of_roles(iam) == []
    assert kms.list_grants(KeyId=role["kms_key_arn"])["Grants"] == []


@pytest.mark.parametrize("call", BUCKET_CALLS)
def test_a_lost_answer_makes_no_second_bucket(
    buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy, call: str
) -> None:
    """A call whose answer is lost is repeated, although the bucket may exist by then."""
    proxy.lose(call)

    id_, outs = buckets.create(BUCKET)

    assert [id_] == names_of_buckets(s3)
    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize("call", sorted(set(ROLE_CALLS)))
def test_a_lost_answer_makes_no_second_role(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, role: dict[str, Any], call: str
) -> None:
    """A call whose answer is lost is repeated, although the role may exist by then."""
    proxy.lose(call)

    arn, outs = roles.create(role)

    assert names_of_roles(iam) == ["given-name"]
    assert (arn, outs) == roles.read(arn, outs)


def test_what_cannot_be_deleted_again_is_named(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """The error says what failed first, what failed then, and what to do by hand."""
    proxy.refuse("PUT policy")
    proxy.refuse("DELETE bucket")

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
    """A tag that AWS itself refuses leaves no bucket."""
    with pytest.raises(StorageError, match="could not set tags of bucket"):
        buckets.create(bucket_inputs(tags={"aws:team": "video"}))

    assert names_of_buckets(s3) == []


def test_a_busy_bucket_is_waited_for(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """Create, update and delete repeat a change that S3 refuses while another one is in progress."""
    for call in ("PUT bucket", "PUT policy", "PUT lifecycle", "DELETE bucket"):
        proxy.refuse(call, code="OperationAborted", status=409)
    id_, outs = buckets.create(bucket_inputs())
    proxy.refuse("PUT lifecycle", code="OperationAborted", status=409)

    outs = buckets.update(id_, outs, bucket_inputs(retention_days=30))

    assert (id_, outs) == buckets.read(id_, outs)
    buckets.delete(id_, outs)
    assert buckets.read(id_, outs) is None


def test_a_bucket_that_is_not_known_everywhere_yet_is_waited_for(buckets: RecordingBucketLifecycle, proxy: AwsProxy) -> None:
    """A create repeats a call for which AWS does not know the new bucket yet."""
    proxy.refuse("PUT versioning", code="NoSuchBucket", status=404)

    id_, outs = buckets.create(bucket_inputs())

    assert (id_, outs) == buckets.read(id_, outs)


def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(roles: RecordingRoleLifecycle, proxy: AwsProxy) -> None:
    """A create repeats a call for which AWS does not know the new role yet."""
    proxy.refuse("PutRolePolicy", code="NoSuchEntity", status=404)

    arn, outs = roles.create(role_inputs())

    assert (arn, outs) == roles.read(arn, outs)


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "InternalError"])
def test_a_refused_read_is_never_taken_for_gone(buckets: RecordingBucketLifecycle, proxy: AwsProxy, code: str) -> None:
    """A refused read is an error, and never removes the bucket from the state."""
    id_, outs = buckets.create(bucket_inputs())
    proxy.refuse("GET versioning", code=code, status=500 if code == "InternalError" else 403, times=2)

    with pytest.raises(StorageError, match=f"could not read versioning of bucket '{id_}': AWS answered {code}"):
        buckets.read(id_, outs)
