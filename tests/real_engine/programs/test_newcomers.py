"""Mistakes of newcomers: one line answers each wrong configuration of the root project, and says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_project
from tests.real_engine.stack import Stack, errors
from tests.support.conversations import PERSONA
from tools.stacks import ROOT

ROLE = "arn:aws:iam::123456789012:role/recorder"


@pytest.fixture
def root_stack(recording_sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    """Return a stack of the root project with a correct configuration."""
    stack = new_stack(recording_sandbox, project=copy_project(ROOT, tmp_path / "copy"))
    stack.pulumi("config", "set", "persona_id", PERSONA)
    return stack


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"persona_id": ""}, "property persona_id value {<nil>} has a problem: is missing: give persona_id, or replica_id"),
        ({"language": "en"}, "write 'English' instead of 'en'"),
        ({"language": "Englisch"}, "write 'English' instead of 'Englisch'"),
        ({"max_call_duration": "0"}, "must be at least 1 second, not 0"),
        ({"max_call_duration": "1h"}, "configuration key 'max_call_duration' must be of type 'integer'"),
        ({"callback_url": "example.com/hook"}, "must be a whole URL that begins with https:// or http://"),
        ({"recording_s3_bucket_name": "b", "recording_s3_bucket_region": "eu-west-1", "aws_assume_role_arn": ROLE}, "3 to 63"),
        ({"on_destroy": "remove"}, "must be one of end, delete, delete_hard, not 'remove'"),
        ({"tavus:baseUrl": "tavusapi.com"}, "tavus:baseUrl must be a whole URL"),
        ({"tavus:retryTimeout": "soon"}, "tavus:retryTimeout must be a number of seconds, not 'soon'"),
    ],
)
def test_a_wrong_setting_fails_the_preview(root_stack: Stack, settings: dict[str, str], words: str) -> None:
    """A mistake that shows without the network fails in one line before anything is created."""
    root_stack.environment.pop("TAVUS_BASE_URL")
    root_stack.configure(**settings)
    (line,) = errors(root_stack.preview(fails=True))
    assert words in line


def test_a_missing_key_fails_the_preview(root_stack: Stack) -> None:
    """Without an API key the preview prints how to set one."""
    root_stack.environment.pop("TAVUS_API_KEY")
    (line,) = errors(root_stack.preview(fails=True))
    assert "there is no Tavus API key: run `pulumi config set --secret tavus:apiKey KEY`" in line


def test_half_of_the_storage_fails_the_preview(root_stack: Stack) -> None:
    """A bucket without its region and role fails for both, each on its own property."""
    root_stack.pulumi("config", "set", "recording_s3_bucket_name", "recordings-1")
    found = errors(root_stack.preview(fails=True))
    assert len(found) == 2
    assert all("give all three, or recording_storage" in line for line in found)


def test_a_misspelled_setting_of_the_storage_fails_the_preview(root_stack: Stack) -> None:
    """A key of the storage that does not exist fails with the one that was meant."""
    root_stack.pulumi("config", "set", "--path", "storage.retention_day", "30")
    (line,) = errors(root_stack.preview(fails=True))
    assert "RecordingBucket has no input named retention_day: did you mean retention_days?" in line


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"TAVUS_API_KEY": "wrong"}, "Tavus answered 401 'Invalid access token'; set the right key with"),
        ({"TAVUS_BASE_URL": "http://127.0.0.1:9", "TAVUS_RETRY_TIMEOUT": "1"}, "no connection to Tavus"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "TAVUS_RETRY_TIMEOUT": "1"}, "http://127.0.0.1:9"),
    ],
)
def test_what_only_up_can_find_fails_in_one_line(
    root_stack: Stack, recording_sandbox: Sandbox, environment: dict[str, str], words: str
) -> None:
    """A wrong key or an unreachable service fails with one line, and no conversation is active."""
    root_stack.environment.update(environment)
    printed = root_stack.up(fails=True)
    (line,) = errors(printed)
    assert words in line
    assert "Traceback" not in printed
    assert recording_sandbox.control.books()["active"] == 0


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"])
def test_missing_aws_settings_fail_in_one_line(
    root_stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    """Without AWS credentials or a region, the error says how to give them, and no bucket is created."""
    monkeypatch.delenv(missing)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    (line,) = errors(root_stack.up(fails=True))
    assert "aws:region" in line if missing == "AWS_DEFAULT_REGION" else "credentials" in line


def test_an_unknown_persona_fails_in_one_line(root_stack: Stack) -> None:
    """The error names the persona that Tavus does not have."""
    root_stack.pulumi("config", "set", "persona_id", "p1234")
    (line,) = errors(root_stack.up(fails=True))
    assert "'Invalid persona_id'; persona_id must be a persona of this account or of Tavus" in line


def test_a_role_that_tavus_cannot_assume_fails_in_one_line(root_stack: Stack) -> None:
    """The error for a role with another trust policy says what Tavus needs."""
    boto3.client("s3").create_bucket(Bucket="recordings-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    boto3.client("iam").create_role(RoleName="recorder", AssumeRolePolicyDocument=document)
    storage = {
        "recording_s3_bucket_name": "recordings-1",
        "recording_s3_bucket_region": "eu-west-1",
        "aws_assume_role_arn": ROLE,
    }
    root_stack.configure(**storage)
    root_stack.environment["TAVUS_ROLE_TIMEOUT"] = "1"
    (line,) = errors(root_stack.up(fails=True))
    assert "unable to assume role" in line
    assert "291871421005" in line


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"credits": 0}, "add credits to the account"),
        ({"concurrency": 0}, "end one with `tavus-provider conversations --end ID`"),
    ],
)
def test_limits_of_the_account_fail_in_one_line(
    root_stack: Stack, recording_sandbox: Sandbox, limits: dict[str, int], words: str
) -> None:
    """The error for an account without credits or free slots says what helps; the next up goes on where this one stopped."""
    recording_sandbox.control.set_limits(**limits)
    (line,) = errors(root_stack.up(fails=True))
    assert words in line
    recording_sandbox.control.set_limits(credits=None, concurrency=None)
    root_stack.up()
    assert recording_sandbox.control.books()["active"] == 1
