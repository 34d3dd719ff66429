"""The outputs of a recording storage, whichever provider creates its bucket and role."""

from typing import Annotated, Any

import pulumi

from ..conversations.recording_storage import S3RecordingStorageArgs
from ..program.names import to_camel
from ..program.native_plugin import is_native
from ..schema.outputs import Out
from .iam.role_policies import EXTERNAL_ID


class StorageComponent(pulumi.ComponentResource):
    """A component with the outputs of a recording storage."""

    bucket_name: Annotated[pulumi.Output[str], Out("Name of the bucket.")]
    bucket_region: Annotated[pulumi.Output[str], Out("Region of the bucket.")]
    role_arn: Annotated[pulumi.Output[str], Out("ARN of the role.")]
    external_id: Annotated[pulumi.Output[str], Out("What Tavus must send as sts:ExternalId to assume the role.")]
    key_policy_statement: Annotated[
        pulumi.Output[dict[str, Any]], Out("What the KMS key's policy must contain if the role has no grant on it.")
    ]
    destination: Annotated[S3RecordingStorageArgs, Out("All of these, as a conversation's `recording_storage`.")]

    def _set_outputs(
        self,
        bucket_name: pulumi.Output[str],
        bucket_region: pulumi.Output[str],
        role_arn: pulumi.Output[str],
        external_id: pulumi.Input[str] | None,
        key_policy_statement: pulumi.Output[dict[str, Any]],
    ) -> None:
        """Set and register the outputs."""
        self.bucket_name, self.bucket_region, self.role_arn = bucket_name, bucket_region, role_arn
        self.external_id = pulumi.Output.from_input(external_id or EXTERNAL_ID)
        self.key_policy_statement = key_policy_statement
        self.destination = {
            "provider": "s3",
            "bucket_name": bucket_name,
            "bucket_region": bucket_region,
            "assume_role_arn": role_arn,
            "external_id": self.external_id,
        }
        names = ("bucket_name", "bucket_region", "role_arn", "external_id", "key_policy_statement", "destination")
        outside = to_camel if is_native() else str
        self.register_outputs({outside(name): getattr(self, name) for name in names})
