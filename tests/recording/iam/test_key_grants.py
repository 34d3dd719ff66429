"""Role for recordings that a KMS key encrypts: a grant lets it use that key for its bucket, and no other key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tests.support.aws.proxy import AwsProxy

from ..conftest import names_of_roles, role_inputs

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient

By = Callable[["KMSClient", str, str], object]
BUCKET_ARN = "arn:aws:s3:::recordings-of-tests"
SOMEBODY = "arn:aws:iam::123456789012:role/somebody"


def grants(kms: KMSClient, key: str) -> list[tuple[str, Any]]:
    """Return the grants on a key, as somebody else's client sees them."""
    return [(each["GranteePrincipal"], each.get("Constraints")) for each in kms.list_grants(KeyId=key)["Grants"]]


def only(arn: str, bucket_arn: str = BUCKET_ARN) -> list[tuple[str, Any]]:
    """Return the one grant to a role."""
    return [(arn, {"EncryptionContextSubset": {"aws:s3:arn": bucket_arn}})]


def test_the_role_is_granted_the_use_of_the_key(roles: RecordingRoleLifecycle, kms: KMSClient, key: str, proxy: AwsProxy) -> None:
    """The role gets a grant for two operations and one bucket, and a refresh finds no drift."""
    news = role_inputs(kms_key_arn=key)

    arn, outs = roles.create(news)

    assert grants(kms, key) == only(arn)
    assert outs["key_grants"] == [
        {
            "KeyId": key,
            "Operations": ["Decrypt", "GenerateDataKey"],
            "Constraints": {"EncryptionContextSubset": {"aws:s3:arn": BUCKET_ARN}},
        }
    ]
    assert proxy.writes() == ["CreateRole", "PutRolePolicy", "CreateGrant"]
    assert roles.read(arn, outs) == (arn, outs)
    assert roles.diff(arn, outs, news).changes == ()


def test_the_statement_for_the_key_s_policy_is_an_output(roles: RecordingRoleLifecycle, key: str) -> None:
    """The statement for the key's policy names the role and follows the inputs; without a key it is empty."""
    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    assert outs["key_policy_statement"]["Principal"] == {"AWS": arn}

    outs = roles.update(arn, outs, role_inputs(kms_key_arn=key, bucket_name="another-bucket"))
    contexts = outs["key_policy_statement"]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"]
    assert contexts == ["arn:aws:s3:::another-bucket", "arn:aws:s3:::another-bucket/*"]
    assert roles.update(arn, outs, role_inputs())["key_policy_statement"] == {}


@pytest.mark.parametrize("inputs", [{}, {"kms_grant": False}])
def test_without_a_grant_kms_is_not_asked(
    roles: RecordingRoleLifecycle, key: str, proxy: AwsProxy, inputs: dict[str, Any]
) -> None:
    """Without a key, or with kms_grant=False, no call goes to KMS."""
    news = role_inputs(**inputs, **({"kms_key_arn": key} if inputs else {}))
    arn, outs = roles.create(news)
    roles.diff(*(roles.read(arn, outs) or ("", {})), news)
    roles.delete(arn, roles.update(arn, outs, news))

    assert outs["key_grants"] == []
    assert bool(outs["key_policy_statement"]) == bool(inputs)
    assert not {"ListGrants", "CreateGrant", "RevokeGrant"} & set(proxy.calls)


def revoke(kms: KMSClient, key: str, arn: str) -> None:
    """Revoke the grant."""
    for each in kms.list_grants(KeyId=key)["Grants"]:
        kms.revoke_grant(KeyId=key, GrantId=each["GrantId"])


def widen(kms: KMSClient, key: str, arn: str) -> None:
    """Create another grant for the role."""
    kms.create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt", "Encrypt"])


@pytest.mark.parametrize(("by_hand", "repair"), [(revoke, ["CreateGrant"]), (widen, ["RevokeGrant"])])
def test_drift_shows_and_is_repaired(
    roles: RecordingRoleLifecycle, kms: KMSClient, key: str, proxy: AwsProxy, by_hand: By, repair: list[str]
) -> None:
    """An update creates a revoked grant again, and revokes one that somebody added."""
    news = role_inputs(kms_key_arn=key)
    arn, outs = roles.create(news)
    by_hand(kms, key, arn)
    _, drifted = roles.read(arn, outs) or ("", {})

    assert {"key_grants"} == {name for name in outs if outs[name] != drifted[name]}
    assert roles.diff(arn, drifted, news).changes == ("key_grants",)
    proxy.forget()
    assert roles.update(arn, drifted, news) == outs
    assert proxy.writes() == repair
    assert roles.read(arn, outs) == (arn, outs)


@pytest.mark.moto("LocalStack compares the names of grants only")
def test_another_bucket_is_another_grant(roles: RecordingRoleLifecycle, kms: KMSClient, key: str, proxy: AwsProxy) -> None:
    """For another bucket the new grant is created before the old one is revoked."""
    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    proxy.forget()

    outs = roles.update(arn, outs, role_inputs(kms_key_arn=key, bucket_name="another-bucket"))

    assert proxy.writes() == ["PutRolePolicy", "CreateGrant", "RevokeGrant"]
    assert grants(kms, key) == only(arn, "arn:aws:s3:::another-bucket")
    assert roles.read(arn, outs) == (arn, outs)


