"""Buckets and roles against a local AWS, behind a proxy that notes and breaks calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tavus_provider.testing.environment import ACCOUNT, REGION
from tests.support.aws.local import empty_aws, set_environment
from tests.support.aws.proxy import AwsProxy, serve_aws_proxy
from tests.support.lifecycles import bucket_at, role_at

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

THEIR_BUCKET = "somebodys-bucket"
THEIRS = {
    "Sid": "Theirs",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:DeleteBucket",
    "Resource": f"arn:aws:s3:::{THEIR_BUCKET}",
}


@pytest.fixture(autouse=True)
def event_loop() -> None:
    """Give the main thread an event loop: Pulumi's mocks need one, and `asyncio.run` in a test before leaves none."""
    try:
        asyncio.get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())


@pytest.fixture(autouse=True)
def lone_boto(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find no configuration on this machine, and give up after two tries."""
    set_environment(
        monkeypatch,
        AWS_CONFIG_FILE="/nonexistent/config",
        AWS_SHARED_CREDENTIALS_FILE="/nonexistent/credentials",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_MAX_ATTEMPTS="2",
    )


@pytest.fixture(scope="session")
def shared_proxy(moto_server: str) -> Iterator[AwsProxy]:
    """Serve one proxy for all tests of a process."""
    with serve_aws_proxy(moto_server) as proxy:
        yield proxy


@pytest.fixture
def proxy(shared_proxy: AwsProxy, moto_server: str) -> AwsProxy:
    """Return the proxy in front of an empty AWS."""
    empty_aws(moto_server)
    shared_proxy.forget()
    return shared_proxy


@pytest.fixture
def buckets(proxy: AwsProxy) -> RecordingBucketLifecycle:
    """Return the lifecycle of a bucket there."""
    return bucket_at(proxy.url)


@pytest.fixture
def roles(proxy: AwsProxy) -> RecordingRoleLifecycle:
    """Return the lifecycle of a role there."""
    return role_at(proxy.url)


@pytest.fixture
def s3(proxy: AwsProxy, moto_server: str) -> S3Client:
    """Return somebody else's S3 client for the same AWS."""
    return boto3.client(
        "s3", region_name=REGION, endpoint_url=moto_server, aws_access_key_id=ACCOUNT, aws_secret_access_key="test"
    )


@pytest.fixture
def iam(proxy: AwsProxy, moto_server: str) -> IAMClient:
    """Return somebody else's IAM client for the same AWS."""
    return boto3.client(
        "iam", region_name=REGION, endpoint_url=moto_server, aws_access_key_id=ACCOUNT, aws_secret_access_key="test"
    )


@pytest.fixture
def kms(proxy: AwsProxy, moto_server: str) -> KMSClient:
    """Return somebody else's KMS client for the same AWS."""
    return boto3.client(
        "kms", region_name=REGION, endpoint_url=moto_server, aws_access_key_id=ACCOUNT, aws_secret_access_key="test"
    )


@pytest.fixture
def key(kms: KMSClient) -> str:
    """Return the ARN of a key."""
    return kms.create_key()["KeyMetadata"]["Arn"]


def bucket_inputs(**inputs: object) -> dict[str, object]:
    """Return a bucket's inputs as the engine passes them."""
    return inputs


def role_inputs(**inputs: object) -> dict[str, object]:
    """Return a role's inputs as the engine passes them."""
    return {"bucket_name": "recordings-of-tests", **inputs}


USE = bucket_inputs(bucket_name=THEIR_BUCKET, existing_bucket="use")
MANAGE = bucket_inputs(bucket_name=THEIR_BUCKET, existing_bucket="manage")


def version(s3: S3Client, on: bool) -> None:
    """Enable or suspend the versioning of somebody's bucket."""
    s3.put_bucket_versioning(Bucket=THEIR_BUCKET, VersioningConfiguration={"Status": "Enabled" if on else "Suspended"})


@pytest.fixture
def theirs(s3: S3Client) -> str:
    """Create somebody's bucket: versioned, with a tag, a policy and an object; return its name."""
    s3.create_bucket(Bucket=THEIR_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_public_access_block(Bucket=THEIR_BUCKET)  # as buckets are that were made before 2023
    version(s3, on=True)
    s3.put_bucket_tagging(Bucket=THEIR_BUCKET, Tagging={"TagSet": [{"Key": "owner", "Value": "somebody"}]})
    s3.put_bucket_policy(Bucket=THEIR_BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [THEIRS]}))
    s3.put_object(Bucket=THEIR_BUCKET, Key="theirs", Body=b"0123456789")
    return THEIR_BUCKET


def names_of_buckets(s3: S3Client) -> list[str]:
    """Return the names of all buckets."""
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def names_of_roles(iam: IAMClient) -> list[str]:
    """Return the names of all roles."""
    return [role["RoleName"] for role in iam.list_roles()["Roles"]]
