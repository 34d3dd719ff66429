"""The check of role and bucket when a conversation is created."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create, post
from tests.sandbox.storage import BUCKET, ROLE_ARN, Storage, flat_storage_properties, storage_properties, trust
from tests.support.conversations import PERSONA

REFUSED = "unable to assume role with given parameters"


@pytest.fixture
def storage(aws: str) -> Iterator[Storage]:
    """Return an empty local AWS."""
    storage = Storage(aws)
    yield storage
    storage.close()


def refusal_text(api: httpx.Client, properties: dict[str, Any]) -> str:
    """Try to create a recorded conversation and return the text of the refusal."""
    response = post(api, {"persona_id": PERSONA, "properties": properties})
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


@pytest.mark.parametrize(
    "properties",
    [storage_properties(), storage_properties(external_id="tavus"), flat_storage_properties()],
    ids=["nested", "with id", "flat"],
)
def test_storage_that_follows_the_guide_is_accepted(
    storage: Storage, recording_api: httpx.Client, properties: dict[str, Any]
) -> None:
    """A role and a bucket that follow Tavus's guide are accepted, with the newer and the older fields."""
    storage.make_bucket()
    storage.make_role()
    assert create(recording_api, properties=properties)["status"] == "active"


def test_the_external_id_of_the_call_is_used(storage: Storage, recording_api: httpx.Client) -> None:
    """Tavus assumes the role with the ExternalId of the call, or with `tavus`."""
    storage.make_bucket()
    storage.make_role(trust(external_id="mine"))
    create(recording_api, properties=storage_properties(external_id="mine"))
    assert REFUSED in refusal_text(recording_api, storage_properties())


def test_a_missing_role_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """A role that does not exist is refused, and no conversation is created."""
    storage.make_bucket()
    assert REFUSED in refusal_text(recording_api, storage_properties())
    assert recording_api.get("/v2/conversations").json()["total_count"] == 0


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "recorder",
        "arn:aws:iam::999999999999:role/recorder",
        "arn:aws:iam::123456789012:role/path/recorder",
        "a\x00/\ud83d",
        "arn:aws:iam::123456789012:role/rec\x00rder",
        "arn:aws:iam::123456789012:role/\x1b\x08\ufffe",
        "arn:aws:iam::123456789012:role/" + "x" * 100_000,
        "arn:aws:iam::123456789012:role/<&>'%00",
    ],
)
def test_a_wrong_role_arn_is_refused(storage: Storage, recording_api: httpx.Client, arn: str) -> None:
    """An ARN that is not the role's is refused."""
    storage.make_bucket()
    storage.make_role()
    assert REFUSED in refusal_text(recording_api, storage_properties(assume_role_arn=arn))


@pytest.mark.parametrize(
    "document",
    [trust(external_id=None), trust(external_id="other"), trust(principal="arn:aws:iam::123456789012:root")],
    ids=["no external id", "other external id", "other account"],
)
def test_a_role_that_does_not_trust_tavus_is_refused(
    storage: Storage, recording_api: httpx.Client, document: dict[str, Any]
) -> None:
    """The trust policy is checked, although the local AWS lets anybody assume a role."""
    storage.make_bucket()
    storage.make_role(document)
    assert "trust policy does not let account 291871421005" in refusal_text(recording_api, storage_properties())


@pytest.mark.parametrize("seconds", [3600, 43199])
def test_a_short_session_is_refused(storage: Storage, recording_api: httpx.Client, seconds: int) -> None:
    """A MaxSessionDuration other than 43200 s is refused, also AWS's default of an hour."""
    storage.make_bucket()
    storage.make_role(seconds=seconds)
    refusal = refusal_text(recording_api, storage_properties())
    assert REFUSED in refusal
    assert f"MaxSessionDuration is {seconds} s" in refusal


def test_a_young_role_is_refused_with_iam_delay(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """A role younger than iam_delay is refused like an unknown one, as it happens on AWS."""
    storage.make_bucket()
    storage.make_role()
    recording_sandbox.control.set_limits(iam_delay=3600)
    assert f"{REFUSED} (local check: there is no role {ROLE_ARN})" == refusal_text(recording_api, storage_properties())
    recording_sandbox.control.set_limits(iam_delay=0)
    create(recording_api, properties=storage_properties())


def test_a_missing_bucket_is_refused_by_name(storage: Storage, recording_api: httpx.Client) -> None:
    """The refusal of a missing bucket has its name."""
    storage.make_role()
    assert f"unable to use recording bucket '{BUCKET}'" in refusal_text(recording_api, storage_properties())


def test_a_bucket_in_another_region_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """A bucket in another region than the call names is refused."""
    storage.make_bucket()
    storage.make_role()
    assert "its region is eu-west-1, not us-east-1" in refusal_text(recording_api, storage_properties(bucket_region="us-east-1"))


def test_a_bucket_without_versioning_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """A bucket without versioning is refused, since Tavus's guide requires it."""
    storage.make_bucket(versioning=None)
    storage.make_role()
    assert "its versioning is not enabled" in refusal_text(recording_api, storage_properties())


@pytest.mark.parametrize("changes", [{"bucket_region": "nowhere at all"}, {"bucket_name": "No_Bucket/../x"}, {"bucket_name": ""}])
def test_hostile_names_are_refused(storage: Storage, recording_api: httpx.Client, changes: dict[str, str]) -> None:
    """Names that AWS's own client refuses are answered 400 too."""
    storage.make_bucket()
    storage.make_role()
    assert refusal_text(recording_api, storage_properties(**changes))


def test_an_aws_that_cannot_be_reached_is_a_general_failure(clean_environment: None) -> None:
    """An AWS that cannot be reached is not reported as a wrong role."""
    with Sandbox(aws_endpoint="http://127.0.0.1:9") as sandbox:
        with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as api:
            refusal = refusal_text(api, storage_properties())
    assert refusal.startswith("There was an error creating the conversation")
    assert "AWS cannot be reached" in refusal


def test_other_clouds_are_not_checked(recording_api: httpx.Client) -> None:
    """Storage on gcs and azure_blob is accepted without a check."""
    gcs = {
        "provider": "gcs",
        "bucket_name": "b",
        "project_id": "p",
        "workload_identity_provider": "w",
        "service_account_email": "s@p",
    }
    create(recording_api, properties={"recording_storage": gcs})
