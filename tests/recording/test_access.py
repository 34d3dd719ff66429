"""With AWS enforcing IAM: the caller's documented permissions suffice, and the assumed role can do what it must, nowhere else."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.aws.permissions import BUCKET_CALLS, KEY_CALLS, OBJECT_CALLS, ROLE_CALLS, caller_policy
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.testing.environment import REGION
from tests.support.aws.local import enforce_permissions
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at, role_at

from .conftest import USE, bucket_inputs, names_of_buckets, names_of_roles, role_inputs

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

Clients = Callable[[str], Any]
Enforced = Callable[[], AbstractContextManager[None]]
NOTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
LOGS = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},'
    '"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs-of-tests/*"}]}'
)

JUDGED = {*BUCKET_CALLS.values(), *OBJECT_CALLS.values(), *ROLE_CALLS.values(), *KEY_CALLS.values()} - {
    # moto takes these for ListBucket or CreateBucket, deletes versions by s3:DeleteObject, and never asks for the last one.
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetEncryptionConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutEncryptionConfiguration",
    "s3:DeleteObjectVersion",
    "s3:ListBucket",
    "s3:AbortMultipartUpload",
}


@pytest.fixture
def enforce(moto_server: str) -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager in whose body AWS enforces permissions."""
    return functools.partial(enforce_permissions, moto_server)


def create_user(iam: IAMClient, policy: dict[str, Any]) -> dict[str, str]:
    """Create a user who has that policy only, and return the settings that hold the user's keys."""
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="only", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return {"accessKey": key["AccessKeyId"], "secretKey": key["SecretAccessKey"]}


