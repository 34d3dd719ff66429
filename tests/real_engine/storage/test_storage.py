"""A recording storage's life on the real engine: previews, calls to AWS, and the conversation that records there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.aws.proxy import AwsProxy, serve_aws_proxy
from tests.support.conversations import PERSONA, REPLICA

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

BUCKET, ROLE = "RecordingBucket", "RecordingRole"


@pytest.fixture
def storage(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack of an empty project, pointed to a Tavus that records to an empty AWS."""
    return new_stack(recording_sandbox)


@pytest.fixture
def proxy(storage: Stack, aws: str) -> Iterator[AwsProxy]:
    """Let the stack reach AWS through a proxy that notes and holds calls."""
    with serve_aws_proxy(aws) as proxy:
        storage.environment["AWS_ENDPOINT_URL"] = proxy.url
        yield proxy


@pytest.fixture
def s3(aws: str) -> S3Client:
    """Return somebody else's S3 client."""
    return boto3.client("s3")


@pytest.fixture
def iam(aws: str) -> IAMClient:
    """Return somebody else's IAM client."""
    return boto3.client("iam")


@pytest.fixture
def theirs(s3: S3Client) -> str:
    """Create a bucket as somebody else has it: versioned, with a policy and an object; return its name."""
    name = "somebodys-bucket"
    deny = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": f"arn:aws:s3:::{name}"}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.put_object(Bucket=name, Key="theirs", Body=b"0123456789")
    return name


def declare(stack: Stack, call: bool = False, **args: Any) -> None:
    """Write a program that declares the storage `recordings`, and with `call` a conversation that is recorded to it."""
    given = {"persona_id": PERSONA, "replica_id": REPLICA, "enable_recording": True}
    recorded = f"tavus.Conversation('call', recording_storage=storage.destination, **{given!r})\n" if call else ""
    stack.program(f"storage = tavus.RecordingStorage('recordings', **{args!r})\n{recorded}")


def steps(stack: Stack, *args: str) -> dict[str, dict[str, Any]]:
    """Return the steps of a preview that change something, by the kind of resource."""
    found = json.loads(stack.pulumi("preview", "--json", *args))["steps"]
    return {_kind(step["urn"]): step for step in found if step["op"] not in ("same", "refresh", "read")}


