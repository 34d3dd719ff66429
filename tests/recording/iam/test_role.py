"""A role's life: it has exactly what Tavus needs, changes in place, and drift is repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tavus_provider.api.errors import StorageError
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.iam.role_settings import ROLE_SETTINGS
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.aws.proxy import AwsProxy
from tests.support.lifecycles import role_at

from ..conftest import names_of_roles, role_inputs

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

By = Callable[["IAMClient", str], object]
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"
ANYBODY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
NEWS = role_inputs(tags={"team": "video"})


def attach(iam: IAMClient, name: str) -> None:
    """Attach a managed policy to the role."""
    arn = iam.create_policy(PolicyName="more", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def test_a_new_role_is_what_tavus_asks_for(roles: RecordingRoleLifecycle, iam: IAMClient) -> None:
    """Somebody else's client sees the trust policy, the session length and the permissions that Tavus requires."""
    arn, outs = roles.create(role_inputs())
    name = outs["role_name"]

    role: Any = iam.get_role(RoleName=name)["Role"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    permissions: Any = iam.get_role_policy(RoleName=name, PolicyName="recordings")["PolicyDocument"]
    assert arn == role["Arn"]
    assert role["MaxSessionDuration"] == 43200
    assert trust["Principal"] == {"AWS": "arn:aws:iam::291871421005:root"}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "tavus"}}
    assert permissions["Statement"][0]["Resource"] == "arn:aws:s3:::recordings-of-tests"
    assert permissions["Statement"][1]["Resource"] == "arn:aws:s3:::recordings-of-tests/*"


@pytest.mark.parametrize(
    ("name", "longest"),
    [("description", "x" * 1000), ("path", f"/{'x' * 510}/"), ("permissions_boundary", f"{BOUNDARY:x<2048}")],
)
def test_iam_takes_strings_of_a_certain_length(roles: RecordingRoleLifecycle, name: str, longest: str) -> None:
    """Check refuses a string that is longer than IAM takes, and takes the longest."""
    (failure,) = roles.check(role_inputs(**{name: longest.replace("x", "xx", 1)}))

    assert (failure.property, failure.reason) == (name, f"must have at most {len(longest)} characters, not {len(longest) + 1}")
    assert list(roles.check(role_inputs(**{name: longest}))) == []


def test_a_role_takes_two_calls_once_its_account_is_known(roles: RecordingRoleLifecycle, proxy: AwsProxy) -> None:
    """A create makes two calls once the account is known."""
    roles.create(role_inputs(tags={"team": "video"}, permissions_boundary=BOUNDARY))

    assert proxy.calls == ["GetCallerIdentity", "CreateRole", "PutRolePolicy"]


def test_a_name_is_chosen_from_the_resource_s(roles: RecordingRoleLifecycle) -> None:
    """The chosen name is an output, but no input; the ID is the ARN."""
    arn, outs = roles.create(role_inputs())

    assert re.fullmatch(r"Recordings-[0-9a-f]{7}", outs["role_name"])
    assert arn == outs["role_arn"]
    assert "role_name" not in roles.previous_inputs(outs)


@pytest.mark.parametrize("name", ["x" * 100, "Größe und Ort", "", "a/b:c"])
def test_every_chosen_name_is_accepted_by_iam(name: str) -> None:
    """A chosen name has at most 64 characters, all of which IAM accepts."""
    assert re.fullmatch(r"[A-Za-z0-9_+=,.@-]{1,64}", f"{RecordingRoleLifecycle.sanitize_name(name)}-0123abc")


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"tags": {"team": "video"}, "permissions_boundary": BOUNDARY, "path": "/tavus/", "description": "Ours."},
        {"role_name": "given-name", "external_id": "tavus-acct-abc123", "trusted_account_id": "123456789012"},
        {"key_prefix": "recordings/", "bucket_region": "eu-west-1"},
    ],
)
def test_a_refresh_after_creation_changes_nothing(roles: RecordingRoleLifecycle, inputs: dict[str, object]) -> None:
    """A refresh reports the values that were written, in the same form, and a diff finds no change."""
    news = role_inputs(**inputs)
    arn, outs = roles.create(news)

    assert (arn, outs) == roles.read(arn, outs)
    assert roles.diff(arn, outs, news).changes == ()


