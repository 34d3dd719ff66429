"""Destinations of recordings that a user set up: check reports each mistake once, on its member, without the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.schema.unknowns import UNKNOWN
from tests.support.conversations import PERSONA
from tests.support.lifecycles import find_mistakes

S3 = {
    "provider": "s3",
    "bucket_name": "conversation-recordings",
    "bucket_region": "eu-west-1",
    "assume_role_arn": "arn:aws:iam::123456789012:role/recordings",
}
GCS = {
    "provider": "gcs",
    "bucket_name": "conversation_recordings.example.com",
    "project_id": "my-project-42",
    "workload_identity_provider": "projects/123456/locations/global/workloadIdentityPools/tavus-pool/providers/tavus",
    "service_account_email": "recorder@my-project-42.iam.gserviceaccount.com",
}
AZURE = {
    "provider": "azure_blob",
    "storage_account": "acmerecordings",
    "container": "conversation-recordings",
    "tenant_id": "11111111-2222-3333-4444-555555555555",
    "client_id": "66666666-7777-8888-9999-AAAAAAAAAAAA",
}
ALL: tuple[Mapping[str, Any], ...] = (S3, GCS, AZURE)
MEMBERS = [(whole, name) for whole in ALL for name in whole if name != "provider"]


def check(destination: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the mistakes in a conversation with this destination."""
    inputs = {"persona_id": PERSONA, "enable_recording": True, "recording_storage": dict(destination)}
    return find_mistakes(ConversationLifecycle, **inputs)


def found(destination: Mapping[str, Any]) -> tuple[str, str]:
    """Return the only mistake: the member of recording_storage, and the reason."""
    ((name, reason),) = check(destination)
    return name.removeprefix("recording_storage."), reason


@pytest.mark.parametrize("whole", ALL, ids=lambda whole: whole["provider"])
def test_a_complete_destination_passes(whole: Mapping[str, Any]) -> None:
    """check accepts a complete destination, also with members that a preview does not know yet."""
    assert check(whole) == []
    assert check({**dict.fromkeys(whole, UNKNOWN), "provider": whole["provider"]}) == []


@pytest.mark.parametrize(("whole", "name"), MEMBERS)
def test_each_missing_member_is_reported(whole: Mapping[str, Any], name: str) -> None:
    """check reports a missing member, or None, as required, and says what the member is for."""
    for destination in ({**whole, name: None}, {key: value for key, value in whole.items() if key != name}):
        failed, reason = found(destination)
        assert failed == name
        assert reason.startswith("is required: ")


@pytest.mark.parametrize(("whole", "name"), MEMBERS)
def test_each_misspelled_member_is_reported_with_the_right_name(whole: Mapping[str, Any], name: str) -> None:
    """check names the member that was meant, and does not report it as missing, too."""
    misspelled = f"{name}s"
    failed, reason = found({misspelled if key == name else key: value for key, value in whole.items()})
    owner = f"recording_storage with provider {whole['provider']}"
    assert (failed, reason) == ("", f"{owner} has no input named {misspelled}: did you mean {name}?")


@pytest.mark.parametrize(
    ("whole", "name"), [(whole, name) for whole in ALL for other in ALL for name in other if name not in whole]
)
def test_a_member_of_another_provider_is_reported(whole: Mapping[str, Any], name: str) -> None:
    """check refuses a member that belongs to another kind of storage, instead of sending it."""
    failed, reason = found({**whole, name: "something"})
    assert failed == name
    assert reason.startswith(f"recording_storage with provider {whole['provider']} has no input named {name}")


@pytest.mark.parametrize(
    ("provider", "reason"),
    [
        (None, "must be one of s3, gcs, azure_blob"),
        ("azure", "must be one of s3, gcs, azure_blob, not 'azure'"),
        ("GCS", "must be one of s3, gcs, azure_blob, not 'GCS'"),
    ],
)
def test_a_provider_that_tavus_does_not_have_is_told_alone(provider: str | None, reason: str) -> None:
    """check reports an unknown provider alone, because the required members depend on it."""
    assert found({**GCS, "provider": provider}) == ("provider", reason)


@pytest.mark.parametrize(
    ("whole", "name", "value", "words"),
    [
        (GCS, "bucket_name", "gs://conversation-recordings", "without gs://"),
        (GCS, "bucket_name", "Recordings", "lowercase"),
        (GCS, "project_id", "123456", "not its number"),
        (GCS, "project_id", "x", "must be the project's id, as in my-project"),
        (
            GCS,
            "workload_identity_provider",
            f"//iam.googleapis.com/{GCS['workload_identity_provider']}",
            "without //iam.googleapis.com/",
        ),
        (GCS, "workload_identity_provider", "projects/1/locations/global/workloadIdentityPools/tavus-pool", "/providers/tavus"),
        (GCS, "service_account_email", "someone@example.com", "recorder@my-project.iam.gserviceaccount.com"),
        (AZURE, "storage_account", "acmerecordings.blob.core.windows.net", "name alone"),
        (AZURE, "storage_account", "acme-recordings", "lowercase letters and digits"),
        (AZURE, "container", "conversation--recordings", "single hyphens"),
        (AZURE, "container", "ab", "3 to 63"),
        (AZURE, "tenant_id", "contoso.onmicrosoft.com", "must be a UUID"),
        (AZURE, "client_id", "recorder", "must be a UUID"),
        (GCS, "bucket_name", 5, "must be a string, not 5"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_with_the_right_one(
    whole: Mapping[str, Any], name: str, value: object, words: str
) -> None:
    """check refuses URLs, numbers and other values that people copy from consoles, and says what Tavus takes."""
    failed, reason = found({**whole, name: value})
    assert failed == name
    assert words in reason
