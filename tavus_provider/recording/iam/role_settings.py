"""The settings that AWS keeps for the role that Tavus assumes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..aws import arns
from ..aws.documents import Document, canonical
from ..aws.errors import Denied, Missing, map_errors
from ..aws.tags import drop_ignored_tags
from ..managed.handle import Setting, Spec
from . import role_policies as policies

if TYPE_CHECKING:
    from .role_handle import Role

POLICY_NAME = "recordings"
"""The name of the role's one inline policy."""


def trust_policy(spec: Spec) -> Document:
    """Return the desired trust policy."""
    return policies.trust_policy(spec["partition"], spec["trusted_account_id"], spec["external_id"])


def key_policy_statement(spec: Spec) -> Document:
    """Return the statement that the KMS key's policy must contain, {} without a key."""
    if not spec["kms_key_arn"]:
        return {}
    return policies.key_policy_statement(spec["role_arn"], _bucket_arn(spec), spec["kms_key_arn"])


def _bucket_arn(spec: Spec) -> str:
    return arns.bucket_arn(spec["partition"], spec["bucket_name"])


def _permission_policy(spec: Spec) -> Document:
    return policies.permission_policy(_bucket_arn(spec), spec["key_prefix"] or "", spec["kms_key_arn"] or "")


def _trust_policy(role: Role) -> Any:
    return canonical(role.details.get("AssumeRolePolicyDocument", {}))


def _set_trust_policy(role: Role, value: Any) -> None:
    role.client.update_assume_role_policy(RoleName=role.name, PolicyDocument=json.dumps(value))


def _permissions(role: Role) -> Any:
    try:
        with map_errors(f"read permissions of {role}"):
            return canonical(role.client.get_role_policy(RoleName=role.name, PolicyName=POLICY_NAME)["PolicyDocument"])
    except Missing:
        return {}  # the role exists: the settings before this one called GetRole


def _set_permissions(role: Role, value: Any) -> None:
    role.client.put_role_policy(RoleName=role.name, PolicyName=POLICY_NAME, PolicyDocument=json.dumps(value))


def _other_policies(role: Role) -> list[str]:
    # A policy of either kind could allow the role anything.
    inline = [name for name in role.inline_policies() if name != POLICY_NAME]
    return sorted([*inline, *role.attached_policies()])


def _session_seconds(role: Role) -> int:
    return role.details.get("MaxSessionDuration", 0)


def _set_session_seconds(role: Role, value: Any) -> None:
    _update(role, _description(role), value)


def _description(role: Role) -> str:
    return role.details.get("Description", "")


def _set_description(role: Role, value: Any) -> None:
    _update(role, value, policies.SESSION_SECONDS)


def _update(role: Role, description: str, session_seconds: int) -> None:
    """Write both: local stand-ins for AWS clear the one that is left out."""
    role.client.update_role(RoleName=role.name, Description=description, MaxSessionDuration=session_seconds)


def _boundary(role: Role) -> str:
    return role.details.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")


def _set_boundary(role: Role, value: Any) -> None:
    if value:
        role.client.put_role_permissions_boundary(RoleName=role.name, PermissionsBoundary=value)
    else:
        role.client.delete_role_permissions_boundary(RoleName=role.name)


def _tags(role: Role) -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in role.details.get("Tags", []) if not tag["Key"].startswith("aws:")}
    return drop_ignored_tags(role.config, tags)


def _set_tags(role: Role, value: Any) -> None:
    # TagRole adds and changes tags, but removes none.
    surplus = [name for name in _tags(role) if name not in value]
    if surplus:
        role.client.untag_role(RoleName=role.name, TagKeys=surplus)
    if value:
        role.client.tag_role(RoleName=role.name, Tags=tag_list(value))


def _desired_grants(spec: Spec) -> list[Document]:
    key = desired_key(spec)
    return [policies.key_grant(_bucket_arn(spec), key)] if key else []


def _key_grants(role: Role) -> list[Document]:
    return role.grants(role.granted_key).actual() if role.granted_key else []


def _set_key_grants(role: Role, value: Any) -> None:
    """Grant on the desired key first, then revoke on the previous one: the role never lacks a key."""
    # At most one key: the spec names one.
    keys = {each["KeyId"] for each in value}
    for key in keys:
        _grant(role, key, value)
    if role.granted_key not in keys:
        role.revoke_grants()


def _grant(role: Role, kms_key_arn: str, value: Any) -> None:
    try:
        with map_errors(f"grant {role} the use of {kms_key_arn}"):
            role.grants(kms_key_arn).apply(value)
    except Denied as error:
        raise Denied(
            f"{error}; or set kms_grant=False, run `pulumi up`, and let the key's owner add the output key_policy_statement to "
            "its policy"
        ) from None


def desired_key(spec: Spec) -> str:
    """Return the ARN of the key that the role should have a grant on, "" for none."""
    return (spec.get("kms_key_arn") or "") if spec.get("kms_grant", True) else ""


def tag_list(tags: dict[str, str]) -> Any:
    """Return tags in the form of IAM's API."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


ROLE_SETTINGS: tuple[Setting[Role], ...] = (
    Setting("trust_policy", trust_policy, _trust_policy, _set_trust_policy),
    Setting(
        "max_session_duration",
        lambda _: policies.SESSION_SECONDS,
        _session_seconds,
        _set_session_seconds,
    ),
    Setting("description", lambda spec: spec["description"], _description, _set_description),
    Setting("permissions_boundary", lambda spec: spec["permissions_boundary"] or "", _boundary, _set_boundary),
    Setting("permissions", _permission_policy, _permissions, _set_permissions),
    Setting("other_policies", lambda _: [], _other_policies, lambda role, _: role.remove_policies(keep=POLICY_NAME)),
    Setting("tags", lambda spec: spec["tags"] or {}, _tags, _set_tags),
    Setting("key_grants", _desired_grants, _key_grants, _set_key_grants, unset=[]),
)
