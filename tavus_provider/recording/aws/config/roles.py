"""Roles that the stack's configuration assumes. Source: AWS STS API reference, AssumeRole and AssumeRoleWithWebIdentity."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import NoCredentialsError

from ....aws_settings import seconds
from ..errors import map_errors

_ARGUMENTS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "sessionName": ("RoleSessionName", str),
    "duration": ("DurationSeconds", seconds),
    "policy": ("Policy", str),
    "policyArns": ("PolicyArns", lambda arns: [{"arn": each} for each in arns]),
    "externalId": ("ExternalId", str),
    "tags": ("Tags", lambda tags: [{"Key": name, "Value": value} for name, value in tags.items()]),
    "transitiveTagKeys": ("TransitiveTagKeys", list),
    "sourceIdentity": ("SourceIdentity", str),
}
"""Members of a role with the arguments of STS that they become."""


def assume(create_client: Callable[..., Any], source: Any, role: Mapping[str, Any]) -> DeferredRefreshableCredentials:
    """Return the credentials of a role, which are fetched when they are first needed, and again before they expire."""
    arn = role["roleArn"]
    arguments = {name: convert(role[member]) for member, (name, convert) in _ARGUMENTS.items() if member in role}
    fetcher: Any
    if "webIdentityToken" in role or "webIdentityTokenFile" in role:
        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(create_client, lambda: _token(role), arn, arguments)
    elif source is None:
        raise NoCredentialsError
    else:
        fetcher = AssumeRoleCredentialFetcher(create_client, source, arn, arguments)

    def fetch() -> Any:
        with map_errors(f"assume role {arn}"):
            return fetcher.fetch_credentials()

    return DeferredRefreshableCredentials(fetch, "assume-role")


def _token(role: Mapping[str, Any]) -> str:
    return role.get("webIdentityToken") or Path(os.path.expanduser(role["webIdentityTokenFile"])).read_text()
