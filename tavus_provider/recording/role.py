"""RecordingRole: the IAM role that Tavus assumes to write recordings to a bucket.

Its ARN is its Pulumi ID, for the same reason for which a bucket's name is its ID.
"""

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..dynamic.unknown_keys import refuse_unknown_aws_keys
from ..program.resource import Resource
from ..schema.documentation import add_documentation
from .iam.role_args import GUIDE, RecordingRoleArgs, RecordingRoleState
from .iam.role_lifecycle import RecordingRoleLifecycle


class RecordingRoleProvider(Provider):
    """Serves roles to the engine; its path is stored in users' state."""

    lifecycle = RecordingRoleLifecycle


@add_documentation(RecordingRoleArgs, source="AWS IAM User Guide, Access to AWS accounts owned by third parties; " + GUIDE)
class RecordingRole(RecordingRoleState, Resource, module="tavus", name="RecordingRole", provider=RecordingRoleProvider):
    """The IAM role that lets Tavus write recordings to one bucket, and do nothing else.

    It trusts the account that records for Tavus, only with the external id, for sessions of 43200 seconds. Each setting is an
    output as AWS reports it: a refresh shows what somebody changed by hand, and the next `pulumi up` restores it,
    unless `ignore_changes` names it.

    Example:
        shelf = tavus.RecordingBucket("shelf")
        writer = tavus.RecordingRole(
            "writer",
            bucket_name=shelf.bucket_name,
            bucket_region=shelf.region,
            external_id="tavus",
        )
        pulumi.export("arn", writer.role_arn)

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingRoleArgs]) -> None:
        refuse_unknown_aws_keys()
        super().__init__(RecordingRoleProvider(), resource_name, args, opts)
