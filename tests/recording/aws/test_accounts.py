"""Accounts that a stack may not use, and roles that it assumes: buckets and roles heed pulumi-aws's keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.managed.lifecycle import ManagedLifecycle
from tavus_provider.recording.s3.recordings import Recordings
from tests.recording.conftest import bucket_inputs, names_of_buckets, role_inputs
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import aws_settings, bucket_at, role_at

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWN, OTHER, THIRD = "123456789012", "210987654321", "321098765432"
"""The account of the credentials, as moto has it, and others."""

Case = tuple[Callable[..., ManagedLifecycle[Any]], Callable[..., dict[str, object]]]
KINDS: list[Case] = [(bucket_at, bucket_inputs), (role_at, role_inputs)]
REFUSED = [
    ({"allowedAccountIds": f"[{OTHER}]"}, f"aws:allowedAccountIds has only {OTHER}"),
    ({"forbiddenAccountIds": f'["{OTHER}", "{OWN}"]'}, "aws:forbiddenAccountIds has it"),
]


def arn(account: str) -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{account}:role/deploy"


@pytest.mark.parametrize("case", KINDS, ids=["bucket", "role"])
@pytest.mark.parametrize(("keys", "reason"), REFUSED)
def test_an_account_that_may_not_be_used_is_refused(case: Case, proxy: AwsProxy, keys: dict[str, str], reason: str) -> None:
    """Check, create, read, update and delete only ask which account it is, and name it with the key."""
    at, inputs = case
    id_, outs = at(proxy.url).create(inputs())
    lifecycle = at(proxy.url, **keys)
    proxy.forget()

    hooks: list[Callable[[], object]] = [
        lambda: lifecycle.create(inputs()),
        lambda: lifecycle.read(id_, outs),
        lambda: lifecycle.update(id_, outs, inputs(tags={"team": "video"})),
        lambda: lifecycle.delete(id_, outs),
    ]
    for hook in hooks:
        with pytest.raises(StorageError, match=f"could not use AWS account {OWN}, which the credentials are for: {reason};"):
            hook()
    (failure,) = lifecycle.check(inputs())

    assert (failure.property, reason in failure.reason) == ("", True)
    assert set(proxy.calls) == {"GetCallerIdentity"}


def test_the_account_of_recordings_has_to_be_allowed(proxy: AwsProxy, theirs: str) -> None:
    """`tavus-provider recordings STACK` heeds the stack's configuration, too."""
    with pytest.raises(StorageError, match="aws:allowedAccountIds has only"):
        Recordings.find(aws_settings(proxy.url, allowedAccountIds=f"[{OTHER}]").aws, theirs)


@pytest.mark.parametrize("keys", [{"allowedAccountIds": f"[{OWN}]"}, {"forbiddenAccountIds": f"[{OTHER}]"}])
def test_the_account_is_compared_once(proxy: AwsProxy, keys: dict[str, str]) -> None:
    """An account that may be used costs one call in a process; without such a key it costs none."""
    lifecycle = bucket_at(proxy.url, **keys)
    for _ in range(3):
        assert list(lifecycle.check(bucket_inputs())) == []
    assert proxy.calls == ["GetCallerIdentity"]

    assert list(bucket_at(proxy.url).check(bucket_inputs())) == []
    assert proxy.calls == ["GetCallerIdentity"]


def test_an_unanswered_question_for_the_account_is_a_mistake(proxy: AwsProxy) -> None:
    """Where nobody says which account it is, a preview says so instead of letting the run begin."""
    proxy.refuse("GetCallerIdentity")
    (failure,) = bucket_at(proxy.url, allowedAccountIds=f'["{OTHER}"]').check(bucket_inputs())
    assert failure.reason.startswith("could not find out which AWS account this is: AWS answered AccessDenied")


