"""Nothing asks a person for AWS: a profile that needs an MFA code, and a program that gives no credentials, fail at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tavus_provider.api.errors import SettingsError, StorageError
from tests.recording.conftest import bucket_inputs
from tests.support.aws.local import set_environment
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import bucket_at

PROFILES = """
[profile keys]
aws_access_key_id = test
aws_secret_access_key = test
[profile code]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = keys
mfa_serial = arn:aws:iam::123456789012:mfa/me
[profile behind]
role_arn = arn:aws:iam::123456789012:role/other
source_profile = code
[profile plain]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = keys
[profile missing]
credential_process = /nonexistent/program
[profile words]
credential_process = echo no JSON
[profile refused]
credential_process = sh -c 'echo token expired >&2; exit 1'
[profile sso]
sso_start_url = https://example.com
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = deploy
"""


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a file with profiles, the only source of credentials."""
    (tmp_path / "config").write_text(PROFILES)
    set_environment(monkeypatch, AWS_CONFIG_FILE=str(tmp_path / "config"), HOME=str(tmp_path))


def create_with(proxy: AwsProxy, profile: str) -> None:
    """Create a bucket with the credentials of a profile."""
    bucket_at(proxy.url, accessKey="", secretKey="", profile=profile).create(bucket_inputs())


@pytest.mark.parametrize("profile", ["code", "behind"])
def test_a_profile_that_needs_an_mfa_code_is_refused(proxy: AwsProxy, profile: str) -> None:
    """The error says how to give a session instead; so it does if only the role before needs a code."""
    with pytest.raises(SettingsError) as refused:
        create_with(proxy, profile)
    message = str(refused.value)
    assert message.startswith(f"could not use AWS profile {profile!r}: its role needs an MFA code (mfa_serial)")
    assert all(name in message for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
    assert proxy.calls == []


def test_other_roles_of_profiles_are_assumed(proxy: AwsProxy) -> None:
    """A profile without mfa_serial works as before, at the configured address of STS."""
    create_with(proxy, "plain")
    assert proxy.calls[:2] == ["AssumeRole", "GetCallerIdentity"]


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ("missing", "No such file or directory: '/nonexistent/program'"),
        ("words", "Expecting value: line 1 column 1"),
        ("refused", "token expired"),
    ],
)
def test_a_program_that_gives_no_credentials_is_named(proxy: AwsProxy, profile: str, reason: str) -> None:
    """The error of a failing credential_process has what it said and what it must do, and does not speak of SSO."""
    with pytest.raises(StorageError) as refused:
        create_with(proxy, profile)
    message = str(refused.value)
    assert reason in message
    assert "credential_process must print JSON and must not ask for anything" in message
    assert "sso" not in message


def test_sso_without_a_session_says_how_to_sign_in(proxy: AwsProxy) -> None:
    """The error names `aws sso login`, because botocore itself signs nobody in."""
    with pytest.raises(StorageError, match=r"sign in again \(`aws sso login`\)"):
        create_with(proxy, "sso")
    assert proxy.calls == []
