"""
RecordingRole: the IAM role that Tavus assumes to write recordings to a bucket.

Its ARN is its Pulumi ID, for the same reason as a bucket's name is its.
"""

import functools
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Required, TypedDict, Unpack

import pulumi

from ..dynamic.provider import Provider
from ..lifecycle.lifecycle import Diff, Props
from ..program.resource import Out, Resource, find_outputs
from ..schema.documentation import add_documentation
from ..schema.fields import Field
from ..schema.formats import aws_region, s3_bucket_name
from ..schema.unknowns import UNKNOWN
from . import aws, policies, rules
from .bucket import KmsKeyArn, Tags
from .errors import Denied, Missing, Taken, map_errors
from .managed import ManagedLifecycle
from .role_settings import ROLE_SETTINGS, Role, granted_key, key_policy_statement, tag_list, trust_policy

_InPlace = functools.partial(Field, replaces=False)
_GUIDE = "Tavus docs, Conversation Recordings"


class RecordingAccessArgs(TypedDict, total=False):
    """The inputs of a role that concern nothing but the role."""

    role_name: Annotated[
        pulumi.Input[str], Field("Name; `<resource>-<7 hex digits>` where none is given.", validator=rules.role_name)
    ]
    external_id: Annotated[
        pulumi.Input[str],
        _InPlace(
            "What Tavus must give as sts:ExternalId to assume the role.",
            default=policies.EXTERNAL_ID,
            validator=rules.external_id,
            source=_GUIDE,
        ),
    ]
    trusted_account_id: Annotated[
        pulumi.Input[str],
        _InPlace(
            "AWS account that may assume the role: the one that records for Tavus.",
            default=policies.TAVUS_ACCOUNT,
            validator=rules.account_id,
            source=_GUIDE,
        ),
    ]
    key_prefix: Annotated[
        pulumi.Input[str],
        _InPlace("Only objects whose keys begin with it may be read and written, as in recordings/.", validator=rules.key_prefix),
    ]
    description: Annotated[
        pulumi.Input[str],
        _InPlace("Description of the role.", default="Tavus writes recordings of conversations to Amazon S3 with this role."),
    ]
    path: Annotated[
        pulumi.Input[str], Field("Path of the role, for the policies of an organization.", default="/", validator=rules.path)
    ]
    permissions_boundary: Annotated[
        pulumi.Input[str],
        _InPlace("ARN of the managed policy that bounds what the role can be allowed.", validator=rules.policy_arn),
    ]
    kms_grant: Annotated[
        bool,
        _InPlace(
            "Whether the role gets a grant on the KMS key; without one the key's policy has to say `key_policy_statement`.",
            default=True,
            source="AWS KMS Developer Guide, Grants in AWS KMS",
        ),
    ]


class RecordingRoleArgs(RecordingAccessArgs, total=False):
    """The inputs of a role for recordings."""

    bucket_name: Required[Annotated[pulumi.Input[str], _InPlace("Bucket that the role may write to.", validator=s3_bucket_name)]]
    bucket_region: Annotated[
        pulumi.Input[str],
        _InPlace(
            "Region of that bucket; only where it belongs to China or another partition does it matter.", validator=aws_region
        ),
    ]
    kms_key_arn: KmsKeyArn
    tags: Tags


