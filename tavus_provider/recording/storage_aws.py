"""RecordingStorage on pulumi-aws: the same inputs, settings and outputs, for programs that use that provider already.

Requires the extra `aws`. pulumi-aws provides the resources, their drift and their updates; their arguments come from the same
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
from ..journal.run import Run
from ..schema.documentation import add_documentation
from ..schema.fields import table
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure, find_failures
from ..settings import Settings
from .aws import arns
from .component import StorageComponent
from .iam.key_grants import GRANT_NAME
from .iam.role_settings import POLICY_NAME, ROLE_SETTINGS, key_policy_statement
from .managed.handle import Setting
from .s3.bucket_documents import PUBLIC_ACCESS_BLOCK
from .s3.bucket_lifecycle import RecordingBucketLifecycle
from .s3.bucket_settings import BUCKET_SETTINGS
from .s3.existing_bucket import require_usable
from .storage import RecordingStorageArgs, bucket_args

Part = TypeVar("Part", bound=pulumi.CustomResource)


@add_documentation(RecordingStorageArgs, source="Tavus docs, Conversation Recordings; Pulumi registry, AWS")
class RecordingStorage(StorageComponent):
    """A private bucket and a role for recordings, like tavus_provider.RecordingStorage, made of resources of pulumi-aws.

    Give `destination` to a conversation as `recording_storage`; the conversation waits until bucket and role are complete.
    Credentials, region and default tags are those of the AWS provider in use. Raises InputError for wrong inputs.

    With `existing_bucket="use"` the bucket is only read, and the program fails if Tavus could not record to it. `manage` imports
    it: the first `up` must give the tags that the bucket has, and must not give `force_destroy`. Its settings are overwritten,
    and stay when the storage is destroyed, unless `force_destroy=True` is given.
    """

    bucket: s3.Bucket
    role: iam.Role

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingStorageArgs]
    ) -> None:
        _require_valid(args)
        super().__init__("tavus:recording/aws:RecordingStorage", resource_name, None, opts)
        self._name, self._parts, self._stays = resource_name, list[pulumi.CustomResource](), False
        self._ignored = opts.ignore_changes if opts else None
        self._given = pulumi.Output.from_input(dict(args)).apply(_with_defaults)
        if args.get("existing_bucket") == "use":
            self._use_bucket(args)
        else:
            self._declare_bucket(args)
        self.role = self._declare_role(args)
        self._declare_policies()
        if args.get("kms_key_arn") is not None and args.get("kms_grant") is not False:
            self._declare_grant()
        statement = pulumi.Output.all(self._spec, self.role.arn)
        self._set_outputs(
            self._wait_for_all(self.bucket.id),
            self._wait_for_all(self.bucket.region),
            self._wait_for_all(self.role.arn),
            args.get("external_id"),
            statement.apply(lambda known: key_policy_statement({**known[0], "role_arn": known[1]})),
        )

    def _use_bucket(self, args: Mapping[str, Any]) -> None:
        """Read the bucket; all that follows waits until it is known to be usable and this account's."""
        name = pulumi.Output.from_input(args["bucket_name"])
        location: dict[str, Any] = {"region": args.get("region"), "opts": self._next_options()}
        account = get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self)).account_id
        # Its ID is qualified with the account, so that AWS refuses somebody else's bucket.
        versioning = s3.BucketVersioning.get(self._name, pulumi.Output.concat(name, ",", account), **location)
        encryption = s3.BucketServerSideEncryptionConfiguration.get(self._name, name, **location)
        self.bucket = s3.Bucket.get(self._name, name, **location)
        self._parts.append(self.bucket)
        known = pulumi.Output.all(self._given, self.bucket.bucket, self.bucket.region).apply(_to_spec)
        self._spec = pulumi.Output.all(known, versioning.versioning_configuration, encryption.rules).apply(_require_usable_spec)

    def _declare_bucket(self, args: Mapping[str, Any]) -> None:
        """Declare the bucket, imported if it exists already, and its settings."""
        adopted = args.get("existing_bucket") == "manage"
        self._stays = adopted and args.get("force_destroy") is not True
        self.bucket = self._declare(
            s3.Bucket,
            pulumi.ResourceOptions(import_=args["bucket_name"] if adopted else None),
            bucket=args.get("bucket_name"),
            region=args.get("region"),
            force_destroy=self._given["force_destroy"],
            tags=args.get("tags"),
        )
        self._spec = pulumi.Output.all(self._given, self.bucket.bucket, self.bucket.region).apply(_to_spec)
        self._declare_protection()
        self._declare_retention(args)
        self._stays = False  # the role is ours and is deleted

    def _declare_setting(self, part: Callable[..., pulumi.CustomResource], **args: Any) -> None:
        self._declare(part, bucket=self.bucket.id, region=self.bucket.region, **args)

    def _declare_protection(self) -> None:
        """Declare the settings that keep the bucket private, in the order that S3 accepts."""
        ownership = self._desired(BUCKET_SETTINGS, "object_ownership")
        self._declare_setting(s3.BucketOwnershipControls, rule={"object_ownership": ownership})
        self._declare_setting(s3.BucketPublicAccessBlock, **_snake(PUBLIC_ACCESS_BLOCK))
        rules = self._desired(BUCKET_SETTINGS, "encryption", _encryption_rules)
        self._declare_setting(s3.BucketServerSideEncryptionConfiguration, rules=rules)
        self._declare_setting(s3.BucketPolicy, policy=self._desired(BUCKET_SETTINGS, "policy", json.dumps))

    def _declare_retention(self, args: Mapping[str, Any]) -> None:
        """Declare versioning, the rules that remove old data, and the log."""
        versioning = {"status": self._desired(BUCKET_SETTINGS, "versioning")}
        self._declare_setting(s3.BucketVersioning, versioning_configuration=versioning)
        rules = self._desired(BUCKET_SETTINGS, "lifecycle_rules", _lifecycle_rules)
        self._declare_setting(s3.BucketLifecycleConfiguration, rules=rules)
        if args.get("log_bucket") is not None:
            logging = self._desired(BUCKET_SETTINGS, "logging", _snake)
            target = {name: logging[name] for name in ("target_bucket", "target_prefix")}
            self._declare_setting(s3.BucketLogging, **target)

    def _declare_role(self, args: Mapping[str, Any]) -> iam.Role:
        return self._declare(
            iam.Role,
            name=args.get("role_name"),
            path=self._given["path"],
            description=self._given["description"],
            assume_role_policy=self._desired(ROLE_SETTINGS, "trust_policy", json.dumps),
            max_session_duration=self._desired(ROLE_SETTINGS, "max_session_duration"),
            permissions_boundary=args.get("permissions_boundary"),
            tags=args.get("tags"),
        )

    def _declare_policies(self) -> None:
        """Allow what recording needs; policies that somebody adds show up as drift."""
        name, permissions = self.role.name, self._desired(ROLE_SETTINGS, "permissions", json.dumps)
        self._declare(iam.RolePolicy, role=name, name=POLICY_NAME, policy=permissions)
        # These two remove policies that somebody adds outside of Pulumi.
        iam.RolePoliciesExclusive(self._name, role_name=name, policy_names=[POLICY_NAME], opts=self._next_options())
        iam.RolePolicyAttachmentsExclusive(self._name, role_name=name, policy_arns=[], opts=self._next_options())

    def _declare_grant(self) -> None:
        """Grant the role the use of the key, without changing the key's policy."""
        grant = self._desired(ROLE_SETTINGS, "key_grants", lambda grants: grants[0])
        self._declare(
            kms.Grant,
            name=GRANT_NAME,
            region=self.bucket.region,
            key_id=grant["KeyId"],
            grantee_principal=self.role.arn,
            operations=grant["Operations"],
            constraints=[grant["Constraints"].apply(_snake)],
        )

    def _desired(self, settings: tuple[Setting[Any], ...], name: str, form: Callable[[Any], Any] = lambda value: value) -> Any:
        """Return the desired value of a setting, in the form of its resource's argument."""
        setting = next(each for each in settings if each.name == name)
        return self._spec.apply(lambda spec: form(setting.desired(spec)))

    def _declare(self, part: Callable[..., Part], opts: pulumi.ResourceOptions | None = None, **args: Any) -> Part:
        """Declare the next resource."""
        resource = part(self._name, **args, opts=pulumi.ResourceOptions.merge(self._next_options(), opts))
        self._parts.append(resource)
        return resource

    def _next_options(self) -> pulumi.ResourceOptions:
        """Return options by which a resource waits for the previous one: S3 refuses concurrent changes."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=self._parts[-1:], retain_on_delete=self._stays, ignore_changes=self._ignored
        )

    def _wait_for_all(self, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Return the value once all resources exist."""
        # By their ids: those stay known in a preview of other changes.
        return pulumi.Output.all(value, *(each.id for each in self._parts)).apply(lambda known: str(known[0]))


