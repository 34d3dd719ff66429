"""The lifecycle of the role that Tavus assumes."""

from __future__ import annotations

import re

from ...lifecycle.base import Diff, Props
from ...schema.unknowns import UNKNOWN
from ..aws import arns, clients
from ..managed.handle import Spec
from ..managed.lifecycle import ManagedLifecycle
from .role_args import RecordingRoleArgs, RecordingRoleState
from .role_handle import Role
from .role_settings import desired_key, key_policy_statement


class RecordingRoleLifecycle(ManagedLifecycle[Role]):
    """The lifecycle of roles."""

    args = RecordingRoleArgs
    state = RecordingRoleState
    name = "RecordingRole"
    kind = "role"
    name_input = "role_name"
    id_output = "role_arn"
    name_remedy = "choose another role_name, or give none to have one chosen"

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; of the bucket's region, which a preview may not know, only the partition counts."""
        region = news.get("bucket_region")
        moved = region not in (None, UNKNOWN) and arns.partition(str(region)) != id_.split(":")[1]
        found = super().diff(id_, olds, {**news, "bucket_region": olds.get("bucket_region")})
        more = ("bucket_region",) if moved else ()
        return Diff((*found.changes, *more), (*found.replaces, *more), found.delete_before_replace)

    def complete_inputs(self, olds: Props, news: Props) -> Props:
        """Return tags and settings; none depends on the bucket's region, which a preview may not know."""
        return super().complete_inputs(olds, {**news, "bucket_region": olds.get("bucket_region")})

    def locate(self, news: Props) -> Props:
        """Return the account, and the region that serves its IAM."""
        partition = arns.partition(news.get("bucket_region") or clients.configured_region(self.settings.aws))
        region = arns.home_region(partition)
        return {"region": region, "account_id": clients.account_id(self.settings.aws, region)}

    def identify(self, name: str, location: Props) -> Props:
        """Return name, partition and location; the ARN comes with AWS's answer."""
        return {"role_name": name, "partition": arns.partition(location["region"]), **location}

    def identify_recorded(self, id_: str, olds: Props) -> Props:
        """Return what the ARN tells, and the key that the role was granted the use of."""
        _, partition, _, _, account_id, path = id_.split(":", 5)
        location = {"region": arns.home_region(partition), "account_id": account_id}
        return {**self.identify(path.rpartition("/")[2], location), "role_arn": id_, "granted_key": desired_key(olds)}

    def handle(self, spec: Spec) -> Role:
        """Return the role's handle."""
        timeout, granted_key = self.settings.retry_timeout, spec.get("granted_key", "")
        return Role(self.settings.aws, timeout, spec["role_name"], spec["region"], spec["account_id"], granted_key)

    @staticmethod
    def sanitize_name(name: str) -> str:
        """Return a resource's name as the beginning of a role's. Source: AWS IAM User Guide, "IAM and AWS STS quotas"."""
        return re.sub(r"[^A-Za-z0-9_+=,.@-]+", "-", name)[:56] or "recordings"

    def fixed_outputs(self, spec: Spec) -> Props:
        """Return the outputs that are no settings; the statement for the key's policy only if the spec has the inputs."""
        fixed = super().fixed_outputs(spec)
        return {**fixed, "key_policy_statement": key_policy_statement(spec)} if "bucket_name" in spec else fixed