def managed_resources(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the resources in the state by their kind, such as RecordingBucket."""
    resources = json.loads(stack.export())["deployment"].get("resources", [])
    return {_kind(each["urn"]): each for each in resources if each.get("custom") and not each["type"].startswith("pulumi:")}


def existing_names(s3: S3Client, iam: IAMClient) -> tuple[list[str], list[str]]:
    """Return the buckets and the roles that exist."""
    return (
        [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]],
        [role["Arn"] for role in iam.list_roles()["Roles"]],
    )


def _kind(urn: str) -> str:
    return urn.split("::")[2].rpartition(":")[2]


@pytest.mark.moto("the local Tavus records to moto")
def test_a_storage_changes_in_place_while_a_call_goes_on(
    recording_sandbox: Sandbox, storage: Stack, s3: S3Client, iam: IAMClient
) -> None:
    """A second up finds nothing to do; other tags and retention are updates, and leave the conversation alone."""
    declare(storage, call=True)
    storage.up()
    bucket, role = managed_resources(storage)[BUCKET]["id"], managed_resources(storage)[ROLE]["id"]
    assert existing_names(s3, iam) == ([bucket], [role])
    storage.up("--expect-no-changes")

    declare(storage, call=True, retention_days=30, tags={"team": "video"})
    assert {kind: step["op"] for kind, step in steps(storage).items()} == {BUCKET: "update", ROLE: "update"}
    storage.up()
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert {"Days": 30} in [rule.get("Expiration") for rule in rules]
    assert iam.list_role_tags(RoleName=role.rpartition("/")[2])["Tags"] == [{"Key": "team", "Value": "video"}]
    assert recording_sandbox.control.books()["active"] == 1
    assert [call["method"] for call in recording_sandbox.control.calls()] == ["POST"]
    storage.refresh()
    storage.up("--expect-no-changes")

    storage.destroy()
    assert existing_names(s3, iam) == ([], [])


def test_what_was_changed_by_hand_is_shown_and_put_back(storage: Stack, proxy: AwsProxy, s3: S3Client, iam: IAMClient) -> None:
    """Two settings of the bucket and one of the role show under their own property; up writes these and nothing else."""
    declare(storage, tags={"team": "video"})
    storage.pulumi("config", "set", "--path", "aws:defaultTags.tags.owner", "media")
    storage.up()
    made = managed_resources(storage)
    assert made[BUCKET]["outputs"]["tags"] == made[ROLE]["outputs"]["tags"] == {"team": "video", "owner": "media"}
    bucket, role = made[BUCKET]["id"], made[ROLE]["outputs"]["role_name"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_public_access_block(Bucket=bucket)
    iam.update_role(RoleName=role, Description=made[ROLE]["outputs"]["description"], MaxSessionDuration=3600)

    shown = steps(storage, "--refresh")
    assert {kind: step["op"] for kind, step in shown.items()} == {BUCKET: "update", ROLE: "update"}
    assert drifted_outputs(shown[BUCKET], made[BUCKET]) == {"versioning", "public_access_block"}
    assert drifted_outputs(shown[ROLE], made[ROLE]) == {"max_session_duration"}
    printed = storage.preview("--refresh")
    assert all(name in printed for name in ("versioning", "public_access_block", "max_session_duration"))

    storage.refresh()
    proxy.forget()
    storage.up()
    assert sorted(proxy.writes()) == ["PUT publicAccessBlock", "PUT versioning", "UpdateRole"]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert iam.get_role(RoleName=role)["Role"]["MaxSessionDuration"] == 43200
    after = managed_resources(storage)
    assert {kind: each["id"] for kind, each in after.items()} == {kind: each["id"] for kind, each in made.items()}
    storage.up("--refresh", "--expect-no-changes")


def drifted_outputs(step: dict[str, Any], before: dict[str, Any]) -> set[str]:
    """Return the outputs whose refreshed value, which a step starts from, differs from the state's."""
    seen, known = step["oldState"]["outputs"], before["outputs"]
    return {name for name in seen.keys() | known.keys() if seen.get(name) != known.get(name)}


def test_what_was_deleted_by_hand_is_created_again(storage: Stack, s3: S3Client, iam: IAMClient) -> None:
    """A refresh reports bucket and role as gone, and the next up creates them."""
    declare(storage, bucket_name="recordings-of-shop", role_name="recorder")
    storage.up()
    s3.delete_bucket(Bucket="recordings-of-shop")
    iam.delete_role_policy(RoleName="recorder", PolicyName="recordings")
    iam.delete_role(RoleName="recorder")

    assert {kind: step["op"] for kind, step in steps(storage, "--refresh").items()} == {BUCKET: "create", ROLE: "create"}
    storage.up("--refresh")
    assert existing_names(s3, iam) == (["recordings-of-shop"], ["arn:aws:iam::123456789012:role/recorder"])
    storage.up("--refresh", "--expect-no-changes")


def test_recordings_survive_a_destroy_unless_told_otherwise(storage: Stack, s3: S3Client, iam: IAMClient) -> None:
    """The refusal counts the recordings and names the remedy, which works as it is printed."""
    declare(storage)
    storage.up()
    bucket = managed_resources(storage)[BUCKET]
    s3.put_object(Bucket=bucket["id"], Key="call/1", Body=b"0123456789")
    told = storage.destroy(fails=True)
    assert f"bucket '{bucket['id']}': it contains 1 object (10 bytes; versions and delete markers: 1)" in told
    assert "`pulumi up --target URN` and destroy again" in told
    assert f"URN is '{bucket['urn']}'" in told
    assert existing_names(s3, iam)[0] == [bucket["id"]]

    declare(storage, force_destroy=True)
    storage.up("--target", bucket["urn"])
    storage.destroy()
    assert existing_names(s3, iam) == ([], [])
    assert managed_resources(storage) == {}


@pytest.mark.moto("the local Tavus records to moto")
def test_another_name_is_another_bucket(recording_sandbox: Sandbox, storage: Stack, s3: S3Client, iam: IAMClient) -> None:
    """The new bucket is created before the old one is deleted; the role stays, and the call, which records there, is replaced."""
    declare(storage, call=True, bucket_name="recordings-of-spring")
    storage.up()
    role = managed_resources(storage)[ROLE]["id"]
    declare(storage, call=True, bucket_name="recordings-of-summer")
    storage.up()
    assert existing_names(s3, iam) == (["recordings-of-summer"], [role])
    policy = iam.get_role_policy(RoleName=role.rpartition("/")[2], PolicyName="recordings")["PolicyDocument"]
    assert "recordings-of-summer" in json.dumps(policy)
    assert recording_sandbox.control.books()["active"] == 1
    storage.up("--expect-no-changes")


@pytest.mark.parametrize(
    "case",
    [("PUT bucket", False, "pulumi"), ("PUT policy", True, "pulumi"), ("CreateRole", True, "plugin")],
)
def test_a_killed_creation_is_completed_by_the_next_up(
    storage: Stack, proxy: AwsProxy, s3: S3Client, iam: IAMClient, case: tuple[str, bool, str]
) -> None:
    """The next up takes over what was half-made under its name and completes it; destroy leaves nothing of it."""
    call, carried_out, victim = case
    declare(storage, tags={"team": "video"})
    hold = proxy.hold(call, carried_out)
    storage.kill_when(hold.held.wait, hold.released.set, victim)
    names = {intent.kind: intent.name for intent in Journal().intents()}

    storage.up()
    made = managed_resources(storage)
    assert existing_names(s3, iam) == ([made[BUCKET]["id"]], [made[ROLE]["id"]])
    assert names.get("bucket", made[BUCKET]["id"]) == made[BUCKET]["id"]
    assert names.get("role", made[ROLE]["outputs"]["role_name"]) == made[ROLE]["outputs"]["role_name"]
    storage.up("--refresh", "--expect-no-changes")
    assert list(Journal().intents()) == []
    storage.destroy()
    assert existing_names(s3, iam) == ([], [])


def test_a_killed_creation_that_is_not_wanted_any_more_is_named(storage: Stack, proxy: AwsProxy, s3: S3Client) -> None:
    """No state has the bucket, so the next run of the program names what to delete by hand."""
    declare(storage)
    hold = proxy.hold("PUT policy", carried_out=True)
    storage.kill_when(hold.held.wait, hold.released.set, "pulumi")
    (bucket,) = s3.list_buckets()["Buckets"]
    storage.program("")
    told = storage.up()
    assert f"bucket '{bucket['Name']}' was created for urn:pulumi:dev::shop::tavus:recording:RecordingStorage$" in told
    assert "delete it by hand" in told


@pytest.mark.moto("the local Tavus records to moto")
def test_a_bucket_of_somebody_s_is_used_as_it_is(
    recording_sandbox: Sandbox, storage: Stack, proxy: AwsProxy, s3: S3Client, iam: IAMClient, theirs: str
) -> None:
    """Nothing is written to it; changes by others are no difference, except in its versioning; destroy leaves it."""
    declare(storage, call=True, bucket_name=theirs, existing_bucket="use", tags={"team": "video"})
    storage.up()
    storage.up("--expect-no-changes")
    s3.delete_bucket_policy(Bucket=theirs)
    storage.up("--refresh", "--expect-no-changes")
    assert recording_sandbox.control.books()["active"] == 1

    before = managed_resources(storage)[BUCKET]
    s3.put_bucket_versioning(Bucket=theirs, VersioningConfiguration={"Status": "Suspended"})
    shown = steps(storage, "--refresh")
    assert {kind: step["op"] for kind, step in shown.items()} == {BUCKET: "update"}
    assert drifted_outputs(shown[BUCKET], before) == {"versioning"}
    told = storage.up("--refresh", fails=True)
    assert f"could not use bucket '{theirs}': its versioning is Suspended, and Tavus requires Enabled; enable it" in told
    s3.put_bucket_versioning(Bucket=theirs, VersioningConfiguration={"Status": "Enabled"})
    storage.up("--refresh")

    assert f"bucket '{theirs}' stays as it is" in storage.destroy()
    assert existing_names(s3, iam) == ([theirs], [])
    assert all(call in ("CreateRole", "PutRolePolicy", "DeleteRolePolicy", "DeleteRole") for call in proxy.writes())


def test_a_bucket_of_somebody_s_is_used_then_managed(
    storage: Stack, proxy: AwsProxy, s3: S3Client, iam: IAMClient, theirs: str
) -> None:
    """The preview lists what will be overwritten; from then on up repairs drift, and destroy still leaves the bucket."""
    declare(storage, bucket_name=theirs, existing_bucket="use")
    storage.up()
    declare(storage, bucket_name=theirs, existing_bucket="manage", retention_days=30)
    assert {kind: step["op"] for kind, step in steps(storage).items()} == {BUCKET: "update"}
    assert f"bucket '{theirs}' is adopted: policy changes, and was {{" in storage.preview()
    storage.up()
    storage.up("--refresh", "--expect-no-changes")
    assert all(s3.get_public_access_block(Bucket=theirs)["PublicAccessBlockConfiguration"].values())

    s3.delete_public_access_block(Bucket=theirs)
    proxy.forget()
    storage.up("--refresh")
    assert proxy.writes() == ["PUT publicAccessBlock"]
    storage.destroy()
    assert existing_names(s3, iam) == ([theirs], [])
    assert s3.get_object(Bucket=theirs, Key="theirs")["Body"].read() == b"0123456789"


def test_a_bucket_of_somebody_s_is_taken_over_at_once(
    storage: Stack, proxy: AwsProxy, s3: S3Client, iam: IAMClient, theirs: str
) -> None:
    """Its previous settings are printed; the next up finishes a killed adoption; force_destroy deletes it with its contents."""
    declare(storage, bucket_name=theirs)
    assert "existing_bucket='manage' to manage it" in storage.up(fails=True)

    declare(storage, bucket_name=theirs, existing_bucket="manage")
    hold = proxy.hold("PUT policy", carried_out=False)
    storage.kill_when(hold.held.wait, hold.released.set, "pulumi")
    assert f"bucket '{theirs}' is adopted: policy changes, and was {{" in storage.up()
    storage.up("--refresh", "--expect-no-changes")

    declare(storage, bucket_name=theirs, existing_bucket="manage", force_destroy=True)
    storage.up()
    storage.destroy()
    assert existing_names(s3, iam) == ([], [])


@pytest.mark.moto("the local Tavus records to moto")
def test_recordings_are_encrypted_with_a_key_of_one_s_own(
    recording_sandbox: Sandbox, storage: Stack, s3: S3Client, iam: IAMClient
) -> None:
    """The role is granted the key's use for the bucket; a second preview is clean; destroy leaves the key without a grant."""
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    declare(storage, call=True, kms_key_arn=key)
    storage.up()
    assert steps(storage, "--refresh") == {}
    made = managed_resources(storage)
    (grant,) = kms.list_grants(KeyId=key)["Grants"]
    assert grant["GranteePrincipal"] == made[ROLE]["id"]
    assert grant["Constraints"] == {"EncryptionContextSubset": {"aws:s3:arn": f"arn:aws:s3:::{made[BUCKET]['id']}"}}
    assert made[BUCKET]["outputs"]["encryption"]["KMSMasterKeyID"] == key

    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    shown = steps(storage, "--refresh")
    assert drifted_outputs(shown[ROLE], made[ROLE]) == {"key_grants"}
    storage.up("--refresh")
    assert len(kms.list_grants(KeyId=key)["Grants"]) == 1
    assert recording_sandbox.control.books()["active"] == 1
    storage.destroy()
    assert kms.list_grants(KeyId=key)["Grants"] == []
    assert existing_names(s3, iam) == ([], [])
