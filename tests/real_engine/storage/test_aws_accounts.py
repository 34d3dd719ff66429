"""The stack's AWS configuration on the real engine: forbidden accounts, roles to assume, and no prompt for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.aws.proxy import AwsProxy, serve_aws_proxy
from tests.support.terminal import run_at_terminal
from tools.stacks import pulumi

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROLE = "arn:aws:iam::{}:role/deploy"
OWN, OTHER = "123456789012", "210987654321"
"""The account of the credentials, as moto has it, and another one."""

STORAGE = "tavus.RecordingStorage('recordings', tags={'team': 'video'})\n"


@pytest.fixture
def storage(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack that declares a storage."""
    stack = new_stack(recording_sandbox)
    stack.program(STORAGE)
    return stack


@pytest.fixture
def proxy(storage: Stack, aws: str) -> Iterator[AwsProxy]:
    """Let the stack reach AWS through a proxy that notes calls."""
    with serve_aws_proxy(aws) as proxy:
        storage.environment["AWS_ENDPOINT_URL"] = proxy.url
        yield proxy


def configure(stack: Stack, key: str, value: str) -> None:
    """Set a key of pulumi-aws's configuration as its users do."""
    stack.pulumi("config", "set", "--path", key, value)


def assumed(arn: str) -> dict[str, Any]:
    """Return arguments for a client in the account of a role."""
    keys = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def bucket_names(s3: S3Client) -> list[str]:
    """Return the names of an account's buckets."""
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_an_account_that_is_not_allowed_is_refused_before_anything_is_made(storage: Stack, proxy: AwsProxy) -> None:
    """Preview and up name the account and the key, and only ask which account it is; so does a change of what exists."""
    configure(storage, "aws:allowedAccountIds[0]", OTHER)
    refusal = f"could not use AWS account {OWN}, which the credentials are for: aws:allowedAccountIds has only {OTHER}"
    for printed in (storage.preview(fails=True), storage.up(fails=True)):
        assert refusal in printed
    assert set(proxy.calls) == {"GetCallerIdentity"}

    configure(storage, "aws:allowedAccountIds[0]", OWN)
    storage.up()
    storage.pulumi("config", "rm", "aws:allowedAccountIds")
    configure(storage, "aws:forbiddenAccountIds[0]", OWN)
    storage.program(STORAGE.replace("video", "sales"))
    proxy.forget()
    assert "aws:forbiddenAccountIds has it" in storage.up(fails=True)
    assert set(proxy.calls) == {"GetCallerIdentity"}

    proxy.forget()
    assert "aws:forbiddenAccountIds has it" in storage.destroy(fails=True)  # with what the last up was configured with
    assert set(proxy.calls) == {"GetCallerIdentity"}


def test_a_storage_is_made_in_the_account_of_the_last_role_to_assume(storage: Stack, aws: str) -> None:
    """Roles are assumed one after the other, and the account of the last one has to be allowed."""
    for number, account in enumerate((OWN, OTHER)):
        configure(storage, f"aws:assumeRoles[{number}].roleArn", ROLE.format(account))
    configure(storage, "aws:allowedAccountIds[0]", OTHER)
    storage.up()

    there: S3Client = boto3.client("s3", **assumed(ROLE.format(OTHER)))
    assert (len(bucket_names(there)), bucket_names(boto3.client("s3"))) == (1, [])
    assert f"arn:aws:iam::{OTHER}:role/" in storage.export()
    storage.up("--expect-no-changes")
    storage.destroy()
    assert bucket_names(there) == []


def test_an_account_has_roles_and_allowed_accounts_of_its_own(storage: Stack, aws: str) -> None:
    """A bucket of an explicit provider is made in the account of its role, and refused if that one is not allowed."""
    keys = f"api_key='k', aws_region='eu-west-1', aws_assume_roles=[{{'roleArn': {ROLE.format(OTHER)!r}}}]"
    program = "account = tavus.Account('there', {}, aws_allowed_account_ids=[{!r}])\n" + (
        "tavus.RecordingBucket('recordings', pulumi.ResourceOptions(provider=account))\n"
    )
    storage.program(program.format(keys, OWN))
    assert f"could not use AWS account {OTHER}" in storage.up(fails=True)
    storage.program(program.format(keys, OTHER))
    storage.up()

    there: S3Client = boto3.client("s3", **assumed(ROLE.format(OTHER)))
    assert (len(bucket_names(there)), bucket_names(boto3.client("s3"))) == (1, [])


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (
            f"role_arn = {ROLE.format(OWN)}\nsource_profile = keys\nmfa_serial = arn:aws:iam::{OWN}:mfa/me",
            "its role needs an MFA code (mfa_serial)",
        ),
        ("credential_process = sh -c 'read code'", "whose credential_process must print JSON and must not ask"),
        ("credential_process = sh -c 'read code </dev/tty'", "whose credential_process must print JSON and must not ask"),
    ],
    ids=["mfa_serial", "standard input", "terminal"],
)
def test_nothing_waits_for_a_person(storage: Stack, proxy: AwsProxy, tmp_path: Path, profile: str, words: str) -> None:
    """A profile that asks for a code fails at a terminal too, where nobody may sit; before, `pulumi up` waited for ever."""
    config = tmp_path / "config"
    config.write_text(f"[profile keys]\naws_access_key_id = test\naws_secret_access_key = test\n[profile work]\n{profile}\n")
    storage.environment |= {"AWS_CONFIG_FILE": str(config), "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    configure(storage, "aws:profile", "work")

    command = [pulumi(), "up", "--yes", "--skip-preview", "--non-interactive"]
    printed, code = run_at_terminal(command, storage.project, storage.variables())

    assert words in printed
    assert (code != 0, proxy.calls) == (True, [])


def test_misspelled_keys_are_named(storage: Stack, proxy: AwsProxy) -> None:
    """One of pulumi-aws's is refused before anything is made, since it may be what protects an account; others are warnings."""
    storage.pulumi("config", "set", "tavus:retryTimout", "5")
    storage.pulumi("config", "set", "aws:partner", "ours")
    configure(storage, "aws:allowedAccountId[0]", OTHER)
    printed = storage.up(fails=True)
    assert "no setting has the name of configuration key aws:allowedAccountId: did you mean aws:allowedAccountIds?" in printed
    assert proxy.calls == []

    storage.pulumi("config", "rm", "aws:allowedAccountId")
    printed = storage.preview()
    assert printed.count("configuration key tavus:retryTimout: did you mean tavus:retryTimeout?") == 1
    assert printed.count("configuration key aws:partner has no effect on buckets and roles") == 1
