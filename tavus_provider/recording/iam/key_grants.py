"""Grants of a role on a KMS key, which add to the key's policy without changing it.

Source: AWS KMS Developer Guide, "Grants in AWS KMS"; AWS KMS API reference, CreateGrant, ListGrants, RevokeGrant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..aws.documents import Document

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import GrantListEntryTypeDef

GRANT_NAME = "recordings"
"""A grant with a name is created once, even if it is requested twice because an answer was lost."""


@dataclass(frozen=True)
class KeyGrants:
    """The grants that one role, the grantee, has on one key."""

    client: KMSClient
    kms_key_arn: str
    role_arn: str

    def actual(self) -> list[Document]:
        """Return each distinct grant once."""
        documents = [self._to_document(grant) for grant in self._list()]
        return [each for number, each in enumerate(documents) if each not in documents[:number]]

    def apply(self, desired: list[Document]) -> None:
        """Create the missing grants first, then revoke all others, so that the role never lacks one."""
        existing = self._list()
        documents = [self._to_document(grant) for grant in existing]
        for each in desired:
            if each not in documents:
                self._create(each)
        for grant, document in zip(existing, documents, strict=True):
            if document not in desired:
                self.client.revoke_grant(KeyId=self.kms_key_arn, GrantId=grant["GrantId"])

    def _list(self) -> list[GrantListEntryTypeDef]:
        pages = self.client.get_paginator("list_grants").paginate(KeyId=self.kms_key_arn)
        # Other principals may have grants on the same key, which are none of ours.
        return [grant for page in pages for grant in page["Grants"] if grant.get("GranteePrincipal") == self.role_arn]

    def _create(self, desired: Document) -> None:
        grant: Any = desired
        self.client.create_grant(**grant, GranteePrincipal=self.role_arn, Name=GRANT_NAME)

    def _to_document(self, grant: GrantListEntryTypeDef) -> Document:
        """Return a grant in the form of `role_policies.key_grant`."""
        # The order of operations has no meaning, and empty constraints are none.
        constraints = {name: value for name, value in (grant.get("Constraints") or {}).items() if value}
        return {"KeyId": self.kms_key_arn, "Operations": sorted(grant["Operations"]), "Constraints": constraints}
