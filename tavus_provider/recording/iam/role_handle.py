"""Handles of roles."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from ..aws import arns, clients
from ..aws.errors import Denied, Missing, Taken, Unset, map_errors
from ..managed.handle import Handle, Setting, Spec
from .key_grants import KeyGrants
from .role_policies import SESSION_SECONDS
from .role_settings import ROLE_SETTINGS, desired_key, tag_list, trust_policy

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import RoleTypeDef


@dataclass(frozen=True)
class Role(Handle):
    """A role at AWS; granted_key: ARN of the KMS key that it has grants on, "" for none."""

    granted_key: str = ""

    kind: ClassVar[str] = "role"
    table: ClassVar[tuple[Setting[Any], ...]] = ROLE_SETTINGS

    @property
    def client(self) -> IAMClient:
        """The client for the role's partition."""
        return clients.iam(self.config, self.region)

    @functools.cached_property
    def details(self) -> RoleTypeDef:
        """The answer to GetRole, which many settings read."""
        return self.client.get_role(RoleName=self.name)["Role"]

    def exists(self) -> bool:
        """Tell whether this account has the role."""
        try:
            with map_errors(f"create {self}"):
                self.client.get_role(RoleName=self.name)
        except Missing:
            return False
        return True

    def create(self, spec: Spec, may_exist: bool) -> str:
        """Create the role; an earlier attempt of ours may have created it."""
        try:
            with map_errors(f"create {self}"):
                return self.client.create_role(**self._creation(spec))["Role"]["Arn"]
        except Taken as error:
            if not (error.ours or may_exist):
                raise
        with map_errors(f"create {self}"):
            return self.details["Arn"]

    def initial(self, desired: Mapping[str, Any]) -> dict[str, Any]:
        """Return every setting as desired, but what takes calls after CreateRole."""
        return {**desired, "permissions": {}, "key_grants": []}

    def delete(self) -> None:
        """Delete the role with its grants and policies."""
        with map_errors(f"delete {self}"):
            self.revoke_grants()
            self.remove_policies()
            self.client.delete_role(RoleName=self.name)

    def undo_create(self, spec: Spec) -> None:
        """Delete the role with the grant that it may have got."""
        with suppress(Denied):  # a caller that may not list grants could not create one
            replace(self, granted_key=desired_key(spec)).revoke_grants()
        self.delete()

    def inline_policies(self) -> list[str]:
        """Return the names of the inline policies."""
        pages = self.client.get_paginator("list_role_policies").paginate(RoleName=self.name)
        return [name for page in pages for name in page["PolicyNames"]]

    def attached_policies(self) -> list[str]:
        """Return the ARNs of the managed policies."""
        pages = self.client.get_paginator("list_attached_role_policies").paginate(RoleName=self.name)
        return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]

    def remove_policies(self, keep: str = "") -> None:
        """Remove all policies but the inline one named `keep`."""
        for name in self.inline_policies():
            if name != keep:
                self.client.delete_role_policy(RoleName=self.name, PolicyName=name)
        for arn in self.attached_policies():
            self.client.detach_role_policy(RoleName=self.name, PolicyArn=arn)

    def grants(self, kms_key_arn: str) -> KeyGrants:
        """Return its grants on a key."""
        return KeyGrants(clients.kms(self.config, arns.key_region(kms_key_arn)), kms_key_arn, self.details["Arn"])

    def revoke_grants(self) -> None:
        """Revoke its grants on `granted_key`; a key that is gone has none."""
        if self.granted_key:
            with suppress(Unset), map_errors(f"revoke the grants of {self} on {self.granted_key}"):
                self.grants(self.granted_key).apply([])

    def _creation(self, spec: Spec) -> Any:
        """Return the arguments of CreateRole."""
        optional = {"PermissionsBoundary": spec["permissions_boundary"], "Tags": tag_list(spec["tags"] or {})}
        return {
            "RoleName": self.name,
            "Path": spec["path"],
            "AssumeRolePolicyDocument": json.dumps(trust_policy(spec)),
            "Description": spec["description"],
            "MaxSessionDuration": SESSION_SECONDS,
            **{name: value for name, value in optional.items() if value},
        }