def as_moto_judges(policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy for moto, which judges calls to IAM and KMS by action, and a deletion of objects by the bucket's ARN."""
    resources = [
        "*" if re.search(":(role|key)/", each["Resource"]) else each["Resource"].removesuffix("/*")
        for each in policy["Statement"]
    ]
    pairs = zip(policy["Statement"], resources, strict=True)
    return {**policy, "Statement": [{**each, "Resource": [each["Resource"], other]} for each, other in pairs]}


def live(proxy: AwsProxy, keys: dict[str, str], s3: S3Client, iam: IAMClient, key: str, enforce: Enforced) -> None:
    """Create, refresh, change, repair and delete a bucket and a role, with every kind of call."""
    buckets, roles = bucket_at(proxy.url, **keys), role_at(proxy.url, **keys)
    s3.create_bucket(Bucket="logs-of-tests", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(Bucket="logs-of-tests", Policy=LOGS)
    more = iam.create_policy(PolicyName="more", PolicyDocument=NOTHING)["Policy"]["Arn"]
    with enforce():
        name, bucket = buckets.create(bucket_inputs(bucket_name="recordings-live", tags={"team": "video"}))
        bucket = buckets.update(name, bucket, bucket_inputs(log_bucket="logs-of-tests", force_destroy=True))
        found = buckets.read(name, bucket)
        assert found == (name, bucket)
        arn, role = roles.create(role_inputs(role_name="Recordings-live"))
        news = role_inputs(external_id="other", permissions_boundary=more, description="Ours.", tags={"owner": "me"})
        role = roles.update(arn, roles.update(arn, role, news), role_inputs(kms_key_arn=key))
    s3.put_object(Bucket=name, Key="call", Body=b"video")
    s3.create_multipart_upload(Bucket=name, Key="unfinished")
    iam.attach_role_policy(RoleName=role["role_name"], PolicyArn=more)
    with enforce():
        _, role = roles.read(arn, role) or ("", {})
        roles.delete(arn, role)
        buckets.delete(name, bucket)
        assert roles.read(arn, role) is None
        assert buckets.read(name, bucket) is None


def test_the_documented_permissions_of_the_caller_suffice(
    proxy: AwsProxy, iam: IAMClient, s3: S3Client, key: str, enforce: Enforced
) -> None:
    """The policy allows every call of a bucket and a role whose names begin as it says."""
    policy = as_moto_judges(caller_policy(bucket_name="recordings-*", role_name="Recordings-*", kms_key_arn=key))

    live(proxy, create_user(iam, policy), s3, iam, key, enforce)

    assert names_of_buckets(s3) == ["logs-of-tests"]
    assert names_of_roles(iam) == []


@pytest.mark.parametrize("missing", sorted(JUDGED))
def test_each_of_the_documented_permissions_is_needed(
    proxy: AwsProxy, iam: IAMClient, s3: S3Client, key: str, enforce: Enforced, missing: str
) -> None:
    """Without one of them a call is refused, and the error names the missing permission."""
    whole = as_moto_judges(caller_policy("*", "*", kms_key_arn=key))
    less = [{**each, "Action": [action for action in each["Action"] if action != missing]} for each in whole["Statement"]]
    keys = create_user(iam, {**whole, "Statement": [each for each in less if each["Action"]]})

    with pytest.raises(StorageError, match=missing):
        live(proxy, keys, s3, iam, key, enforce)


def test_a_bucket_is_used_without_a_permission_to_change_it(
    proxy: AwsProxy, iam: IAMClient, theirs: str, enforce: Enforced
) -> None:
    """Permissions to read the settings suffice; without a key no call goes to KMS."""
    whole = caller_policy(theirs, "*")
    bucket, *_, account = whole["Statement"]
    reading = [action for action in bucket["Action"] if action.startswith("s3:Get") or action == "s3:ListBucket"]
    read = {**bucket, "Action": [*reading, "s3:HeadBucket"]}  # which moto asks for instead of ListBucket
    buckets = bucket_at(proxy.url, **create_user(iam, as_moto_judges({**whole, "Statement": [read, account]})))

    with enforce():
        id_, outs = buckets.create(USE)
        assert buckets.read(id_, outs) == (id_, outs)
        buckets.delete(id_, buckets.update(id_, outs, USE))


@pytest.fixture
def recorder(
    proxy: AwsProxy, buckets: RecordingBucketLifecycle, roles: RecordingRoleLifecycle, enforce: Enforced
) -> Iterator[tuple[str, Clients]]:
    """Yield a bucket, and clients with the credentials of its role, at an AWS that enforces permissions."""
    name, _ = buckets.create(bucket_inputs())
    buckets.create(bucket_inputs(bucket_name="another-bucket"))
    arn, _ = roles.create(role_inputs(bucket_name=name))
    sts = boto3.client("sts", region_name=REGION, endpoint_url=proxy.url, aws_access_key_id="x", aws_secret_access_key="x")
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="tavus", ExternalId="tavus", DurationSeconds=43200)["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
    with enforce():
        yield name, functools.partial(session.client, endpoint_url=proxy.url)


def test_the_role_can_record(recorder: tuple[str, Clients]) -> None:
    """The role may make the call behind each of the eight actions in the bucket."""
    name, client_of = recorder
    client = client_of("s3")

    version = client.put_object(Bucket=name, Key="call", Body=b"video")["VersionId"]
    assert client.get_object(Bucket=name, Key="call")["Body"].read() == b"video"
    assert client.get_object(Bucket=name, Key="call", VersionId=version)["Body"].read() == b"video"
    upload = client.create_multipart_upload(Bucket=name, Key="long")["UploadId"]
    client.upload_part(Bucket=name, Key="long", UploadId=upload, PartNumber=1, Body=b"part")
    assert client.list_parts(Bucket=name, Key="long", UploadId=upload)["Parts"]
    assert client.list_multipart_uploads(Bucket=name)["Uploads"]
    client.abort_multipart_upload(Bucket=name, Key="long", UploadId=upload)
    assert client.list_objects_v2(Bucket=name)["KeyCount"] == 1
    assert client.list_object_versions(Bucket=name)["Versions"]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda client, name: client.put_object(Bucket="another-bucket", Key="call", Body=b"video"),
        lambda client, name: client.list_objects_v2(Bucket="another-bucket"),
        lambda client, name: client.delete_object(Bucket=name, Key="call"),
        lambda client, name: client.put_bucket_policy(Bucket=name, Policy="{}"),
        lambda client, name: client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"}),
        lambda client, name: client.delete_bucket(Bucket=name),
        lambda client, name: client.list_buckets(),
    ],
)
def test_the_role_can_do_nothing_else(recorder: tuple[str, Clients], attempt: Callable[[Any, str], object]) -> None:
    """The role may neither use another bucket, nor delete, nor change settings."""
    name, client_of = recorder

    with pytest.raises(ClientError, match="AccessDenied|Forbidden"):
        attempt(client_of("s3"), name)


@pytest.mark.parametrize(
    ("service", "attempt"),
    [
        ("iam", lambda client: client.list_roles()),
        ("iam", lambda client: client.create_user(UserName="more")),
        ("kms", lambda client: client.list_keys()),
        ("sns", lambda client: client.list_topics()),
        ("sqs", lambda client: client.list_queues()),
        ("ec2", lambda client: client.describe_instances()),
        ("lambda", lambda client: client.list_functions()),
    ],
)
def test_the_role_can_do_nothing_with_another_service(
    recorder: tuple[str, Clients], service: str, attempt: Callable[[Any], object]
) -> None:
    """The role may not even read from another service."""
    _, client_of = recorder

    with pytest.raises(ClientError, match="AccessDenied|Forbidden|UnauthorizedOperation|403"):
        attempt(client_of(service))
