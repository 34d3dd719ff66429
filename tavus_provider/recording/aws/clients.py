"""Clients of AWS: one session for each configuration, one client for each of its services and regions.

boto3 is loaded by the first call, not by this module. Source: Boto3 documentation, "Configuration".
"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

from ...api.errors import SettingsError, StorageError
from ...aws_settings import AwsSettings, parse
from .arns import home_region, partition
from .errors import map_errors, require_own_answer

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

_lock = threading.RLock()
"""Held while a session makes a client, which is not thread-safe (clients are), and while the account is compared, once."""


def s3(aws: AwsSettings, region: str) -> S3Client:
    """Return the S3 client for a region."""
    client: S3Client = _client(aws, "s3", region)
    return client


def iam(aws: AwsSettings, region: str) -> IAMClient:
    """Return the IAM client for a partition's home region."""
    client: IAMClient = _client(aws, "iam", region)
    return client


def kms(aws: AwsSettings, region: str) -> KMSClient:
    """Return the KMS client for a region."""
    client: KMSClient = _client(aws, "kms", region)
    return client


def account_id(aws: AwsSettings, region: str) -> str:
    """Return the 12 digits of the account that the credentials are for; each partition is asked once in a process."""
    return ask_identity(aws, partition(region))[0]


@functools.cache
def ask_identity(aws: AwsSettings, partition_: str) -> tuple[str, str]:
    """Return account and ARN of the caller, as STS in the configured region says it, or else in the partition's home region."""
    region = configured_region(aws)
    with map_errors("find out which AWS account this is"):
        client = _client(aws, "sts", region if partition(region) == partition_ else home_region(partition_))
        answer = client.get_caller_identity()
        return str(answer["Account"]), str(answer["Arn"])


def require_account(aws: AwsSettings, region: str, expected: str, what: str) -> None:
    """Raise StorageError unless the credentials are for the account `expected`, where `what` was created."""
    # Another account, or a local stand-in, does not have it either: that does not mean that it was deleted.
    actual = account_id(aws, region)
    if expected and actual != expected:
        raise StorageError(
            f"could not find {what}: it was made in AWS account {expected}, and these credentials are for {actual}; "
            f"use those of {expected} (aws:profile or AWS_PROFILE)"
        )


def configured_region(aws: AwsSettings) -> str:
    """Return the configured region, "" for none."""
    # boto3 knows AWS_DEFAULT_REGION only.
    return dict(aws).get("region") or os.environ.get("AWS_REGION") or _session(aws).region_name or ""


def default_region(aws: AwsSettings) -> str:
    """Return the configured region; raises SettingsError if there is none."""
    region = configured_region(aws)
    if not region:
        raise SettingsError(
            "there is no AWS region: give the input `region`, or run `pulumi config set aws:region us-east-1`, or set AWS_REGION"
        )
    return region


def require_allowed_account(aws: AwsSettings, region: str) -> None:
    """Compare the account of the credentials with `aws:allowedAccountIds` and `aws:forbiddenAccountIds`, once in a process.

    region: where STS is asked, "" for the configured one. Raises StorageError if the account may not be used. Without these
    settings, nothing is asked.
    """
    keys = parse(aws)
    if "allowedAccountIds" in keys or "forbiddenAccountIds" in keys:
        with _lock:
            _compare_account(aws, region or configured_region(aws))


@functools.cache
def _compare_account(aws: AwsSettings, region: str) -> None:
    keys, actual = parse(aws), account_id(aws, region)
    if actual not in keys.get("allowedAccountIds", [actual]):
        reason = f"aws:allowedAccountIds has only {', '.join(keys['allowedAccountIds'])}"
    elif actual in keys.get("forbiddenAccountIds", []):
        reason = "aws:forbiddenAccountIds has it"
    else:
        return
    raise StorageError(
        f"could not use AWS account {actual}, which the credentials are for: {reason}; use those of another account "
        "(aws:profile or AWS_PROFILE, aws:assumeRoles), or change the setting and run `pulumi up`"
    )


def has_credentials(aws: AwsSettings) -> bool:
    """Tell whether there are any credentials. Raises StorageError where their source fails."""
    with map_errors("find AWS credentials"):
        return _make_session(aws).get_credentials() is not None


def _client(aws: AwsSettings, service: str, region: str) -> Any:
    if service != "sts":  # which tells the account
        require_allowed_account(aws, region)
    with _lock:
        return _make_client(aws, service, region)


@functools.cache  # a client reads its service's description, and keeps its connections
def _make_client(aws: AwsSettings, service: str, region: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415  # loaded only to call AWS

    # A link signed with the older version cannot open objects that a KMS key encrypts.
    config = Config(signature_version="s3v4") if service == "s3" else None
    with map_errors(f"use AWS {service} in {region}"):
        client: Any = _session(aws).client(service, region_name=region, config=config)  # type: ignore[call-overload]  # each service
    client.meta.events.register("before-parse", require_own_answer)
    return client


@functools.cache
def _session(aws: AwsSettings) -> boto3.Session:
    return _make_session(aws)


def _make_session(aws: AwsSettings) -> boto3.Session:
    import boto3  # noqa: PLC0415  # loaded only to call AWS

    from .config.session import Session  # noqa: PLC0415  # which loads botocore

    with map_errors("use the AWS configuration"):
        return boto3.Session(botocore_session=Session(parse(aws)))
