"""Local AWS of the tests: empty it, point boto3 to it, let it enforce permissions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from tests.support.http_client import HTTP

REGION: Final = "eu-west-1"


def empty_aws(endpoint: str) -> None:
    """Delete all that the AWS at `endpoint` has."""
    HTTP.post(f"{endpoint}/moto-api/reset").raise_for_status()


def point_boto3_to(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment so that boto3 asks only the AWS at `endpoint`."""
    set_environment(
        monkeypatch,
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
    )


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
