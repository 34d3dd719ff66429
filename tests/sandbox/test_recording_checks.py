"""What Tavus asks of role and bucket when a conversation is created."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create, post
from tests.sandbox.storage import BUCKET, ROLE_ARN, Storage, flat, nested, trust
from tests.support.conversations import PERSONA

REFUSED = "unable to assume role with given parameters"


@pytest.fixture
def storage(aws: str) -> Iterator[Storage]:
    """Return an empty local AWS."""
    storage = Storage(aws)
    yield storage
    storage.close()


def error(api: httpx.Client, properties: dict[str, Any]) -> str:
    """Try to create a recorded conversation and return the text of the refusal."""
    response = post(api, {"persona_id": PERSONA, "properties": properties})
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


@pytest.mark.parametrize("properties", [nested(), nested(external_id="tavus"), flat()], ids=["nested", "with id", "flat"])
def test_a_storage_as_the_guide_has_it_is_accepted(
    storage: Storage, recording_api: httpx.Client, properties: dict[str, Any]
) -> None:
    """Role and bucket made by the book are accepted, in the newer and in the older spelling."""
    storage.make_bucket()
    storage.make_role()
    assert create(recording_api, properties=properties)["status"] == "active"


def test_an_external_id_of_ones_own_is_used(storage: Storage, recording_api: httpx.Client) -> None:
    """The ExternalId of the call is the given one, and `tavus` otherwise."""
    storage.make_bucket()
    storage.make_role(trust(external_id="mine"))
    create(recording_api, properties=nested(external_id="mine"))
    assert REFUSED in error(recording_api, nested())


def test_a_missing_role_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """A role that does not exist cannot be assumed; no conversation comes of it."""
    storage.make_bucket()
    assert REFUSED in error(recording_api, nested())
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
    """The ARN has to be the role's own."""
    storage.make_bucket()
    storage.make_role()
    assert REFUSED in error(recording_api, nested(assume_role_arn=arn))


@pytest.mark.parametrize(
    "document",
    [trust(external_id=None), trust(external_id="other"), trust(principal="arn:aws:iam::123456789012:root")],
    ids=["no external id", "other external id", "other account"],
)
def test_a_role_that_does_not_trust_tavus_is_refused(
    storage: Storage, recording_api: httpx.Client, document: dict[str, Any]
) -> None:
    """The trust policy is judged although the local AWS would let anybody in."""
    storage.make_bucket()
    storage.make_role(document)
    assert "trust policy does not let account 291871421005" in error(recording_api, nested())


@pytest.mark.parametrize("seconds", [3600, 43199])
def test_a_short_session_is_refused(storage: Storage, recording_api: httpx.Client, seconds: int) -> None:
    """MaxSessionDuration has to be 43200 s; AWS's default of one hour fails."""
    storage.make_bucket()
    storage.make_role(seconds=seconds)
    refusal = error(recording_api, nested())
    assert REFUSED in refusal
    assert f"MaxSessionDuration is {seconds} s" in refusal


def test_a_role_can_take_its_time(storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client) -> None:
    """With iam_delay a young role is refused as an unknown one, as it happens on AWS."""
    storage.make_bucket()
    storage.make_role()
    recording_sandbox.control.set_limits(iam_delay=3600)
    assert f"{REFUSED} (local check: there is no role {ROLE_ARN})" == error(recording_api, nested())
    recording_sandbox.control.set_limits(iam_delay=0)
    create(recording_api, properties=nested())


def test_a_missing_bucket_is_refused_by_name(storage: Storage, recording_api: httpx.Client) -> None:
    """The refusal names the bucket."""
    storage.make_role()
    assert f"unable to use recording bucket '{BUCKET}'" in error(recording_api, nested())


def test_a_bucket_elsewhere_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """The region has to be the bucket's."""
    storage.make_bucket()
    storage.make_role()
    assert "it lies in eu-west-1, not in us-east-1" in error(recording_api, nested(bucket_region="us-east-1"))


def test_a_bucket_without_versioning_is_refused(storage: Storage, recording_api: httpx.Client) -> None:
    """Tavus's guide requires versioning."""
    storage.make_bucket(versioning=None)
    storage.make_role()
    assert "its versioning is not enabled" in error(recording_api, nested())


@pytest.mark.parametrize("changes", [{"bucket_region": "nowhere at all"}, {"bucket_name": "No_Bucket/../x"}, {"bucket_name": ""}])
def test_hostile_names_are_refused(storage: Storage, recording_api: httpx.Client, changes: dict[str, str]) -> None:
    """Names that AWS's own client refuses are a 400 as well."""
    storage.make_bucket()
    storage.make_role()
    assert error(recording_api, nested(**changes))


def test_an_aws_that_cannot_be_reached_is_a_general_failure(clean_environment: None) -> None:
    """A wrong AWS endpoint is not taken for a wrong role."""
    with Sandbox(aws_endpoint="http://127.0.0.1:9") as sandbox:
        with httpx.Client(base_url=sandbox.url, headers={"x-api-key": sandbox.key}) as api:
            refusal = error(api, nested())
    assert refusal.startswith("There was an error creating the conversation")
    assert "AWS cannot be reached" in refusal


def test_other_clouds_are_not_checked(recording_api: httpx.Client) -> None:
    """gcs and azure_blob are accepted as they are."""
    gcs = {
        "provider": "gcs",
        "bucket_name": "b",
        "project_id": "p",
        "workload_identity_provider": "w",
        "service_account_email": "s@p",
    }
    create(recording_api, properties={"recording_storage": gcs})
