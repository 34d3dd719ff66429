"""
What a role is granted on a KMS key, which adds to the key's policy without touching it.

Source: AWS KMS Developer Guide, "Grants in AWS KMS"; AWS KMS API reference, CreateGrant, ListGrants, RevokeGrant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .policies import Document

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import GrantListEntryTypeDef

GRANT_NAME = "recordings"
"""With a name, a grant that is asked for twice, because the answer was lost, is made once."""


@dataclass(frozen=True)
class KeyGrants:
    """The grants that one role, the grantee, has on one key."""

    client: KMSClient
    kms_key_arn: str
    role_arn: str

    def reported(self) -> list[Document]:
        """Return what they allow, each once."""
        documents = [self._document(grant) for grant in self._listed()]
        return [each for number, each in enumerate(documents) if each not in documents[:number]]

    def put(self, wanted: list[Document]) -> None:
        """Make those that are missing, then take away all others: the role is never without."""
        there = self._listed()
        documents = [self._document(grant) for grant in there]
        for each in wanted:
            if each not in documents:
                self._create(each)
        for grant, document in zip(there, documents, strict=True):
            if document not in wanted:
                self.client.revoke_grant(KeyId=self.kms_key_arn, GrantId=grant["GrantId"])

    def _listed(self) -> list[GrantListEntryTypeDef]:
        pages = self.client.get_paginator("list_grants").paginate(KeyId=self.kms_key_arn)
        return [grant for page in pages for grant in page["Grants"] if grant.get("GranteePrincipal") == self.role_arn]

    def _create(self, wanted: Document) -> None:
        grant: Any = wanted
        self.client.create_grant(**grant, GranteePrincipal=self.role_arn, Name=GRANT_NAME)

    def _document(self, grant: GrantListEntryTypeDef) -> Document:
        """Return a grant in the form of `policies.key_grant`."""
        constraints = {name: value for name, value in (grant.get("Constraints") or {}).items() if value}
        return {"KeyId": self.kms_key_arn, "Operations": sorted(grant["Operations"]), "Constraints": constraints}
