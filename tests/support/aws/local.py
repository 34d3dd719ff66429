"""Local AWS of the tests: empty it, point boto3 to it, let it enforce permissions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from tavus_provider.testing.environment import ACCOUNT, REGION, aws_variables
from tests.support.http_client import HTTP


def empty_aws(endpoint: str) -> None:
    """Delete all that the AWS at `endpoint` has."""
    answer = HTTP.post(f"{endpoint}/moto-api/reset", timeout=None).raise_for_status()  # LocalStack loads moto with its first call
    if "Twisted" in answer.headers["Server"]:
        _empty_localstack(endpoint)


def _empty_localstack(endpoint: str) -> None:
    """Delete what LocalStack has in its own S3 and IAM."""
    given: Any = {"endpoint_url": endpoint, "aws_access_key_id": ACCOUNT, "aws_secret_access_key": "test"}
    s3, iam = boto3.resource("s3", region_name=REGION, **given), boto3.resource("iam", region_name=REGION, **given)
    for bucket in s3.buckets.all():
        bucket.object_versions.delete()
        bucket.delete()
    for role in iam.roles.all():
        for attached in role.attached_policies.all():
            role.detach_policy(PolicyArn=attached.arn)
        for inline in role.policies.all():
            inline.delete()
        role.delete()
    for policy in iam.policies.filter(Scope="Local"):
        policy.delete()


def point_boto3_to(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment so that boto3 asks only the AWS at `endpoint`."""
    set_environment(monkeypatch, **aws_variables(endpoint))


def set_environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Set environment variables for one test."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@contextmanager
def enforce_permissions(endpoint: str) -> Iterator[None]:
    """Let the AWS at `endpoint` refuse whatever no policy allows, as the real one does, for as long as the body runs."""
    HTTP.post(f"{endpoint}/moto-api/reset-auth", content="0").raise_for_status()
    try:
        yield
    finally:
        HTTP.post(f"{endpoint}/moto-api/reset-auth", content="inf").raise_for_status()
