"""
The settings that AWS keeps for the role that Tavus assumes.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import policies
from .errors import Denied, Missing, Unset, map_errors
from .key_grants import KeyGrants
from .managed import Setting

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import RoleTypeDef
    from mypy_boto3_kms import KMSClient

POLICY_NAME = "recordings"
"""The name of the role's one inline policy."""


@dataclass(frozen=True)
class Role:
    """A role at AWS; `keys` gives the client for a region's keys, `granted_key` is the ARN of the one it has grants on, or ""."""

    client: IAMClient
    name: str
    keys: Callable[[str], KMSClient]
    granted_key: str = ""

    def __str__(self) -> str:
        return f"role {self.name!r}"

    @functools.cached_property
    def described(self) -> RoleTypeDef:
        """What GetRole answers, asked once."""
        return self.client.get_role(RoleName=self.name)["Role"]

    def inline_policies(self) -> list[str]:
        """Return the names of the inline policies."""
        pages = self.client.get_paginator("list_role_policies").paginate(RoleName=self.name)
        return [name for page in pages for name in page["PolicyNames"]]

    def attached_policies(self) -> list[str]:
        """Return the ARNs of the managed policies."""
        pages = self.client.get_paginator("list_attached_role_policies").paginate(RoleName=self.name)
        return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]

    def grants(self, kms_key_arn: str) -> KeyGrants:
        """Return its grants on a key."""
        return KeyGrants(self.keys(policies.key_region(kms_key_arn)), kms_key_arn, self.described["Arn"])

    def ungrant(self) -> None:
        """Take away its grants on `granted_key`; a key that is gone has none."""
        if self.granted_key:
            with suppress(Unset), map_errors(f"take {self} the grants on {self.granted_key}"):
                self.grants(self.granted_key).put([])

    def strip(self, keep: str = "") -> None:
        """Take away all policies but the inline one named `keep`."""
        for name in self.inline_policies():
            if name != keep:
                self.client.delete_role_policy(RoleName=self.name, PolicyName=name)
        for arn in self.attached_policies():
            self.client.detach_role_policy(RoleName=self.name, PolicyArn=arn)


def trust_policy(facts: dict[str, Any]) -> policies.Document:
    """Return the trust policy that the facts ask for."""
    return policies.trust_policy(facts["partition"], facts["trusted_account_id"], facts["external_id"])


def key_policy_statement(facts: dict[str, Any]) -> policies.Document:
    """Return what the policy of the key that the facts name must contain, {} where they name none."""
    if not facts["kms_key_arn"]:
        return {}
    return policies.key_policy_statement(facts["role_arn"], _bucket_arn(facts), facts["kms_key_arn"])


def _bucket_arn(facts: dict[str, Any]) -> str:
    return policies.bucket_arn(facts["partition"], facts["bucket_name"])


def _permission_policy(facts: dict[str, Any]) -> policies.Document:
    return policies.permission_policy(_bucket_arn(facts), facts["key_prefix"] or "", facts["kms_key_arn"] or "")


def _trust_policy(role: Role) -> Any:
    return policies.canonical(role.described.get("AssumeRolePolicyDocument", {}))


def _set_trust_policy(role: Role, value: Any) -> None:
    role.client.update_assume_role_policy(RoleName=role.name, PolicyDocument=json.dumps(value))


def _permissions(role: Role) -> Any:
    try:
        with map_errors(f"read permissions of {role}"):
            return policies.canonical(role.client.get_role_policy(RoleName=role.name, PolicyName=POLICY_NAME)["PolicyDocument"])
    except Missing:
        return {}  # the role is there, as GetRole said before


def _set_permissions(role: Role, value: Any) -> None:
    role.client.put_role_policy(RoleName=role.name, PolicyName=POLICY_NAME, PolicyDocument=json.dumps(value))


def _other_policies(role: Role) -> list[str]:
    inline = [name for name in role.inline_policies() if name != POLICY_NAME]
    return sorted([*inline, *role.attached_policies()])


def _session(role: Role) -> int:
    return role.described.get("MaxSessionDuration", 0)


def _set_session(role: Role, value: Any) -> None:
    _update(role, _description(role), value)


def _description(role: Role) -> str:
    return role.described.get("Description", "")


def _set_description(role: Role, value: Any) -> None:
    _update(role, value, policies.SESSION_SECONDS)


def _update(role: Role, description: str, session_seconds: int) -> None:
    """Write both, since local stand-ins for AWS clear the one that is left out."""
    role.client.update_role(RoleName=role.name, Description=description, MaxSessionDuration=session_seconds)


def _boundary(role: Role) -> str:
    return role.described.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")


def _set_boundary(role: Role, value: Any) -> None:
    if value:
        role.client.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=value)
    else:
        role.client.delete_role_permissions_boundary(RoleName=role.name)


def _tags(role: Role) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in role.described.get("Tags", []) if not tag["Key"].startswith("aws:")}


def _set_tags(role: Role, value: Any) -> None:
    surplus = [name for name in _tags(role) if name not in value]
    if surplus:
        role.client.untag_role(RoleName=role.name, TagKeys=surplus)
    if value:
        role.client.tag_role(RoleName=role.name, Tags=tag_list(value))


def _wanted_grants(facts: dict[str, Any]) -> list[policies.Document]:
    key = granted_key(facts)
    return [policies.key_grant(_bucket_arn(facts), key)] if key else []


def _key_grants(role: Role) -> list[policies.Document]:
    return role.grants(role.granted_key).reported() if role.granted_key else []


def _set_key_grants(role: Role, value: Any) -> None:
    """Grant on the wanted key first, then take away what is left on the one before."""
    keys = {each["KeyId"] for each in value}
    for key in keys:
        _grant(role, key, value)
    if role.granted_key not in keys:
        role.ungrant()


def _grant(role: Role, kms_key_arn: str, value: Any) -> None:
    try:
        with map_errors(f"grant {role} the use of {kms_key_arn}"):
            role.grants(kms_key_arn).put(value)
    except Denied as error:
        raise Denied(
            f"{error}; or set kms_grant=False, run `pulumi up`, and let the key's owner add the output key_policy_statement to "
            "its policy"
        ) from None


def granted_key(facts: dict[str, Any]) -> str:
    """Return the ARN of the key that the role is to have a grant on, "" for none."""
    return (facts.get("kms_key_arn") or "") if facts.get("kms_grant", True) else ""


def tag_list(tags: dict[str, str]) -> Any:
    """Return tags as IAM takes them."""
    return [{"Key": name, "Value": text} for name, text in tags.items()]


ROLE_SETTINGS = (
    Setting("trust_policy", trust_policy, _trust_policy, _set_trust_policy),
    Setting(
        "max_session_duration",
        lambda _: policies.SESSION_SECONDS,
        _session,
        _set_session,
    ),
    Setting("description", lambda facts: facts["description"], _description, _set_description),
    Setting("permissions_boundary", lambda facts: facts["permissions_boundary"] or "", _boundary, _set_boundary),
    Setting("permissions", _permission_policy, _permissions, _set_permissions),
    Setting("other_policies", lambda _: [], _other_policies, lambda role, _: role.strip(keep=POLICY_NAME)),
    Setting("tags", lambda facts: facts["tags"] or {}, _tags, _set_tags),
    Setting("key_grants", _wanted_grants, _key_grants, _set_key_grants, unset=[]),
)
