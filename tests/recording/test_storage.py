"""The component: what it gives to its two resources and to a conversation, as the engine sees it."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

from tavus_provider.recording.storage import RecordingStorage, RecordingStorageArgs

ARN = "arn:aws:iam::123456789012:role/recordings-0123abc"


class Engine(Mocks):
    """Pulumi's own stand-in for the engine: it notes what is declared, and answers as the providers would."""

    def __init__(self) -> None:
        self.declared: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Record the inputs; return a bucket's name or a role's ARN as id."""
        self.declared[args.typ] = {name: value for name, value in args.inputs.items() if not name.startswith("__")}
        outputs = {**args.inputs, "region": "eu-west-1"}
        return ("recordings-0123abc" if args.typ.endswith("Bucket") else ARN), outputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Refuse every invoke."""
        return {}, None


@pytest.fixture
def engine() -> Engine:
    """Send declarations to the mock engine."""
    engine = Engine()
    pulumi.runtime.set_mocks(engine, preview=False)
    return engine


def declared(engine: Engine, kind: str) -> dict[str, Any]:
    """Return the inputs of a resource without those that are None."""
    found = engine.declared[f"pulumi-python:dynamic/tavus:{kind}"]
    return {name: value for name, value in found.items() if value is not None}


def declare(**args: Any) -> dict[str, Any]:
    """Declare a storage and return its destination."""
    known: dict[str, Any] = {}

    @pulumi.runtime.test  # type: ignore[untyped-decorator]  # as pulumi has it
    def program() -> pulumi.Output[None]:
        storage = RecordingStorage("recordings", **args)
        return pulumi.Output.from_input(storage.destination).apply(lambda destination: known.update(**destination))

    program()
    return known


def test_the_destination_is_what_a_conversation_takes(engine: Engine) -> None:
    """The destination has bucket, region, role and external id under the names of Tavus's API."""
    assert declare() == {
        "provider": "s3",
        "bucket_name": "recordings-0123abc",
        "bucket_region": "eu-west-1",
        "assume_role_arn": ARN,
        "external_id": "tavus",
    }


def test_the_role_is_for_the_bucket(engine: Engine) -> None:
    """The role gets the bucket's ID, which a preview of another change still knows."""
    declare()

    assert declared(engine, "RecordingRole") == {"bucket_name": "recordings-0123abc", "bucket_region": "eu-west-1"}
    assert declared(engine, "RecordingBucket") == {}


def test_each_input_reaches_the_resource_that_it_concerns(engine: Engine) -> None:
    """Each input reaches its resource; tags and key reach both."""
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    bucket = {
        "bucket_name": "b-name",
        "region": "eu-west-1",
        "existing_bucket": "manage",
        "retention_days": 30,
        "noncurrent_days": 1,
        "force_destroy": True,
    }
    role = {
        "role_name": "r",
        "external_id": "other",
        "trusted_account_id": "123456789012",
        "key_prefix": "a/",
        "description": "Ours.",
        "path": "/tavus/",
        "permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess",
        "kms_grant": False,
    }
    both = {"tags": {"team": "video"}, "kms_key_arn": key}
    given = {**bucket, "log_bucket": "logs-of-tests", **role, **both}

    destination = declare(**given)

    assert given.keys() == RecordingStorageArgs.__annotations__.keys()
    assert {**bucket, "log_bucket": "logs-of-tests", **both} == declared(engine, "RecordingBucket")
    assert {**role, **both} == {
        name: value for name, value in declared(engine, "RecordingRole").items() if not name.startswith("bucket_")
    }
    assert destination["external_id"] == "other"


def test_a_used_bucket_gets_no_tags(engine: Engine) -> None:
    """Tags reach the role only if the bucket is only used."""
    declare(bucket_name="b-name", existing_bucket="use", tags={"team": "video"})

    assert declared(engine, "RecordingBucket") == {"bucket_name": "b-name", "existing_bucket": "use"}
    assert declared(engine, "RecordingRole")["tags"] == {"team": "video"}


def test_a_misspelled_input_is_not_lost(engine: Engine) -> None:
    """The bucket gets a misspelled input, and its check names the nearest one."""
    declare(retention_day=30)

    assert declared(engine, "RecordingBucket") == {"retention_day": 30}


class AwsProvider(pulumi.ProviderResource):
    """A provider of pulumi-aws, as a program passes it."""

    def __init__(self) -> None:
        super().__init__("aws", "other-account", {})


@pytest.mark.parametrize(
    "give",
    [
        lambda aws: {"provider": aws},
        lambda aws: {"providers": [aws]},
        lambda aws: {"providers": {"aws": aws}},
    ],
    ids=["provider", "list", "map"],
)
def test_a_provider_of_another_package_is_named(engine: Engine, caplog: pytest.LogCaptureFixture, give: Any) -> None:
    """The error names it: Pulumi would drop it silently, and the bucket would be in an account that the program did not mean."""

    @pulumi.runtime.test  # type: ignore[untyped-decorator]  # as pulumi has it
    def program() -> pulumi.Output[str]:
        return RecordingStorage("recordings", pulumi.ResourceOptions(**give(AwsProvider()))).bucket.id

    program()
    warned = [each.getMessage() for each in caplog.records if "no effect" in each.getMessage()]
    assert warned == [
        "options that have no effect on a dynamic resource: provider of aws (tavus_provider.Account names the account and the "
        "AWS profile)"
    ]
