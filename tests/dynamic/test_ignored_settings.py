"""Settings among the inputs: `ignore_changes` may put them there, a program may not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from tavus_provider.dynamic.provider import URN
from tavus_provider.lifecycle.base import IDENTITY
from tavus_provider.recording.bucket import RecordingBucketProvider

SUSPENDED: dict[str, Any] = {
    "versioning": "Suspended",
    IDENTITY: {
        "bucket_name": "recordings",
        "bucket_arn": "arn:aws:s3:::recordings",
        "region": "eu-west-1",
        "account_id": "123456789012",
        "adopted": False,
    },
}
"""The inputs of a bucket after a refresh that found its versioning suspended."""
STORED: dict[str, Any] = {URN: "urn", **SUSPENDED}
"""The same as the state has them."""


@pytest.fixture
def provider() -> Iterator[RecordingBucketProvider]:
    """Return a configured provider; undo afterwards what configuring does to the process."""
    provider = RecordingBucketProvider()
    provider.configure(ConfigureRequest(Config({}, "shop")))
    yield provider
    del sys.tracebacklimit


def test_what_is_ignored_stays(provider: RecordingBucketProvider) -> None:
    """The engine passes the previous value of an ignored setting: check accepts it, and keeps what later checks need."""
    checked = provider.check(STORED, {"versioning": "Suspended"})
    assert (checked.inputs, checked.failures) == (SUSPENDED, [])


def test_what_is_not_ignored_shows_its_desired_value(provider: RecordingBucketProvider) -> None:
    """Check adds the desired value once, so that the preview shows both; a state without drift gets nothing."""
    assert provider.check(STORED, {}).inputs == {"versioning": "Enabled"}
    assert provider.check({URN: "urn", "versioning": "Enabled"}, {}).inputs == {}


@pytest.mark.parametrize("olds", [{}, STORED])
def test_a_setting_that_a_program_gives_is_a_mistake(provider: RecordingBucketProvider, olds: dict[str, Any]) -> None:
    """Check refuses a setting that the program gives, whether it drifted or not."""
    (failure,) = provider.check(olds, {"versioning": "Off"}).failures
    assert failure.reason == "RecordingBucket has no input named versioning"