@pytest.mark.parametrize(
    ("roles", "account"),
    [
        ({"assumeRoles": json.dumps([{"roleArn": arn(OTHER)}])}, OTHER),
        ({"assumeRole": json.dumps({"roleArn": arn(OTHER)})}, OTHER),
        ({"assumeRoles": json.dumps([{"roleArn": arn(OTHER)}, {"roleArn": arn(THIRD)}])}, THIRD),
    ],
)
def test_roles_are_assumed_one_after_the_other(proxy: AwsProxy, s3: S3Client, roles: dict[str, str], account: str) -> None:
    """The bucket belongs to the account of the last role; each role is assumed with the credentials of the one before."""
    keys = {**roles, "allowedAccountIds": f"[{account}]"}
    id_, outs = bucket_at(proxy.url, **keys).create(bucket_inputs())
    _, role = role_at(proxy.url, **keys).create(role_inputs())

    assert (outs["account_id"], role["role_arn"].split(":")[4]) == (account, account)
    assert names_of_buckets(s3) == []
    signers = [headers["authorization"].split("Credential=")[1].split("/")[0] for headers in proxy.headers]
    assumed = [signer for call, signer in zip(proxy.calls, signers, strict=True) if call == "AssumeRole"]
    assert (assumed[0], len(set(assumed))) == (OWN, len(assumed))
    assert set(signers[len(assumed) :]).isdisjoint(assumed)
    bucket_at(proxy.url, **keys).delete(id_, outs)


def test_all_that_a_role_can_have_reaches_sts(proxy: AwsProxy) -> None:
    """Each member of a role is the argument of STS that pulumi-aws makes of it."""
    role = {
        "roleArn": arn(OTHER),
        "sessionName": "deploy",
        "duration": "1h30m",
        "policy": '{"Version": "2012-10-17"}',
        "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "externalId": "shared-secret",
        "tags": {"team": "video", "year": 2026},
        "transitiveTagKeys": ["team"],
        "sourceIdentity": "me",
    }
    bucket_at(proxy.url, assumeRoles=json.dumps([role])).create(bucket_inputs())

    sent = dict(parse_qsl(proxy.contents[proxy.calls.index("AssumeRole")].decode()))
    assert {name: value for name, value in sent.items() if name not in ("Action", "Version")} == {
        "RoleArn": arn(OTHER),
        "RoleSessionName": "deploy",
        "DurationSeconds": "5400",
        "Policy": '{"Version": "2012-10-17"}',
        "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "ExternalId": "shared-secret",
        "Tags.member.1.Key": "team",
        "Tags.member.1.Value": "video",
        "Tags.member.2.Key": "year",
        "Tags.member.2.Value": "2026",
        "TransitiveTagKeys.member.1": "team",
        "SourceIdentity": "me",
    }


@pytest.mark.parametrize("member", ["webIdentityToken", "webIdentityTokenFile"])
def test_a_token_needs_no_other_credentials(proxy: AwsProxy, tmp_path: Path, member: str) -> None:
    """The first role can be assumed with a token, and the next ones with its credentials."""
    (tmp_path / "token").write_text("the-token")
    token = "the-token" if member == "webIdentityToken" else str(tmp_path / "token")
    identity = json.dumps({"roleArn": arn(OTHER), member: token, "sessionName": "deploy"})
    next_ = json.dumps([{"roleArn": arn(THIRD)}])
    buckets = bucket_at(proxy.url, accessKey="", secretKey="", assumeRoleWithWebIdentity=identity, assumeRoles=next_)

    _, outs = buckets.create(bucket_inputs())

    assert outs["account_id"] == THIRD
    assert proxy.calls[:3] == ["AssumeRoleWithWebIdentity", "AssumeRole", "GetCallerIdentity"]
    assert dict(parse_qsl(proxy.contents[0].decode()))["WebIdentityToken"] == "the-token"


def test_a_role_that_cannot_be_assumed_is_named(proxy: AwsProxy, s3: S3Client) -> None:
    """The error names the role, AWS's answer and what may be missing; nothing is created."""
    proxy.refuse("AssumeRole")
    with pytest.raises(StorageError) as refused:
        bucket_at(proxy.url, assumeRoles=json.dumps([{"roleArn": arn(OTHER)}])).create(bucket_inputs())
    assert str(refused.value) == (
        f"could not assume role {arn(OTHER)}: AWS answered AccessDenied 'said by a test'; the caller needs the permission "
        "sts:AssumeRole, and the role's trust policy has to allow it"
    )
    assert names_of_buckets(s3) == []


def test_a_role_needs_credentials_to_be_assumed_with(proxy: AwsProxy) -> None:
    """Without any, the error says how to give them."""
    with pytest.raises(StorageError, match="Unable to locate credentials; give AWS credentials"):
        bucket_at(proxy.url, accessKey="", secretKey="", assumeRoles=json.dumps([{"roleArn": arn(OTHER)}])).create(
            bucket_inputs()
        )
