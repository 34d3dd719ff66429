"""Sessions and clients of AWS: one session for each configuration, one client for each of its services and regions.

boto3 is loaded by the first call, not by this module. Sources: Boto3 documentation, "Configuration", "Credentials",
"Retries"; Pulumi registry, AWS, "Installation & configuration" for the shape of the `aws:*` keys.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..api.errors import SettingsError, StorageError
from ..version import __version__
from .aws_errors import map_errors

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

AwsSettings = tuple[tuple[str, str], ...]
"""The `aws:*` keys that are set, as (key, value); see `Settings.aws`."""

_CONNECT_SECONDS = 10  # botocore would wait a minute for a wrong endpoint
_READ_SECONDS = 60
# The mode "standard" repeats throttled calls too, with jittered waits.
_RETRIES = {"mode": "standard", "total_max_attempts": 5}
_lock = threading.Lock()
"""Held while a session makes a client, which is not thread-safe; clients are."""


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
    """Return the 12 digits of the account that the credentials are for."""
    with map_errors("find out which AWS account this is"):
        return str(_client(aws, "sts", region).get_caller_identity()["Account"])


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


def default_tags(aws: AwsSettings) -> dict[str, str]:
    """Return the tags that everything in the stack gets, from pulumi-aws's `aws:defaultTags`.

    Raises SettingsError unless that is JSON such as {"tags": {"team": "video"}}.
    """
    text = dict(aws).get("defaultTags", "{}")
    try:
        tags = json.loads(text).get("tags", {})
        is_valid = all(isinstance(value, str) for value in tags.values())
    except (ValueError, AttributeError):
        is_valid = False
    if not is_valid:
        raise SettingsError(
            "aws:defaultTags must be tags, as `pulumi config set --path aws:defaultTags.tags.team video` writes them, "
            f"not {text!r}"
        )
    return dict(tags)


def ignores_tags(aws: AwsSettings) -> bool:
    """Tell whether the stack ignores any tags, with pulumi-aws's `aws:ignoreTags`."""
    return "ignoreTags" in dict(aws)


def drop_ignored_tags(aws: AwsSettings, tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags without those that the stack ignores, by `keys` and `keyPrefixes` of `aws:ignoreTags`.

    Raises SettingsError unless that is JSON such as {"keys": ["cost-centre"], "keyPrefixes": ["org:"]}.
    """
    text = dict(aws).get("ignoreTags", "{}")
    try:
        ignored = json.loads(text)
        keys, prefixes = ignored.get("keys", []), tuple(ignored.get("keyPrefixes", []))
        return {name: value for name, value in tags.items() if name not in keys and not name.startswith(prefixes)}
    except (ValueError, AttributeError, TypeError):
        raise SettingsError(
            "aws:ignoreTags must be keys, as `pulumi config set --path 'aws:ignoreTags.keys[0]' cost-centre` writes one, "
            f"not {text!r}"
        ) from None


def _client(aws: AwsSettings, service: str, region: str) -> Any:
    with _lock:
        return _make_client(aws, service, region)


@functools.cache  # a client reads its service's description, and keeps its connections
def _make_client(aws: AwsSettings, service: str, region: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415  # loaded only to call AWS

    # An explicit number of attempts would override the environment's.
    retries: Any = {"mode": "standard"} if "AWS_MAX_ATTEMPTS" in os.environ else _RETRIES
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries=retries,
        user_agent_extra=f"tavus-provider/{__version__}",
        # A link signed with the older version cannot open objects that a KMS key encrypts.
        signature_version="s3v4" if service == "s3" else None,
    )
    with map_errors(f"use AWS {service} in {region}"):
        client: Any = _session(aws).client(
            service,  # type: ignore[call-overload]  # the stubs list each service
            region_name=region,
            endpoint_url=_endpoint(dict(aws).get("endpoints", ""), service),
            config=config,
        )
    return client


@functools.cache
def _session(aws: AwsSettings) -> boto3.Session:
    import boto3  # noqa: PLC0415  # loaded only to call AWS

    given = dict(aws)
    if ("accessKey" in given) != ("secretKey" in given):
        raise SettingsError(
            "aws:accessKey and aws:secretKey belong together: set both, or neither to use a profile or the environment"
        )
    with map_errors("use the AWS configuration"):
        return boto3.Session(
            aws_access_key_id=given.get("accessKey"),
            aws_secret_access_key=given.get("secretKey"),
            aws_session_token=given.get("token"),
            profile_name=given.get("profile"),
        )


def _endpoint(endpoints: str, service: str) -> str | None:
    """Return the service's address in `endpoints`, which is one URL for all or pulumi-aws's JSON list; None for AWS's own."""
    if not endpoints or endpoints.startswith(("http://", "https://")):
        return endpoints or None
    try:
        listed = json.loads(endpoints)
        found = {name: url for each in (listed if isinstance(listed, list) else [listed]) for name, url in each.items()}
    except (ValueError, AttributeError):
        raise SettingsError(
            "aws:endpoints must be a URL, or JSON as in "
            f'[{{"s3": "http://127.0.0.1:5000", "iam": "http://127.0.0.1:5000"}}], not {endpoints!r}'
        ) from None
    # Who emulates IAM emulates STS, which only reports the account here.
    return found.get(service) or (found.get("iam") if service == "sts" else None)