def test_another_key_moves_the_grant(roles: RecordingRoleLifecycle, kms: KMSClient, key: str) -> None:
    """For another key the grant on the old one is revoked; without a key no grant is left."""
    other = kms.create_key()["KeyMetadata"]["Arn"]
    arn, outs = roles.create(role_inputs(kms_key_arn=key))

    outs = roles.update(arn, outs, role_inputs(kms_key_arn=other))
    assert (grants(kms, key), grants(kms, other)) == ([], only(arn))
    assert roles.read(arn, outs) == (arn, outs)

    outs = roles.update(arn, outs, role_inputs())
    assert (grants(kms, other), outs["key_grants"]) == ([], [])


def test_a_grant_is_taken_back(roles: RecordingRoleLifecycle, kms: KMSClient, key: str) -> None:
    """kms_grant=False revokes the grant."""
    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    news = role_inputs(kms_key_arn=key, kms_grant=False)
    assert {"kms_grant", "key_grants"} == set(roles.diff(arn, outs, news).changes)

    outs = roles.update(arn, outs, news)

    assert grants(kms, key) == []
    assert roles.diff(arn, outs, news).changes == ()


def test_grants_of_others_are_left_alone(roles: RecordingRoleLifecycle, kms: KMSClient, key: str) -> None:
    """Grants of other principals are no drift, and stay."""
    kms.create_grant(KeyId=key, GranteePrincipal=SOMEBODY, Operations=["Decrypt"])
    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    assert roles.read(arn, outs) == (arn, outs)

    roles.delete(arn, outs)

    assert [grantee for grantee, _ in grants(kms, key)] == [SOMEBODY]


def test_a_role_is_deleted_with_its_grants(
    roles: RecordingRoleLifecycle, iam: IAMClient, kms: KMSClient, key: str, proxy: AwsProxy
) -> None:
    """A deletion revokes the grants, also after a failed one, and succeeds if the key is gone."""
    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    proxy.refuse("RevokeGrant")
    with pytest.raises(StorageError, match="the caller needs the permission kms:RevokeGrant"):
        roles.delete(arn, outs)
    assert len(names_of_roles(iam)) == 1

    roles.delete(arn, outs)
    assert (names_of_roles(iam), grants(kms, key)) == ([], [])

    arn, outs = roles.create(role_inputs(kms_key_arn=key))
    proxy.refuse("ListGrants", code="NotFoundException", status=400)
    roles.delete(arn, outs)
    assert names_of_roles(iam) == []


def test_a_key_that_is_gone_is_drift(roles: RecordingRoleLifecycle, key: str, proxy: AwsProxy) -> None:
    """A key that is gone is drift, and the error of the update says what to check."""
    news = role_inputs(kms_key_arn=key)
    arn, outs = roles.create(news)
    for _ in range(2):
        proxy.refuse("ListGrants", code="NotFoundException", status=400)

    _, drifted = roles.read(arn, outs) or ("", {})

    assert roles.diff(arn, drifted, news).changes == ("key_grants",)
    with pytest.raises(StorageError, match="check kms_key_arn: the key must exist, in the bucket's region"):
        roles.update(arn, drifted, news)


@pytest.mark.parametrize("call", ["ListGrants", "CreateGrant"])
def test_a_key_that_the_caller_may_not_grant(
    roles: RecordingRoleLifecycle, iam: IAMClient, key: str, proxy: AwsProxy, call: str
) -> None:
    """The error for a refused grant names both ways to continue, and the second one makes no call to KMS."""
    proxy.refuse(call)

    with pytest.raises(StorageError) as refused:
        roles.create(role_inputs(kms_key_arn=key))

    message = str(refused.value)
    assert message.startswith("could not grant role 'Recordings-")
    assert (
        f"the use of {key}: AWS answered AccessDenied 'said by a test'; the caller needs the permission kms:{call}; or" in message
    )
    assert message.endswith(
        "set kms_grant=False, run `pulumi up`, and let the key's owner add the output key_policy_statement to its policy"
    )
    assert names_of_roles(iam) == []
    proxy.refuse(call)
    _, outs = roles.create(role_inputs(kms_key_arn=key, kms_grant=False))
    assert outs["key_policy_statement"]["Sid"] == "TavusRecordings"


def test_a_disabled_key(roles: RecordingRoleLifecycle, key: str, proxy: AwsProxy) -> None:
    """The error for a disabled key says what to do."""
    proxy.refuse("CreateGrant", code="KMSInvalidStateException", status=400)

    with pytest.raises(StorageError, match="enable the key, or give another one in kms_key_arn"):
        roles.create(role_inputs(kms_key_arn=key))


def test_a_role_that_kms_does_not_know_yet_is_waited_for(
    roles: RecordingRoleLifecycle, kms: KMSClient, key: str, proxy: AwsProxy
) -> None:
    """A create repeats a grant for which KMS does not know the new role yet."""
    proxy.refuse("CreateGrant", code="InvalidArnException", status=400)

    arn, outs = roles.create(role_inputs(kms_key_arn=key))

    assert grants(kms, key) == only(arn)
    assert roles.read(arn, outs) == (arn, outs)