@pytest.mark.parametrize(
    ("inputs", "writes", "setting"),
    [
        ({"bucket_name": "another-bucket"}, ["PutRolePolicy"], "permissions"),
        ({"key_prefix": "recordings/"}, ["PutRolePolicy"], "permissions"),
        ({"external_id": "tavus-acct-abc123"}, ["UpdateAssumeRolePolicy"], "trust_policy"),
        ({"trusted_account_id": "123456789012"}, ["UpdateAssumeRolePolicy"], "trust_policy"),
        ({"description": "Ours."}, ["UpdateRole"], "description"),
        ({"permissions_boundary": BOUNDARY}, ["PutRolePermissionsBoundary"], "permissions_boundary"),
        ({"tags": {"owner": "me"}}, ["UntagRole", "TagRole"], "tags"),
        ({"tags": {}}, ["UntagRole"], "tags"),
    ],
)
def test_a_change_in_place_writes_only_what_differs(
    roles: RecordingRoleLifecycle, proxy: AwsProxy, inputs: dict[str, object], writes: list[str], setting: str
) -> None:
    """An update shows each change under its own property, replaces nothing, and writes only the setting that differs."""
    arn, outs = roles.create(NEWS)
    news = {**NEWS, **inputs}
    found = roles.diff(arn, outs, news)
    proxy.forget()

    updated = roles.update(arn, outs, news)

    assert setting in found.changes
    assert found.replaces == ()
    assert writes == proxy.writes()
    assert roles.diff(arn, updated, news).changes == ()
    assert (arn, updated) == roles.read(arn, updated)


def test_a_boundary_is_taken_away_again(roles: RecordingRoleLifecycle, iam: IAMClient) -> None:
    """Removing permissions_boundary from the program removes it from the role."""
    arn, outs = roles.create(role_inputs(permissions_boundary=BOUNDARY))

    updated = roles.update(arn, outs, role_inputs())

    assert "PermissionsBoundary" not in iam.get_role(RoleName=outs["role_name"])["Role"]
    assert (arn, updated) == roles.read(arn, updated)


@pytest.mark.parametrize(
    ("before", "after", "property_", "first_delete"),
    [
        ({}, {"role_name": "other-name"}, "role_name", False),
        ({}, {"path": "/tavus/"}, "path", False),
        ({"role_name": "given-name"}, {"role_name": "given-name", "path": "/tavus/"}, "path", True),
        ({"bucket_region": "eu-west-1"}, {"bucket_region": "cn-north-1"}, "bucket_region", False),
    ],
)
def test_another_name_path_or_partition_needs_another_role(
    roles: RecordingRoleLifecycle, before: dict[str, object], after: dict[str, object], property_: str, first_delete: bool
) -> None:
    """Another name, path or partition replaces the role; the old one is deleted first only if the new one has its name."""
    arn, outs = roles.create(role_inputs(**before))

    found = roles.diff(arn, outs, role_inputs(**after))

    assert (property_,) == found.replaces
    assert first_delete == found.delete_before_replace


@pytest.mark.parametrize("region", [UNKNOWN, "us-east-1", None])
def test_of_the_bucket_s_region_only_the_partition_counts(roles: RecordingRoleLifecycle, region: object) -> None:
    """A bucket's region that a preview does not know, or another one of the partition, is no change of the role."""
    arn, outs = roles.create(role_inputs(bucket_region="eu-west-1"))

    assert roles.diff(arn, outs, role_inputs(bucket_region=region)).changes == ()


@pytest.mark.moto("LocalStack has one partition")
def test_in_china_every_arn_has_its_partition(roles: RecordingRoleLifecycle) -> None:
    """In China, all ARNs of a role have the partition aws-cn."""
    arn, outs = roles.create(role_inputs(bucket_region="cn-north-1"))

    assert arn.startswith("arn:aws-cn:iam::")
    assert outs["trust_policy"]["Statement"][0]["Principal"] == {"AWS": "arn:aws-cn:iam::291871421005:root"}
    assert outs["permissions"]["Statement"][0]["Resource"] == "arn:aws-cn:s3:::recordings-of-tests"
    assert (arn, outs) == roles.read(arn, outs)
    roles.delete(arn, outs)
    assert roles.read(arn, outs) is None


def test_a_role_needs_no_region(proxy: AwsProxy) -> None:
    """A role needs no region."""
    roles = role_at(proxy.url, region="")

    arn, _ = roles.create(role_inputs())

    assert arn.startswith("arn:aws:iam::123456789012:role/Recordings-")


def test_mistakes_are_found_without_aws(roles: RecordingRoleLifecycle, proxy: AwsProxy) -> None:
    """Check reports every mistake on its own property, without a call to AWS, and accepts unknown values."""
    wrong = {"role_name": "my role", "external_id": "x", "trusted_account_id": "1", "path": "tavus", "key_prefix": "*"}

    assert wrong.keys() == {each.property for each in roles.check(role_inputs(**wrong))}
    assert [each.property for each in roles.check({})] == ["bucket_name"]
    assert list(roles.check(role_inputs(bucket_name=UNKNOWN, bucket_region=UNKNOWN))) == []
    assert proxy.calls == []


