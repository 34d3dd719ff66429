"""Who calls AWS, and which permissions that user or role lacks, as IAM's own simulation says.

Source: AWS IAM User Guide, "Testing IAM policies with the IAM policy simulator"; AWS IAM API reference, SimulatePrincipalPolicy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...api.errors import StorageError
from ...aws_settings import AwsSettings
from .arns import home_region, partition
from .clients import ask_identity, configured_region, iam
from .errors import map_errors
from .permissions import caller_policy

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def find_caller(aws: AwsSettings) -> str:
    """Return the ARN of the user, or of the role's session, that the credentials are for. Raises StorageError."""
    return ask_identity(aws, partition(configured_region(aws)))[1]


def find_missing_permissions(aws: AwsSettings, caller: str, name: str) -> list[str]:
    """Return the actions that a caller may not do on a bucket and a role of this name, sorted.

    caller: the ARN that `find_caller` returned. Policies of buckets and limits of an organization are not part of the simulation.
    Raises StorageError where the caller may not simulate, or is neither a user nor a role.
    """
    _, _, _, _, account, principal = caller.split(":", 5)
    if principal == "root":
        return []
    client = iam(aws, home_region(caller.split(":")[1]))
    source, policy = _find_principal(client, caller), caller_policy(name, name, caller.split(":")[1])
    # Everybody may call STS's GetCallerIdentity, whatever a simulation says.
    statements = [each for each in policy["Statement"] if each["Resource"] != "*"]
    missing = (
        _simulate(client, source, each["Action"], each["Resource"].replace("::*:", f"::{account}:")) for each in statements
    )
    return sorted({action for actions in missing for action in actions})


def _find_principal(client: IAMClient, caller: str) -> str:
    """Return the ARN of the user, or of the role whose session this is, with the path that only IAM knows."""
    kind, _, name = caller.split(":", 5)[5].partition("/")
    if kind == "user":
        return caller
    if kind != "assumed-role":
        raise StorageError(f"could not simulate the permissions of {caller}: it is neither a user nor a role")
    role = name.partition("/")[0]
    with map_errors(f"find role {role!r}, whose permissions are in question"):
        return client.get_role(RoleName=role)["Role"]["Arn"]


def _simulate(client: IAMClient, source: str, actions: list[str], resource: str) -> Iterator[str]:
    """Yield the actions that IAM does not allow on a resource."""
    with map_errors(f"simulate the permissions of {source}"):
        pages = client.get_paginator("simulate_principal_policy")
        for page in pages.paginate(PolicySourceArn=source, ActionNames=actions, ResourceArns=[resource]):
            yield from (each["EvalActionName"] for each in page["EvaluationResults"] if each["EvalDecision"] != "allowed")
