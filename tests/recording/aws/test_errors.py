"""Each error of AWS is one line: what was being done, what AWS answered, what to do now."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import pytest

from tavus_provider.api.errors import SettingsError, StorageError, TavusError
from tavus_provider.recording.aws.errors import map_errors
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.recording.conftest import bucket_inputs, role_inputs
from tests.support.aws.local import enforce_permissions
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at, role_at

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client


def find_error(buckets: RecordingBucketLifecycle, **inputs: object) -> str:
    """Return the error of a create."""
    with pytest.raises(TavusError) as refused:
        buckets.create(bucket_inputs(**inputs))
    message = str(refused.value)
    assert "\n" not in message
    return message


@pytest.fixture
def closed_port() -> str:
    """Return an address on which no server listens."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{port.getsockname()[1]}"


def test_no_credentials(proxy: AwsProxy) -> None:
    """The error without credentials names three ways to give them."""
    message = find_error(bucket_at(proxy.url, accessKey="", secretKey=""))

    assert message.startswith("could not find out which AWS account this is: Unable to locate credentials; give AWS credentials:")
    assert "pulumi config set aws:profile NAME" in message
    assert proxy.calls == []


def test_half_of_the_credentials(proxy: AwsProxy) -> None:
    """The error names an access key without its secret key."""
    message = find_error(bucket_at(proxy.url, secretKey=""))

    assert message.startswith("aws:accessKey and aws:secretKey belong together: set both")


def test_a_profile_that_is_none(proxy: AwsProxy) -> None:
    """The error names the missing profile, and the file of profiles."""
    message = find_error(bucket_at(proxy.url, profile="vidoe", accessKey="", secretKey=""))

    assert "could not use the AWS configuration: The config profile (vidoe) could not be found; name a profile" in message


def test_nobody_at_the_endpoint(closed_port: str) -> None:
    """The error names the address, and the settings that it comes from."""
    message = find_error(bucket_at(closed_port))

    assert f'Could not connect to the endpoint URL: "{closed_port}/"; check the network, the region' in message
    assert "aws:endpoints or AWS_ENDPOINT_URL" in message


def test_an_endpoint_that_is_none() -> None:
    """Endpoints that are neither a URL nor JSON are refused."""
    with pytest.raises(SettingsError, match=r'aws:endpoints must be a URL, or JSON as in \[\{"s3":'):
        bucket_at("127.0.0.1:5000").create(bucket_inputs())


@pytest.mark.parametrize("services", [("s3", "iam", "sts"), ("s3", "iam")])
def test_endpoints_in_the_form_of_pulumi_aws(proxy: AwsProxy, services: tuple[str, ...]) -> None:
    """`aws:endpoints` may have one object for each service; STS uses IAM's address if it is not listed."""
    listed = ", ".join(f'{{"{service}": "{proxy.url}"}}' for service in services)
    buckets = bucket_at(f"[{listed}]")

    id_, outs = buckets.create(bucket_inputs())

    assert (id_, outs) == buckets.read(id_, outs)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("ExpiredToken", 403, "sign in again (`aws sso login`)"),
        ("InvalidClientTokenId", 403, "check the credentials: AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", 403, "check the credentials"),
        ("AccessDenied", 403, "the caller needs the permission sts:GetCallerIdentity"),
        ("Throttling", 400, "AWS throttles this account: wait a minute"),
        ("ServiceUnavailable", 503, "AWS has a problem: try again later"),
    ],
)
def test_what_credentials_can_be_refused_with(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, code: str, status: int, words: str
) -> None:
    """Each refusal of credentials says what to do."""
    proxy.refuse("GetCallerIdentity", code=code, status=status, times=2)

    message = find_error(buckets)

    assert message.startswith(f"could not find out which AWS account this is: AWS answered {code} 'said by a test'; ")
    assert words in message


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("BucketAlreadyExists", 409, "all AWS accounts share the names of buckets: choose another bucket_name"),
        ("BucketAlreadyOwnedByYou", 409, "this account has that bucket already"),
        ("TooManyBuckets", 400, "request a higher quota"),
        ("SlowDown", 503, "AWS throttles this account"),
        ("IllegalLocationConstraintException", 400, "check the region"),
        ("AccessDenied", 403, "the caller needs the permission s3:CreateBucket"),
        ("InvalidRequest", 400, "AWS answered InvalidRequest 'said by a test'"),
    ],
)
def test_what_a_bucket_can_be_refused_with(
    buckets: RecordingBucketLifecycle, proxy: AwsProxy, code: str, status: int, words: str
) -> None:
    """Each refusal of S3 says what to do; codes as in the Amazon S3 API reference, "Error responses"."""
    proxy.refuse("PUT bucket", code=code, status=status, times=2)

    message = find_error(buckets, bucket_name="given-name")

    assert message.startswith(f"could not create bucket 'given-name': AWS answered {code} 'said by a test'")
    assert words in message


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("EntityAlreadyExists", 409, "choose another role_name, or give none to have one chosen"),
        ("LimitExceeded", 409, "request a higher quota"),
        ("AccessDenied", 403, "the caller needs the permission iam:CreateRole"),
    ],
)
def test_what_a_role_can_be_refused_with(
    roles: RecordingRoleLifecycle, proxy: AwsProxy, code: str, status: int, words: str
) -> None:
    """Each refusal of IAM says what to do; codes as in the AWS IAM API reference, CreateRole."""
    proxy.refuse("CreateRole", code=code, status=status)

    with pytest.raises(StorageError) as refused:
        roles.create(role_inputs(role_name="given-name"))

    assert str(refused.value).startswith(f"could not create role 'given-name': AWS answered {code} 'said by a test'; ")
    assert words in str(refused.value)