def test_a_role_of_one_s_own_is_not_taken_over(roles: RecordingRoleLifecycle, iam: IAMClient) -> None:
    """A create refuses a role that the account has already, and does not change it."""
    iam.create_role(RoleName="given-name", AssumeRolePolicyDocument=ANYBODY)

    with pytest.raises(StorageError, match="this account has it already; choose another role_name"):
        roles.create(role_inputs(role_name="given-name"))

    assert names_of_roles(iam) == ["given-name"]
    document: Any = iam.get_role(RoleName="given-name")["Role"]["AssumeRolePolicyDocument"]
    assert json.loads(ANYBODY) == document


BY_HAND: list[tuple[str, By, list[str]]] = [
    (
        "trust_policy",
        lambda iam, name: iam.update_assume_role_policy(RoleName=name, PolicyDocument=ANYBODY),
        ["UpdateAssumeRolePolicy"],
    ),
    (
        "max_session_duration",
        lambda iam, name: iam.update_role(
            RoleName=name,
            MaxSessionDuration=3600,
            Description="Tavus writes recordings of conversations to Amazon S3 with this role.",
        ),
        ["UpdateRole"],
    ),
    (
        "description",
        lambda iam, name: iam.update_role(RoleName=name, Description="Mine.", MaxSessionDuration=43200),
        ["UpdateRole"],
    ),
    (
        "permissions_boundary",
        lambda iam, name: iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=BOUNDARY),
        ["DeleteRolePermissionsBoundary"],
    ),
    (
        "permissions",
        lambda iam, name: iam.put_role_policy(RoleName=name, PolicyName="recordings", PolicyDocument=EVERYTHING),
        ["PutRolePolicy"],
    ),
    ("permissions", lambda iam, name: iam.delete_role_policy(RoleName=name, PolicyName="recordings"), ["PutRolePolicy"]),
    (
        "other_policies",
        lambda iam, name: iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=EVERYTHING),
        ["DeleteRolePolicy"],
    ),
    (
        "other_policies",
        attach,
        ["DetachRolePolicy"],
    ),
    (
        "tags",
        lambda iam, name: iam.tag_role(RoleName=name, Tags=[{"Key": "owner", "Value": "somebody"}]),
        ["UntagRole", "TagRole"],
    ),
]


@pytest.mark.parametrize("case", BY_HAND)
def test_drift_shows_and_is_repaired(
    roles: RecordingRoleLifecycle, iam: IAMClient, proxy: AwsProxy, case: tuple[str, By, list[str]]
) -> None:
    """A refresh shows the drift, and an update writes that setting and no other."""
    setting, by_hand, repair = case
    arn, outs = roles.create(NEWS)
    by_hand(iam, outs["role_name"])
    found = roles.read(arn, outs)
    assert found
    _, drifted = found

    assert {setting} == {name for name in outs if outs[name] != drifted[name]}
    assert (setting,) == roles.diff(arn, drifted, NEWS).changes

    proxy.forget()
    repaired = roles.update(arn, drifted, NEWS)
    assert repair == proxy.writes()
    assert outs == repaired
    assert (arn, outs) == roles.read(arn, repaired)


def test_every_setting_can_drift() -> None:
    """The list above contains every setting but the grants: see test_key_grants.py."""
    assert {each.name for each in ROLE_SETTINGS} == {"key_grants", *(setting for setting, _, _ in BY_HAND)}


def test_a_role_is_deleted_with_whatever_it_has(roles: RecordingRoleLifecycle, iam: IAMClient) -> None:
    """A deletion deletes the role with all its policies; a second one succeeds, too."""
    arn, outs = roles.create(role_inputs())
    iam.put_role_policy(RoleName=outs["role_name"], PolicyName="more", PolicyDocument=EVERYTHING)
    attach(iam, outs["role_name"])

    roles.delete(arn, outs)

    assert names_of_roles(iam) == []
    roles.delete(arn, outs)
    assert roles.read(arn, outs) is None


def test_another_account_s_credentials_do_not_make_a_role_vanish(roles: RecordingRoleLifecycle) -> None:
    """Credentials of another account cause an error, instead of showing the role as gone."""
    elsewhere = "arn:aws:iam::999999999999:role/recordings"

    with pytest.raises(StorageError, match="made in AWS account 999999999999, and these credentials are for 123456789012"):
        roles.read(elsewhere, {})
    with pytest.raises(StorageError, match="use those of 999999999999"):
        roles.delete(elsewhere, {})
