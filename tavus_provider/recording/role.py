"""RecordingRole: the IAM role that Tavus assumes to write recordings to a bucket.

Its ARN is its Pulumi ID, for the same reason for which a bucket's name is its ID.
"""

from typing import Annotated, Any, Unpack

import pulumi

from ..dynamic.provider import Provider
from ..program.resource import Out, Resource
from ..schema.documentation import add_documentation
from .iam.role_args import GUIDE, RecordingRoleArgs
from .iam.role_lifecycle import RecordingRoleLifecycle


class RecordingRoleProvider(Provider):
    """Serves roles to the engine; its path is stored in users' state."""

    lifecycle = RecordingRoleLifecycle


@add_documentation(RecordingRoleArgs, source="AWS IAM User Guide, Access to AWS accounts owned by third parties; " + GUIDE)
class RecordingRole(Resource, module="tavus", name="RecordingRole"):
    """The IAM role that lets Tavus write recordings to one bucket, and do nothing else.

    It trusts the account that records for Tavus, only with the external id, for sessions of 43200 seconds. Each setting is an
    output as AWS reports it: a refresh shows what somebody changed by hand, and the next `pulumi up` restores it.
    """

    role_name: Annotated[pulumi.Output[str], Out("Its name.")]
    role_arn: Annotated[pulumi.Output[str], Out("Its ARN; also the resource's ID.")]
    external_id: Annotated[pulumi.Output[str], Out("What Tavus must send as sts:ExternalId.")]
    trust_policy: Annotated[pulumi.Output[dict[str, Any]], Out("Who may assume it, and how.")]
    permissions: Annotated[pulumi.Output[dict[str, Any]], Out("What it may do: its inline policy `recordings`.")]
    other_policies: Annotated[pulumi.Output[list[str]], Out("Policies that somebody added; the next change removes them.")]
    max_session_duration: Annotated[pulumi.Output[int], Out("Longest session, in seconds.")]
    description: Annotated[pulumi.Output[str], Out("Its description.")]
    permissions_boundary: Annotated[pulumi.Output[str], Out("ARN of the policy that limits it.")]
    key_grants: Annotated[pulumi.Output[list[dict[str, Any]]], Out("Its grants on the KMS key; the next change removes others.")]
    key_policy_statement: Annotated[
        pulumi.Output[dict[str, Any]], Out("What the KMS key's policy must contain if the role has no grant on it.")
    ]
    tags: Annotated[pulumi.Output[dict[str, str]], Out("Its tags.")]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingRoleArgs]) -> None:
        super().__init__(RecordingRoleProvider(), resource_name, args, opts)
