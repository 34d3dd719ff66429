"""
RecordingStorage on pulumi-aws: the same inputs, settings and outputs, for programs that manage AWS with that provider already.

Needs the extra `aws`. Its resources, their drift and their updates are pulumi-aws's; what they are asked is read off the same
tables of settings. Source: Pulumi registry, AWS 7, `aws.s3` and `aws.iam`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, Unpack

import pulumi
from pulumi_aws import iam, kms, s3
from pulumi_aws.get_caller_identity import get_caller_identity_output

from ..api.errors import InputError
from ..lifecycle.settings import Settings
from ..schema.documentation import add_documentation
from ..schema.fields import table
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure, find_failures
from . import existing, policies
from .bucket import RecordingBucketLifecycle
from .bucket_settings import BUCKET_SETTINGS
from .component import StorageComponent
from .key_grants import GRANT_NAME
from .managed import Setting
from .role_settings import POLICY_NAME, ROLE_SETTINGS, key_policy_statement
from .storage import RecordingStorageArgs, bucket_args

Part = TypeVar("Part", bound=pulumi.CustomResource)


@add_documentation(RecordingStorageArgs, source="Tavus docs, Conversation Recordings; Pulumi registry, AWS")
class RecordingStorage(StorageComponent):
    """
    A place of one's own for recordings, like tavus_provider.RecordingStorage, made of resources of pulumi-aws.

    Give `destination` to a conversation as `recording_storage`; it waits until bucket and role are complete. Credentials, region
    and default tags are those of the AWS provider in use. Raises InputError for inputs that are wrong.

    With `existing_bucket="use"` the bucket is only read, and the program fails where Tavus could not record to it. `manage`
    imports it, which asks for the tags that it has, and for `force_destroy` only after that; settings are then written over what
    was there, and stay when the storage is destroyed, unless `force_destroy=True` is given.
    """

    bucket: s3.Bucket
    role: iam.Role

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingStorageArgs]
    ) -> None:
        _require_right(args)
        super().__init__("tavus:recording/aws:RecordingStorage", resource_name, None, opts)
        self._name, self._parts, self._stays = resource_name, list[pulumi.CustomResource](), False
        self._given = pulumi.Output.from_input(dict(args)).apply(_settled)
        if args.get("existing_bucket") == "use":
            self._use(args)
        else:
            self._make(args)
        self.role = self._role(args)
        self._permit()
        if args.get("kms_key_arn") is not None and args.get("kms_grant") is not False:
            self._grant()
        told = pulumi.Output.all(self._facts, self.role.arn)
        self._give(
            self._complete(self.bucket.id),
            self._complete(self.bucket.region),
            self._complete(self.role.arn),
            args.get("external_id"),
            told.apply(lambda known: key_policy_statement({**known[0], "role_arn": known[1]})),
        )

    def _use(self, args: Mapping[str, Any]) -> None:
        """Read the bucket, and let all that follows wait until it is known to be fit and this account's."""
        name = pulumi.Output.from_input(args["bucket_name"])
        place: dict[str, Any] = {"region": args.get("region"), "opts": self._after()}
        account = get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self)).account_id
        versioning = s3.BucketVersioning.get(self._name, pulumi.Output.concat(name, ",", account), **place)
        encryption = s3.BucketServerSideEncryptionConfiguration.get(self._name, name, **place)
        self.bucket = self._next(s3.Bucket.get(self._name, name, **place))
        known = pulumi.Output.all(self._given, self.bucket.bucket, self.bucket.region).apply(_facts)
        self._facts = pulumi.Output.all(known, versioning.versioning_configuration, encryption.rules).apply(_fit)

    def _make(self, args: Mapping[str, Any]) -> None:
        """Declare the bucket, which is imported where it is there already, and what makes it one for recordings."""
        adopted = args.get("existing_bucket") == "manage"
        self._stays = adopted and args.get("force_destroy") is not True
        self.bucket = self._bucket(args, args["bucket_name"] if adopted else None)
        self._facts = pulumi.Output.all(self._given, self.bucket.bucket, self.bucket.region).apply(_facts)
        self._keep_private()
        self._keep_tidy()
        if args.get("log_bucket") is not None:
            self._log()
        self._stays = False

    def _bucket(self, args: Mapping[str, Any], adopted: str | None) -> s3.Bucket:
        opts = pulumi.ResourceOptions.merge(self._after(), pulumi.ResourceOptions(import_=adopted))
        return self._next(
            s3.Bucket(
                self._name,
                bucket=args.get("bucket_name"),
                region=args.get("region"),
                force_destroy=self._given["force_destroy"],
                tags=args.get("tags"),
                opts=opts,
            )
        )

    def _keep_private(self) -> None:
        """Set all that keeps others out, in the order in which S3 does not refuse any of it."""
        place: dict[str, Any] = {"bucket": self.bucket.id, "region": self.bucket.region}
        ownership = self._wanted(BUCKET_SETTINGS, "object_ownership")
        self._next(s3.BucketOwnershipControls(self._name, **place, rule={"object_ownership": ownership}, opts=self._after()))
        self._next(s3.BucketPublicAccessBlock(self._name, **place, **_snake(policies.PUBLIC_ACCESS_BLOCK), opts=self._after()))
        rules = self._wanted(BUCKET_SETTINGS, "encryption", _encryption_rules)
        self._next(s3.BucketServerSideEncryptionConfiguration(self._name, **place, rules=rules, opts=self._after()))
        policy = self._wanted(BUCKET_SETTINGS, "policy", json.dumps)
        self._next(s3.BucketPolicy(self._name, **place, policy=policy, opts=self._after()))

    def _keep_tidy(self) -> None:
        """Keep old versions, and remove what is no longer wanted."""
        place: dict[str, Any] = {"bucket": self.bucket.id, "region": self.bucket.region}
        versioning: Any = {"status": self._wanted(BUCKET_SETTINGS, "versioning")}
        self._next(s3.BucketVersioning(self._name, **place, versioning_configuration=versioning, opts=self._after()))
        rules = self._wanted(BUCKET_SETTINGS, "lifecycle_rules", _lifecycle_rules)
        self._next(s3.BucketLifecycleConfiguration(self._name, **place, rules=rules, opts=self._after()))

    def _log(self) -> None:
        logging = self._wanted(BUCKET_SETTINGS, "logging", _snake)
        self._next(
            s3.BucketLogging(
                self._name,
                bucket=self.bucket.id,
                region=self.bucket.region,
                target_bucket=logging["target_bucket"],
                target_prefix=logging["target_prefix"],
                opts=self._after(),
            )
        )

    def _role(self, args: Mapping[str, Any]) -> iam.Role:
        return self._next(
            iam.Role(
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
        self._next(iam.RolePolicy(self._name, role=name, name=POLICY_NAME, policy=permissions, opts=opts))
        iam.RolePoliciesExclusive(self._name, role_name=name, policy_names=[POLICY_NAME], opts=self._after())
        iam.RolePolicyAttachmentsExclusive(self._name, role_name=name, policy_arns=[], opts=self._after())

    def _grant(self) -> None:
        """Grant the role the use of the key, which leaves the key's policy to whoever keeps that."""
        grant = self._wanted(ROLE_SETTINGS, "key_grants", lambda grants: grants[0])
        self._next(
            kms.Grant(
                self._name,
                name=GRANT_NAME,
                region=self.bucket.region,
                key_id=grant["KeyId"],
                grantee_principal=self.role.arn,
                operations=grant["Operations"],
                constraints=[grant["Constraints"].apply(_snake)],
                opts=self._after(),
            )
        )

    def _wanted(self, settings: tuple[Setting[Any], ...], name: str, form: Callable[[Any], Any] = lambda value: value) -> Any:
        """Return the value that a setting is to have, in the form that its resource takes."""
        setting = next(each for each in settings if each.name == name)
        return self._facts.apply(lambda facts: form(setting.wanted(facts)))

    def _after(self) -> pulumi.ResourceOptions:
        """Return the options of the next resource, which waits for the one before: S3 refuses changes at the same time."""
        return pulumi.ResourceOptions(parent=self, depends_on=self._parts[-1:], retain_on_delete=self._stays)

    def _next(self, resource: Part) -> Part:
        self._parts.append(resource)
        return resource

    def _complete(self, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Let a value wait for all resources; by their ids, which stay known in a preview of other changes."""
        return pulumi.Output.all(value, *(each.id for each in self._parts)).apply(lambda known: str(known[0]))


def _require_right(args: Mapping[str, Any]) -> None:
    known = {name: _known(value) for name, value in args.items() if value is not None}
    found = [
        *find_failures(table(RecordingStorageArgs), known, "RecordingStorage"),
        *RecordingBucketLifecycle(Settings()).validate_together(bucket_args(known)),
        *_late_failures(known),
    ]
    if found:
        raise InputError("could not declare RecordingStorage: " + "; ".join(f"{each.property} {each.reason}" for each in found))


def _late_failures(known: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield the inputs that come too late: they decide what is declared."""
    name = ("bucket_name",) if known.get("existing_bucket") == "manage" else ()
    for each in ("existing_bucket", "kms_grant", *name):
        if known.get(each) is UNKNOWN:
            yield Failure(each, "must be known when the program runs: give a plain value, not an output")


def _known(value: Any) -> Any:
    """Return a value that can be checked now, UNKNOWN for one that comes later."""
    members = value.values() if isinstance(value, Mapping) else [value]
    return value if all(isinstance(each, str | int | float | bool) for each in members) else UNKNOWN


def _settled(given: Mapping[str, Any]) -> dict[str, Any]:
    return {row.name: row.effective_value(given) for row in table(RecordingStorageArgs)}


def _facts(known: list[Any]) -> dict[str, Any]:
    given, name, region = known
    partition = policies.partition(region)
    settled = {"bucket_name": name, "region": region, "partition": partition, "bucket_arn": policies.bucket_arn(partition, name)}
    return {**given, **settled}


def _fit(known: list[Any]) -> dict[str, Any]:
    """Return the facts of a bucket that is used, unless Tavus could not record to it."""
    facts, versioning, rules = known
    default = rules[0].get("apply_server_side_encryption_by_default") or {}
    found = {"versioning": versioning["status"], "encryption": {"KMSMasterKeyID": default.get("kms_master_key_id") or ""}}
    existing.require_fit(f"bucket {facts['bucket_name']!r}", found, facts["kms_key_arn"] or "")
    return dict(facts)


def _encryption_rules(value: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"SSEAlgorithm": "sse_algorithm", "KMSMasterKeyID": "kms_master_key_id"}
    default = {names[name]: text for name, text in value.items() if name in names}
    return [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": value.get("BucketKeyEnabled", False)}]


def _lifecycle_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"filter": {"prefix": ""}, **_snake(each)} for each in rules]


def _snake(value: Any) -> Any:
    """Return AWS's names as pulumi-aws spells them in Python."""
    if not isinstance(value, Mapping):
        return value
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): _snake(item) for name, item in value.items()}