def test_a_name_that_somebody_else_has(buckets: RecordingBucketLifecycle, s3: S3Client, proxy: AwsProxy) -> None:
    """A bucket name that another account has is refused."""
    other = boto3.client("sts", region_name="eu-west-1", endpoint_url=proxy.url, aws_access_key_id="x", aws_secret_access_key="x")
    keys = other.assume_role(RoleArn="arn:aws:iam::999999999999:role/other", RoleSessionName="other")["Credentials"]
    theirs = boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=proxy.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    theirs.create_bucket(Bucket="given-name", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    proxy.refuse("HEAD bucket", status=403)

    message = find_error(buckets, bucket_name="given-name")

    assert "AWS answered BucketAlreadyExists" in message
    assert "choose another bucket_name, or give none to have one chosen" in message


@pytest.fixture
def keys_without_permissions(proxy: AwsProxy, iam: IAMClient, moto_server: str) -> Iterator[dict[str, str]]:
    """Yield the keys of a user with no permission but sts:GetCallerIdentity, at an AWS that enforces it."""
    iam.create_user(UserName="keys_without_permissions")
    key = iam.create_access_key(UserName="keys_without_permissions")["AccessKey"]
    with enforce_permissions(moto_server):
        yield {"accessKey": key["AccessKeyId"], "secretKey": key["SecretAccessKey"]}


def test_a_caller_without_permissions(proxy: AwsProxy, keys_without_permissions: dict[str, str]) -> None:
    """The error contains AWS's refusal and the missing permission."""
    roles = role_at(proxy.url, **keys_without_permissions)

    with pytest.raises(StorageError) as refused:
        roles.create(role_inputs(role_name="given-name"))

    message = str(refused.value)
    assert message.startswith("could not create role 'given-name': AWS answered AccessDenied 'User: arn:aws:iam::")
    assert message.endswith("the caller needs the permission iam:GetRole")


def botocore_errors() -> Iterator[type[BaseException]]:
    """Yield every error class of botocore."""
    for each in vars(botocore.exceptions).values():
        if isinstance(each, type) and issubclass(each, (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)):
            yield each


def test_every_error_of_botocore_is_mapped() -> None:
    """Every error of boto3 is mapped to StorageError."""
    found = list(botocore_errors())
    assert len(found) > 50

    for kind in found:
        error: Any = kind.__new__(kind)
        error.args, error.response, error.operation_name = ("no words",), {"Error": {"Code": "New"}}, "NewCall"
        with pytest.raises(StorageError, match="could not try"), map_errors("try"):
            raise error