def _require_valid(args: Mapping[str, Any]) -> None:
    known = {name: _checkable(value) for name, value in args.items() if value is not None}
    found = [
        *find_failures(table(RecordingStorageArgs), known, "RecordingStorage"),
        *RecordingBucketLifecycle(Run(Settings())).validate_together(bucket_args(known)),
        *_find_late_inputs(known),
    ]
    if found:
        raise InputError("could not declare RecordingStorage: " + "; ".join(map(str, found)))


def _find_late_inputs(known: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield the inputs that must not be outputs, since they decide what is declared."""
    name = ("bucket_name",) if known.get("existing_bucket") == "manage" else ()
    for each in ("existing_bucket", "kms_grant", *name):
        if known.get(each) is UNKNOWN:
            yield Failure(each, "must be known when the program runs: give a plain value, not an output")


def _checkable(value: Any) -> Any:
    """Return the value if it can be checked now, UNKNOWN for an output."""
    members = value.values() if isinstance(value, Mapping) else [value]
    return value if all(isinstance(each, str | int | float | bool) for each in members) else UNKNOWN


def _with_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    return {row.name: row.effective_value(given) for row in table(RecordingStorageArgs)}


def _to_spec(known: list[Any]) -> dict[str, Any]:
    given, name, region = known
    partition = arns.partition(region)
    identity = {"bucket_name": name, "region": region, "partition": partition, "bucket_arn": arns.bucket_arn(partition, name)}
    return {**given, **identity}


def _require_usable_spec(known: list[Any]) -> dict[str, Any]:
    """Return the spec of a bucket that is used; raises StorageError if Tavus could not record to it."""
    spec, versioning, rules = known
    default = rules[0].get("apply_server_side_encryption_by_default") or {}
    found = {"versioning": versioning["status"], "encryption": {"KMSMasterKeyID": default.get("kms_master_key_id") or ""}}
    require_usable(f"bucket {spec['bucket_name']!r}", found, spec["kms_key_arn"] or "")
    return dict(spec)


def _encryption_rules(value: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"SSEAlgorithm": "sse_algorithm", "KMSMasterKeyID": "kms_master_key_id"}
    default = {names[name]: member for name, member in value.items() if name in names}
    return [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": value.get("BucketKeyEnabled", False)}]


def _lifecycle_rules(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"filter": {"prefix": ""}, **_snake(each)} for each in rules]


def _snake(value: Any) -> Any:
    """Return AWS's member names as pulumi-aws spells them in Python."""
    if not isinstance(value, Mapping):
        return value
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): _snake(item) for name, item in value.items()}