class RecordingRoleLifecycle(ManagedLifecycle[Role]):
    """What a role does."""

    args = RecordingRoleArgs
    name = "RecordingRole"
    kind = "role"
    name_input = "role_name"
    kept = ROLE_SETTINGS

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; of the bucket's region, which a preview may not know, only the partition counts."""
        region = news.get("bucket_region")
        moved = region not in (None, UNKNOWN) and policies.partition(str(region)) != id_.split(":")[1]
        found = super().diff(id_, olds, {**news, "bucket_region": olds.get("bucket_region")})
        more = ("bucket_region",) if moved else ()
        return Diff((*found.changes, *more), (*found.replaces, *more), found.delete_before_replace)

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read all settings as they are now; None where the role is gone."""
        self.known(id_, olds)
        identity = self.identity(id_, olds)
        role = self.thing(identity)
        try:
            return id_, self.outputs(olds, {**self.shown(identity), **self.reported(role)})
        except Missing:
            self._require_account(id_)
            return None

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the role with whatever policies it has; gone is fine."""
        self.known(id_, olds)
        try:
            self.remove(self.thing(self.identity(id_, olds)))
        except Missing:
            self._require_account(id_)

    def identity(self, id_: str, olds: Props) -> Props:
        """Return ARN, name and partition, and the key that it was granted the use of."""
        arn = {"role_arn": id_, "role_name": id_.rpartition("/")[2], "partition": id_.split(":")[1]}
        return {**arn, "granted_key": granted_key(olds)}

    def thing(self, identity: Props) -> Role:
        """Return the role at AWS."""
        client, keys = aws.iam(self.settings.aws, identity["partition"]), functools.partial(aws.kms, self.settings.aws)
        return Role(client, identity["role_name"], keys, identity.get("granted_key", ""))

    def shown(self, facts: Props) -> Props:
        """Return the outputs that are no settings; the statement for the key's policy where the inputs are among the facts."""
        known = {name: facts[name] for name in find_outputs(RecordingRole) if name in facts}
        return {**known, "key_policy_statement": key_policy_statement(facts)} if "bucket_name" in facts else known

    def place(self, news: Props) -> Props:
        """Return the account, and the region where its IAM is."""
        partition = policies.partition(news.get("bucket_region") or aws.configured_region(self.settings.aws))
        region = policies.home_region(partition)
        return {"region": region, "account_id": aws.account_id(self.settings.aws, region)}

    def named(self, name: str, place: Props) -> Props:
        """Return name and partition; the ARN comes with AWS's answer."""
        return {"role_name": name, "partition": policies.partition(place["region"])}

    def account(self, id_: str, olds: Props) -> str:
        """Return the account in the ARN."""
        return id_.split(":")[4]

    @staticmethod
    def legal(name: str) -> str:
        """Return a resource's name as the beginning of a role's. Source: AWS IAM User Guide, "IAM and AWS STS quotas"."""
        return re.sub(r"[^A-Za-z0-9_+=,.@-]+", "-", name)[:56] or "recordings"

    def require_free(self, thing: Role) -> None:
        """Refuse a role that is there, so that nothing done to the new one can ever be done to somebody else's."""
        try:
            with map_errors(f"create {thing}"):
                thing.client.get_role(RoleName=thing.name)
        except Missing:
            return
        raise Taken(
            f"could not create {thing}: this account has it already; choose another role_name, or give none to have one chosen"
        )

    def make(self, thing: Role, facts: Props, begun: bool) -> str:
        """Make the role; that we made it before is fine. AWS may need some seconds to know it everywhere."""
        try:
            with map_errors(f"create {thing}"):
                return thing.client.create_role(**_creation(thing, facts))["Role"]["Arn"]
        except Taken as error:
            if not (error.ours or begun):
                raise
        with map_errors(f"create {thing}"):
            return thing.described["Arn"]

    def made(self, facts: Props) -> Props:
        """Return all settings but what it may do and is granted, which takes calls of their own."""
        later: Props = {"permissions": {}, "key_grants": []}
        return {each.name: later.get(each.name, each.wanted(facts)) for each in self.kept}

    def remove(self, thing: Role) -> None:
        """Delete the role with its grants and policies."""
        with map_errors(f"delete {thing}"):
            thing.ungrant()
            thing.strip()
            thing.client.delete_role(RoleName=thing.name)

    def undo(self, thing: Role, facts: Props) -> None:
        """Delete the role with the grant that it may have got: where grants may not be listed, none was made."""
        with suppress(Denied):
            replace(thing, granted_key=granted_key(facts)).ungrant()
        self.remove(thing)

    def _require_account(self, arn: str) -> None:
        region = policies.home_region(arn.split(":")[1])
        aws.require_account(self.settings.aws, region, arn.split(":")[4], f"role {arn}")


def _creation(role: Role, facts: Props) -> Any:
    """Return what CreateRole is asked."""
    optional = {"PermissionsBoundary": facts["permissions_boundary"], "Tags": tag_list(facts["tags"] or {})}
    return {
        "RoleName": role.name,
        "Path": facts["path"],
        "AssumeRolePolicyDocument": json.dumps(trust_policy(facts)),
        "Description": facts["description"],
        "MaxSessionDuration": policies.SESSION_SECONDS,
        **{name: value for name, value in optional.items() if value},
    }


class RecordingRoleProvider(Provider):
    """Serves roles to the engine; its path is stored in users' state."""

    lifecycle = RecordingRoleLifecycle


@add_documentation(RecordingRoleArgs, source="AWS IAM User Guide, Access to AWS accounts owned by third parties; " + _GUIDE)
class RecordingRole(Resource, module="tavus", name="RecordingRole"):
    """
    The IAM role that lets Tavus write recordings to one bucket, and do nothing else.

    It trusts the account that records for Tavus, only with the external id, for sessions of 43200 seconds. Each setting is an
    output as AWS reports it: after a refresh, what somebody changed by hand shows, and the next `pulumi up` puts it back.
    """

    role_name: Annotated[pulumi.Output[str], Out("Its name, given or chosen.")]
    role_arn: Annotated[pulumi.Output[str], Out("Its ARN; also the resource's ID.")]
    external_id: Annotated[pulumi.Output[str], Out("What Tavus must give as sts:ExternalId.")]
    trust_policy: Annotated[pulumi.Output[dict[str, Any]], Out("Who may assume it, and how.")]
    permissions: Annotated[pulumi.Output[dict[str, Any]], Out("What it may do: its inline policy `recordings`.")]
    other_policies: Annotated[pulumi.Output[list[str]], Out("Policies that somebody added; the next change removes them.")]
    max_session_duration: Annotated[pulumi.Output[int], Out("Longest session, in seconds.")]
    description: Annotated[pulumi.Output[str], Out("Its description.")]
    permissions_boundary: Annotated[pulumi.Output[str], Out("The policy that bounds it.")]
    key_grants: Annotated[
        pulumi.Output[list[dict[str, Any]]], Out("What it is granted on the KMS key; others are removed by the next change.")
    ]
    key_policy_statement: Annotated[
        pulumi.Output[dict[str, Any]], Out("What the KMS key's policy has to say where the role has no grant on it.")
    ]
    tags: Annotated[pulumi.Output[dict[str, str]], Out("Its tags.")]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingRoleArgs]) -> None:
        super().__init__(RecordingRoleProvider(), resource_name, args, opts)
