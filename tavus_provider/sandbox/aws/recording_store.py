"""Recording store on AWS behind one endpoint (moto, LocalStack), used as Tavus uses it.

Recordings are written with the role's own credentials. Only this module loads boto3, and only with an endpoint.
Sources: Tavus guide, Conversation Recordings; AWS STS API reference, AssumeRole.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnreachableError
from botocore.parsers import ResponseParserError

from ..api.error_answers import failed_creation, unusable_bucket, unusable_role
from ..world.recordings import Destination, WriteError, Writer
from .trust_policy import TAVUS_ACCOUNT, allows_tavus

SESSION_SECONDS = 43200
"""Session length that Tavus requests, and therefore the role's MaxSessionDuration (12 h)."""

# The endpoint is on this machine, which a proxy from the environment could not reach.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    proxies={},
    s3={"addressing_style": "path"},
)

_REFUSALS = (BotoCoreError, ClientError, ResponseParserError, ValueError)
"""Errors for names that AWS refuses: before they are sent, in its answer, or in an answer that is not XML."""


def _operator_session() -> boto3.Session:
    """Return a session with the operator's credentials: those of the environment if it has any, else test/test."""
    if "AWS_ACCESS_KEY_ID" in os.environ or "AWS_PROFILE" in os.environ:
        return boto3.Session()
    return boto3.Session("test", "test")


class AwsRecordingStore:
    """Recording store on the AWS at one endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._creating = threading.Lock()
        self._session: Any = _operator_session()

    def make_writer(self, destination: Destination, iam_delay: float) -> Writer:
        """Check role and bucket as Tavus does at creation, and return the function that writes there as the role.

        A role younger than `iam_delay` (seconds) cannot be assumed, as it happens on AWS. Raises ErrorAnswer (400).
        """
        with _translate_errors(destination):
            self._check_role(destination, iam_delay)
            credentials = self._assume(destination)
            self._check_bucket(destination)
        s3 = self._client("s3", destination.region, credentials)

        def write(key: str, content: bytes) -> None:
            try:
                s3.put_object(Bucket=destination.bucket, Key=key, Body=content, ContentType="video/mp4")
            except _REFUSALS as error:
                raise WriteError(str(error)) from error

        return write

    def _client(self, service: str, region: str, credentials: Mapping[str, Any] = MappingProxyType({})) -> Any:
        """Return a client that acts as the operator, or with the credentials that STS gave."""
        # boto3 is not thread-safe while it makes clients.
        with self._creating:
            return self._session.client(
                service,
                region_name=region,
                endpoint_url=self._endpoint,
                config=_CONFIG,
                aws_access_key_id=credentials.get("AccessKeyId"),
                aws_secret_access_key=credentials.get("SecretAccessKey"),
                aws_session_token=credentials.get("SessionToken"),
            )

    def _check_role(self, destination: Destination, iam_delay: float) -> None:
        # IAM has one endpoint for all regions.
        iam = self._client("iam", "us-east-1")
        role = iam.get_role(RoleName=destination.role_arn.rpartition("/")[2])["Role"]
        age = (datetime.now(UTC) - role["CreateDate"]).total_seconds()
        if role["Arn"] != destination.role_arn or age < iam_delay:
            raise unusable_role(f"there is no role {destination.role_arn}")
        # Stand-ins let anybody assume any role, so the trust policy is checked here.
        if not allows_tavus(role["AssumeRolePolicyDocument"], destination.external_id):
            asked = f"account {TAVUS_ACCOUNT} assume it with ExternalId {destination.external_id!r}"
            raise unusable_role(f"the role's trust policy does not let {asked}")
        if role["MaxSessionDuration"] != SESSION_SECONDS:
            found = role["MaxSessionDuration"]
            raise unusable_role(f"the role's MaxSessionDuration is {found} s and has to be {SESSION_SECONDS} s")

    def _assume(self, destination: Destination) -> Mapping[str, Any]:
        sts = self._client("sts", destination.region)
        session: Mapping[str, Any] = sts.assume_role(
            RoleArn=destination.role_arn,
            RoleSessionName="tavus-recording",
            ExternalId=destination.external_id,
            DurationSeconds=SESSION_SECONDS,
        )["Credentials"]
        return session

    def _check_bucket(self, destination: Destination) -> None:  # assumed: aws-operator
        s3 = self._client("s3", destination.region)
        try:
            # S3 answers null for us-east-1.
            location = s3.get_bucket_location(Bucket=destination.bucket)["LocationConstraint"] or "us-east-1"
            versioning = s3.get_bucket_versioning(Bucket=destination.bucket).get("Status")
        except ClientError as error:
            raise unusable_bucket(destination.bucket, str(error)) from error
        if location != destination.region:
            raise unusable_bucket(destination.bucket, f"its region is {location}, not {destination.region}")
        if versioning != "Enabled":
            raise unusable_bucket(destination.bucket, "its versioning is not enabled")


@contextmanager
def _translate_errors(destination: Destination) -> Iterator[None]:
    """Turn refusals of AWS into answers of Tavus."""
    try:
        yield
    except (UnreachableError, HTTPClientError) as error:
        raise failed_creation(f"AWS cannot be reached: {error}") from error
    except _REFUSALS as error:
        raise unusable_role(f"{destination.role_arn}: {error}") from error
