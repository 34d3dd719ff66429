"""
RecordingStorage on pulumi-aws: the same inputs, settings and outputs, for programs that manage AWS with that provider already.

Needs the extra `aws`. Its resources, their drift and their updates are pulumi-aws's; what they are asked is read off the same
tables of settings. Source: Pulumi registry, AWS 7, `aws.s3` and `aws.iam`.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar, Unpack

import pulumi
import pulumi_aws as aws

from ..api.errors import InputError
from ..engine.checks import failures
from ..engine.documentation import documented
from ..engine.fields import table
from ..engine.resource import Out
from ..engine.settings import Settings
from ..engine.values import UNKNOWN
from ..resources.recording_storage import S3RecordingStorageArgs
from . import policies
from .bucket import RecordingBucketLifecycle
from .bucket_settings import BUCKET_SETTINGS
from .managed import Setting
from .policies import EXTERNAL_ID
from .role_settings import POLICY_NAME, ROLE_SETTINGS
from .storage import RecordingStorageArgs

Part = TypeVar("Part", bound=pulumi.CustomResource)


@documented(RecordingStorageArgs, source="Tavus docs, Conversation Recordings; Pulumi registry, AWS")
class RecordingStorage(pulumi.ComponentResource):
    """
    A place of one's own for recordings, like tavus_provider.RecordingStorage, made of resources of pulumi-aws.

    Give `destination` to a conversation as `recording_storage`; it waits until bucket and role are complete. Credentials, region
    and default tags are those of the AWS provider in use. Raises InputError for inputs that are wrong.
    """

    bucket: aws.s3.Bucket
    role: aws.iam.Role
    bucket_name: Annotated[pulumi.Output[str], Out("Name of the bucket.")]
    bucket_region: Annotated[pulumi.Output[str], Out("Region of the bucket.")]
    role_arn: Annotated[pulumi.Output[str], Out("ARN of the role.")]
    external_id: Annotated[pulumi.Output[str], Out("What Tavus has to say when it assumes the role.")]
    destination: Annotated[S3RecordingStorageArgs, Out("What a conversation takes as `recording_storage`: all of these.")]

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingStorageArgs]
    ) -> None:
        _require_right(args)
        super().__init__("tavus:recording/aws:RecordingStorage", resource_name, None, opts)
        self._name, self._parts = resource_name, list[pulumi.CustomResource]()
        self._given = pulumi.Output.from_input(dict(args)).apply(_settled)
        self.bucket = self._bucket(args)
        self._facts = pulumi.Output.all(self._given, self.bucket.bucket, self.bucket.region).apply(_facts)
        self._keep_private()
        self._keep_tidy()
        if args.get("log_bucket") is not None:
            self._log()
        self.role = self._role(args)
        self._permit()
        self._register(args)

    def _bucket(self, args: Mapping[str, Any]) -> aws.s3.Bucket:
        return self._next(
            aws.s3.Bucket(
                self._name,
                bucket=args.get("bucket_name"),
                region=args.get("region"),
                force_destroy=self._given["force_destroy"],
                tags=args.get("tags"),
                opts=self._after(),
            )
        )

    def _keep_private(self) -> None:
        """Set all that keeps others out, in the order in which S3 does not refuse any of it."""
        place: dict[str, Any] = {"bucket": self.bucket.id, "region": self.bucket.region}
        ownership = self._wanted(BUCKET_SETTINGS, "object_ownership")
        self._next(aws.s3.BucketOwnershipControls(self._name, **place, rule={"object_ownership": ownership}, opts=self._after()))
        self._next(
            aws.s3.BucketPublicAccessBlock(self._name, **place, **_snake(policies.PUBLIC_ACCESS_BLOCK), opts=self._after())
        )
        rules = self._wanted(BUCKET_SETTINGS, "encryption", _encryption_rules)
        self._next(aws.s3.BucketServerSideEncryptionConfiguration(self._name, **place, rules=rules, opts=self._after()))
        policy = self._wanted(BUCKET_SETTINGS, "policy", json.dumps)
        self._next(aws.s3.BucketPolicy(self._name, **place, policy=policy, opts=self._after()))

    def _keep_tidy(self) -> None:
        """Keep old versions, and remove what is no longer wanted."""
        place: dict[str, Any] = {"bucket": self.bucket.id, "region": self.bucket.region}
        versioning: Any = {"status": self._wanted(BUCKET_SETTINGS, "versioning")}
        self._next(aws.s3.BucketVersioning(self._name, **place, versioning_configuration=versioning, opts=self._after()))
        rules = self._wanted(BUCKET_SETTINGS, "lifecycle_rules", _lifecycle_rules)
        self._next(aws.s3.BucketLifecycleConfiguration(self._name, **place, rules=rules, opts=self._after()))

    def _log(self) -> None:
        logging = self._wanted(BUCKET_SETTINGS, "logging", _snake)
        self._next(
            aws.s3.BucketLogging(
                self._name,
                bucket=self.bucket.id,
                region=self.bucket.region,
                target_bucket=logging["target_bucket"],
                target_prefix=logging["target_prefix"],
                opts=self._after(),
            )
        )

    def _role(self, args: Mapping[str, Any]) -> aws.iam.Role:
        return self._next(
            aws.iam.Role(
                self._name,
                name=args.get("role_name"),
                path=self._given["path"],
                description=self._given["description"],
                assume_role_policy=self._wanted(ROLE_SETTINGS, "trust_policy", json.dumps),
                max_session_duration=self._wanted(ROLE_SETTINGS, "max_session_duration"),
                permissions_boundary=args.get("permissions_boundary"),
                tags=args.get("tags"),
                opts=self._after(),
            )
        )

    def _permit(self) -> None:
        """Allow what recording takes, and see to it that nobody adds to that unseen."""
        name, opts = self.role.name, self._after()
        permissions = self._wanted(ROLE_SETTINGS, "permissions", json.dumps)
        self._next(aws.iam.RolePolicy(self._name, role=name, name=POLICY_NAME, policy=permissions, opts=opts))
        aws.iam.RolePoliciesExclusive(self._name, role_name=name, policy_names=[POLICY_NAME], opts=self._after())
        aws.iam.RolePolicyAttachmentsExclusive(self._name, role_name=name, policy_arns=[], opts=self._after())

    def _register(self, args: Mapping[str, Any]) -> None:
        self.bucket_name, self.bucket_region = self._complete(self.bucket.id), self._complete(self.bucket.region)
        self.role_arn = self._complete(self.role.arn)
        self.external_id = pulumi.Output.from_input(args.get("external_id") or EXTERNAL_ID)
        self.destination = {
            "provider": "s3",
            "bucket_name": self.bucket_name,
            "bucket_region": self.bucket_region,
            "assume_role_arn": self.role_arn,
            "external_id": self.external_id,
        }
        names = ("bucket_name", "bucket_region", "role_arn", "external_id", "destination")
        self.register_outputs({name: getattr(self, name) for name in names})

    def _wanted(self, settings: tuple[Setting[Any], ...], name: str, form: Callable[[Any], Any] = lambda value: value) -> Any:
        """Return the value that a setting is to have, in the form that its resource takes."""
        setting = next(each for each in settings if each.name == name)
        return self._facts.apply(lambda facts: form(setting.wanted(facts)))

    def _after(self) -> pulumi.ResourceOptions:
        """Return the options of the next resource, which waits for the one before: S3 refuses changes at the same time."""
        return pulumi.ResourceOptions(parent=self, depends_on=self._parts[-1:])

    def _next(self, resource: Part) -> Part:
        self._parts.append(resource)
        return resource

    def _complete(self, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Let a value wait for all resources; by their ids, which stay known in a preview of other changes."""
        return pulumi.Output.all(value, *(each.id for each in self._parts)).apply(lambda known: str(known[0]))


