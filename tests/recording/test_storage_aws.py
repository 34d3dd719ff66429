"""The twin on pulumi-aws asks for the same settings as the storage on boto3, field by field."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.sync_await import _ensure_event_loop

from tavus_provider.api.errors import InputError, StorageError
from tavus_provider.recording import storage
from tavus_provider.recording.iam.role_lifecycle import RecordingRoleLifecycle
from tavus_provider.recording.iam.role_policies import key_policy_statement
from tavus_provider.recording.s3.bucket_documents import drop_empty
from tavus_provider.recording.s3.bucket_lifecycle import RecordingBucketLifecycle
from tests.support.lifecycles import offline

with warnings.catch_warnings():  # pulumi-aws warns of older types of its own
    warnings.simplefilter("ignore", DeprecationWarning)
    from tavus_provider.recording import storage_aws

REGION = "eu-west-1"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERYTHING: dict[str, Any] = {
    "bucket_name": "recordings-of-tests",
    "region": "eu-central-1",
    "retention_days": 30,
    "noncurrent_days": 3,
    "kms_key_arn": KEY,
    "log_bucket": "logs-of-tests",
    "force_destroy": True,
    "tags": {"team": "video"},
    "role_name": "recorder",
    "external_id": "other",
    "trusted_account_id": "123456789012",
    "key_prefix": "calls/",
    "description": "Ours.",
    "path": "/tavus/",
    "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess",
}


class Engine(Mocks):
    """Pulumi's own stand-in for the engine: it notes what is declared, and answers as the AWS provider would.

    there: the ids of what is read or imported instead of made, by kind. found: what AWS has for what is read.
    """

    def __init__(self, found: dict[str, dict[str, Any]]) -> None:
        self.declared: dict[str, dict[str, Any]] = {}
        self.there: dict[str, str] = {}
        self.found = found

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Record the inputs under the last part of the type, such as Bucket."""
        kind = args.typ.rpartition(":")[2]
        self.declared[kind] = args.inputs
        if args.resource_id:
            self.there[kind] = args.resource_id
        name = args.inputs.get("bucket") or args.inputs.get("name") or args.resource_id or "recordings-0123abc"
        region = args.inputs.get("region") or REGION
        more = {"Bucket": {"bucket": name, "region": region}, "Role": {"name": name, "arn": role_arn(name)}}
        return str(name), {**args.inputs, **more.get(kind, {}), **self.found.get(kind, {})}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Return the account, the only thing that is invoked."""
        assert args.token == "aws:index/getCallerIdentity:getCallerIdentity"
        return {"accountId": "123456789012"}, []


class Monitor(MockMonitor):
    """Notes which kinds of resources are left when they are destroyed, and what they ignore: Pulumi's stand-in tells neither."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.left: dict[str, bool] = {}
        self.ignored: dict[str, list[str]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # as pulumi has it
        """Record it under the last part of the type."""
        kind = request.type.rpartition(":")[2]
        self.left[kind], self.ignored[kind] = request.retainOnDelete, list(request.ignoreChanges)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def role_arn(name: str) -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::123456789012:role/{name}"


def declare(**args: Any) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Declare the storage on pulumi-aws; return the inputs of each of its resources, and its destination."""
    known: dict[str, Any] = {}
    return declared_by(program_of(args, known)).declared, known


def program_of(args: dict[str, Any], known: dict[str, Any]) -> Callable[[], object]:
    """Return a program that declares the storage, and exports its destination and the statement for the key's policy."""

    def program() -> pulumi.Output[None]:
        made = storage_aws.RecordingStorage("recordings", **args)
        exported = pulumi.Output.all(made.destination, made.key_policy_statement)
        return exported.apply(lambda both: known.update(**both[0], statement=both[1]))

    return program


def declared_by(program: Callable[[], object], **found: dict[str, Any]) -> Engine:
    """Run a program with what AWS reports as `found`, and return what the engine saw."""
    engine = Engine(found)
    pulumi.runtime.set_mocks(engine, preview=False)
    run(program)
    return engine


def run(program: Callable[[], object]) -> None:
    """Run a program to its end."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # as pulumi has it


def bucket_settings(declared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a bucket's settings from the declared resources, in the form of our own table."""
    (encryption,) = declared["BucketServerSideEncryptionConfiguration"]["rules"]
    default = encryption["applyServerSideEncryptionByDefault"]
    names = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    access = declared["BucketPublicAccessBlock"]
    logging = declared.get("BucketLogging", {})
    return {
        "object_ownership": declared["BucketOwnershipControls"]["rule"]["objectOwnership"],
        "public_access_block": {_aws(name): value for name, value in access.items() if isinstance(value, bool)},
        "encryption": {
            **{names[name]: value for name, value in default.items()},
            **({"BucketKeyEnabled": True} if encryption["bucketKeyEnabled"] else {}),
        },
        "versioning": declared["BucketVersioning"]["versioningConfiguration"]["status"],
        "lifecycle_rules": [drop_empty(_aws_names(rule)) for rule in declared["BucketLifecycleConfiguration"]["rules"]],
        "policy": json.loads(declared["BucketPolicy"]["policy"]),
        "logging": {_aws(name): value for name, value in logging.items() if name.startswith("target")},
        "tags": declared["Bucket"].get("tags") or {},
    }


def role_settings(declared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a role's settings from the declared resources, in the form of our own table."""
    role = declared["Role"]
    return {
        "trust_policy": json.loads(role["assumeRolePolicy"]),
        "max_session_duration": role["maxSessionDuration"],
        "description": role["description"],
        "permissions_boundary": role.get("permissionsBoundary") or "",
        "permissions": json.loads(declared["RolePolicy"]["policy"]),
        "other_policies": [
            *(name for name in declared["RolePoliciesExclusive"]["policyNames"] if name != declared["RolePolicy"]["name"]),
            *declared["RolePolicyAttachmentsExclusive"]["policyArns"],
        ],
        "tags": role.get("tags") or {},
        "key_grants": [grant_of(declared["Grant"])] if "Grant" in declared else [],
    }


def grant_of(grant: dict[str, Any]) -> dict[str, Any]:
    """Return the grant in the form of our own table."""
    (constraints,) = grant["constraints"]
    names = {_aws(name): value for name, value in constraints.items()}
    return {"KeyId": grant["keyId"], "Operations": grant["operations"], "Constraints": names}


def desired(args: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the desired settings of bucket and role of the storage on boto3 with the same inputs."""
    buckets, roles = offline(RecordingBucketLifecycle), offline(RecordingRoleLifecycle)
    region, name = args.get("region", REGION), args.get("bucket_name", "recordings-0123abc")
    bucket = buckets.spec(storage.bucket_args(args), buckets.identify(name, {"region": region, "account_id": ""}))
    role_inputs = {**storage.role_args(args), "bucket_name": name, "bucket_region": region}
    role = roles.spec(role_inputs, roles.identify("recorder", {"region": region, "account_id": ""}))
    return buckets.handle(bucket).desired(bucket), roles.handle(role).desired(role)


def _aws(name: str) -> str:
    return {"id": "ID"}.get(name, name[0].upper() + name[1:])


def _aws_names(value: Any) -> Any:
    return {_aws(name): _aws_names(item) for name, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    "args", [{}, EVERYTHING, {"region": "cn-north-1"}, {"region": "us-gov-west-1"}], ids=["nothing", "everything", "cn", "gov"]
)
def test_both_storages_have_the_same_settings(args: dict[str, Any]) -> None:
    """Both storages have the same settings for all inputs, in each partition of AWS."""
    declared, _ = declare(**args)
    bucket, role = desired(args)

    assert bucket_settings(declared) == bucket
    assert role_settings(declared) == role


def test_the_inputs_that_are_no_settings_arrive() -> None:
    """Names, region, path and force_destroy reach the resources; without names the AWS provider chooses them."""
    declared, _ = declare(**EVERYTHING)
    bucket, role = declared["Bucket"], declared["Role"]
    assert (bucket["bucket"], bucket["region"], bucket["forceDestroy"]) == ("recordings-of-tests", "eu-central-1", True)
    assert (role["name"], role["path"], role["permissionsBoundary"]) == (
        "recorder",
        "/tavus/",
        EVERYTHING["permissions_boundary"],
    )

    declared, _ = declare()
    assert {declared["Bucket"].get("bucket"), declared["Bucket"].get("region"), declared["Role"].get("name")} == {None}
    assert declared["Bucket"]["forceDestroy"] is False


def test_every_part_is_in_the_region_of_the_bucket() -> None:
    """Every part is in the bucket's region, even if that is not the provider's."""
    declared, _ = declare(**EVERYTHING)
    parts = {kind: inputs for kind, inputs in declared.items() if kind.startswith("Bucket") and kind != "Bucket"}
    assert len(parts) == 7
    assert (declared["Grant"]["region"], declared["Grant"]["granteePrincipal"]) == ("eu-central-1", role_arn("recorder"))
    assert {(inputs["bucket"], inputs["region"]) for inputs in parts.values()} == {("recordings-of-tests", "eu-central-1")}


def test_both_storages_have_the_same_inputs_and_outputs() -> None:
    """Both storages have the same inputs and outputs."""
    ours, twin = (cls.__annotations__.keys() for cls in (storage.RecordingStorage, storage_aws.RecordingStorage))
    assert ours == twin
    _, destination = declare()
    assert destination == {
        "provider": "s3",
        "bucket_name": "recordings-0123abc",
        "bucket_region": REGION,
        "assume_role_arn": role_arn("recordings-0123abc"),
        "external_id": "tavus",
        "statement": {},
    }


def test_inputs_may_be_known_only_later() -> None:
    """Inputs may be outputs of other resources."""
    later = {name: pulumi.Output.from_input(value) for name, value in EVERYTHING.items() if name != "tags"}
    declared, destination = declare(**later, tags={"team": pulumi.Output.from_input("video")})

    assert (bucket_settings(declared), role_settings(declared)) == desired(EVERYTHING)
    assert destination["external_id"] == "other"


@pytest.mark.parametrize("args", [{}, {"kms_key_arn": KEY, "kms_grant": False}], ids=["no key", "no grant"])
def test_without_a_key_or_where_its_policy_does_nothing_is_granted(args: dict[str, Any]) -> None:
    """Without a key, or with kms_grant=False, there is no grant."""
    declared, known = declare(**args)
    _, role = desired(args)

    assert "Grant" not in declared
    assert role_settings(declared) == role
    assert bool(known["statement"]) == bool(args)


def test_the_statement_for_the_key_s_policy_is_that_of_the_other_storage() -> None:
    """The statement for the key's policy has the ARNs of role and bucket."""
    _, known = declare(**EVERYTHING)

    assert known["statement"] == key_policy_statement(role_arn("recorder"), "arn:aws:s3:::recordings-of-tests", KEY)


THERE: dict[str, Any] = {"bucket_name": "somebodys-bucket", "existing_bucket": "use", "tags": {"team": "video"}}


def there(status: str = "Enabled", key: str = "") -> dict[str, dict[str, Any]]:
    """Return what AWS reports for the bucket."""
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key} if key else {"sseAlgorithm": "AES256"}
    return {
        "BucketVersioning": {"bucket": "somebodys-bucket", "versioningConfiguration": {"status": status}},
        "BucketServerSideEncryptionConfiguration": {"rules": [{"applyServerSideEncryptionByDefault": default}]},
    }


def test_a_bucket_that_is_used_is_only_read() -> None:
    """A used bucket is only read, as this account's; role and grant are those of the other storage."""
    known: dict[str, Any] = {}
    args = {**THERE, "kms_key_arn": KEY, "region": "eu-central-1"}
    engine = declared_by(program_of(args, known), **there(key=KEY))
    _, role = desired(args)

    read = {kind for kind in engine.declared if kind.startswith("Bucket")}
    assert {kind: engine.there[kind] for kind in read} == {
        "Bucket": "somebodys-bucket",
        "BucketVersioning": "somebodys-bucket,123456789012",
        "BucketServerSideEncryptionConfiguration": "somebodys-bucket",
    }
    assert role_settings(engine.declared) == role
    assert (known["bucket_name"], known["bucket_region"]) == ("somebodys-bucket", "eu-central-1")


@pytest.fixture
def quiet() -> None:
    """Keep outputs that depend on a refused one from printing its error again."""
    _ensure_event_loop().set_exception_handler(lambda _, context: None)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("args", "found", "words"),
    [
        ({}, there(status="Suspended"), "its versioning is Suspended, and Tavus requires Enabled; enable it"),
        ({}, there(status="Disabled"), "its versioning is Disabled"),
        ({}, there(key=KEY), f"write kms_key_arn='{KEY}', so that the role may use it"),
        ({"kms_key_arn": KEY}, there(), "remove kms_key_arn"),
    ],
)
def test_a_bucket_that_tavus_could_not_record_to_is_refused(
    quiet: None, args: dict[str, str], found: dict[str, Any], words: str
) -> None:
    """A bucket that Tavus could not record to is refused before the role is declared."""
    engine = Engine(found)
    pulumi.runtime.set_mocks(engine, preview=False)

    with pytest.raises(StorageError, match="could not use bucket 'somebodys-bucket'") as refused:
        run(program_of({**THERE, **args}, {}))

    assert words in str(refused.value)
    assert "Role" not in engine.declared


def test_a_bucket_that_is_managed_is_imported() -> None:
    """A managed bucket is imported, with the same settings as in the other storage."""
    args = {**EVERYTHING, "existing_bucket": "manage", "force_destroy": False}
    engine = declared_by(program_of(args, {}))
    bucket, role = desired(args)

    assert engine.there == {"Bucket": "recordings-of-tests"}
    assert bucket_settings(engine.declared) == bucket
    assert role_settings(engine.declared) == role


@pytest.mark.parametrize(("force_destroy", "stays"), [(False, True), (True, False)])
def test_a_bucket_that_is_managed_stays_with_its_settings(force_destroy: bool, stays: bool) -> None:
    """A deletion leaves a managed bucket and its settings, unless `force_destroy` is given; the role is deleted."""
    engine = Engine({})
    monitor = Monitor(engine)
    pulumi.runtime.set_mocks(engine, preview=False, monitor=monitor)
    run(program_of({**EVERYTHING, "existing_bucket": "manage", "force_destroy": force_destroy}, {}))

    assert {kind for kind in monitor.left if kind.startswith("Bucket") and stays} == {
        kind for kind, left in monitor.left.items() if left
    }


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"existing_bucket": "use"}, "bucket_name is required with existing_bucket"),
        ({**THERE, "retention_days": 3}, "retention_days cannot be given with existing_bucket='use'"),
        ({"existing_bucket": "manage", "bucket_name": pulumi.Output.from_input("b-name")}, "bucket_name must be known when the"),
        ({"kms_grant": pulumi.Output.from_input(False)}, "kms_grant must be known when the program runs"),
        ({"retention_day": 30}, "retention_day"),
        ({"bucket_name": "Capitals"}, "bucket_name is not a valid S3 bucket name"),
        ({"retention_days": 0}, "retention_days"),
        ({"tags": {"aws:team": "video"}}, "tags must not have a name that begins with aws:"),
        ({"bucket_name": "a-name", "log_bucket": "a-name"}, "log_bucket must be another bucket"),
    ],
)
def test_wrong_inputs_are_refused_as_in_the_other_storage(args: dict[str, Any], words: str) -> None:
    """Wrong inputs are refused in one line before anything is declared."""
    with pytest.raises(InputError, match="could not declare RecordingStorage: ") as refused:
        declare(**args)
    assert words in str(refused.value)


def test_the_example_gives_the_destination_to_its_conversation() -> None:
    """The example declares bucket, role, and a conversation that records there."""
    pulumi.runtime.set_all_config({"project:persona_id": "pcb7a34da5fe"})
    example = Path(__file__).parents[2] / "examples" / "recorded-call-aws" / "__main__.py"

    def program() -> None:
        runpy.run_path(str(example))

    declared = declared_by(program).declared

    assert declared["Conversation"]["recording_storage"]["assume_role_arn"] == role_arn("recordings-0123abc")
    assert {"Bucket", "BucketPolicy", "Role", "RolePolicy"} <= declared.keys()


def test_pulumi_aws_is_optional() -> None:
    """Neither the package nor the storage on boto3 loads pulumi_aws."""
    program = "import sys, tavus_provider, tavus_provider.recording.storage; print('pulumi_aws' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