def _require_right(args: Mapping[str, Any]) -> None:
    known = {name: _known(value) for name, value in args.items() if value is not None}
    found = [
        *failures(table(RecordingStorageArgs), known, "RecordingStorage"),
        *RecordingBucketLifecycle(Settings()).rules(known),
    ]
    if found:
        raise InputError("could not declare RecordingStorage: " + "; ".join(f"{each.property} {each.reason}" for each in found))


def _known(value: Any) -> Any:
    """Return a value that can be checked now, UNKNOWN for one that comes later."""
    members = value.values() if isinstance(value, Mapping) else [value]
    return value if all(isinstance(each, str | int | float | bool) for each in members) else UNKNOWN


def _settled(given: Mapping[str, Any]) -> dict[str, Any]:
    return {row.name: row.settled(given) for row in table(RecordingStorageArgs)}


def _facts(known: list[Any]) -> dict[str, Any]:
    given, name, region = known
    partition = policies.partition(region)
    settled = {"bucket_name": name, "region": region, "partition": partition, "bucket_arn": policies.bucket_arn(partition, name)}
    return {**given, **settled}


def _encryption_rules(value: dict[str, str]) -> list[dict[str, Any]]:
    names = {"SSEAlgorithm": "sse_algorithm", "KMSMasterKeyID": "kms_master_key_id"}
    default = {names[name]: text for name, text in value.items()}
    return [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": "KMSMasterKeyID" in value}]


def _lifecycle_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"filter": {"prefix": ""}, **_snake(each)} for each in rules]


def _snake(value: Any) -> Any:
    """Return AWS's names as pulumi-aws spells them in Python."""
    if not isinstance(value, Mapping):
        return value
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): _snake(item) for name, item in value.items()}
