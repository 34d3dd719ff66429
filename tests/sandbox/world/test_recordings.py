"""Recordings: their start and end, their objects in the bucket, and their events."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import Receiver, create_id, events
from tests.sandbox.storage import ACTIONS, BUCKET, Storage, flat_storage_properties, storage_properties


@pytest.fixture
def storage(aws: str) -> Iterator[Storage]:
    """Return a local AWS with bucket and role."""
    storage = Storage(aws)
    storage.make_bucket()
    storage.make_role()
    yield storage
    storage.close()


def record(sandbox: Sandbox, conversation_id: str, seconds: float = 90) -> None:
    """Let a participant join and record for a while."""
    sandbox.control.join(conversation_id)
    sandbox.control.start_recording(conversation_id)
    sandbox.control.advance(seconds)


@pytest.mark.parametrize("properties", [storage_properties(), flat_storage_properties()], ids=["nested", "flat"])
def test_the_recording_is_in_the_bucket_after_the_conversation(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client, properties: dict[str, Any]
) -> None:
    """The end of a conversation ends its recording, which is written as a well-formed MP4."""
    conversation_id = create_id(recording_api, properties=properties)
    record(recording_sandbox, conversation_id)
    recording_sandbox.control.leave(conversation_id)
    recording = recording_sandbox.control.recordings()[0]
    assert (recording["status"], recording["duration"]) == ("written", 90)
    content = storage.objects()[recording["s3_key"]]
    assert content[4:8] == b"ftyp"
    assert f"sandbox recording of {conversation_id}, 90 s".encode() in content


def test_the_recording_is_announced(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client, receiver: Receiver
) -> None:
    """application.recording_ready has bucket, key, duration and address, in the webhook and in the events."""
    conversation_id = create_id(recording_api, callback_url=receiver.url, properties=storage_properties())
    record(recording_sandbox, conversation_id)
    recording_api.post(f"/v2/conversations/{conversation_id}/end")
    event = receiver.wait_for("application.recording_ready")["properties"]
    assert event == events(recording_api, conversation_id)["application.recording_ready"]
    assert set(event) == {"bucket_name", "s3_key", "duration", "storage_provider", "storage_uri"}
    assert (event["bucket_name"], event["duration"], event["storage_provider"]) == (BUCKET, 90, "s3")
    assert event["storage_uri"] == f"s3://{BUCKET}/{event['s3_key']}"
    assert list(storage.objects()) == [event["s3_key"]]


def test_a_recording_can_be_stopped_and_another_started(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """Each recording is an object of its own, and the first is written while the conversation goes on."""
    control = recording_sandbox.control
    conversation_id = create_id(recording_api, properties=storage_properties())
    record(recording_sandbox, conversation_id, 10)
    assert not control.stop_recording(conversation_id)["recording"]
    assert [one["status"] for one in control.recordings()] == ["written"]
    control.start_recording(conversation_id)
    assert [one["status"] for one in control.recordings()] == ["written", "recording"]
    control.advance(20)
    control.leave(conversation_id)
    assert [one["duration"] for one in control.recordings()] == [10, 20]
    assert len(storage.objects()) == 2


def test_a_recording_ends_with_the_conversation(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """A maximum duration and a delete end and save a recording too."""
    by_time = create_id(recording_api, properties={**storage_properties(), "max_call_duration": 60})
    by_delete = create_id(recording_api, properties=storage_properties())
    record(recording_sandbox, by_delete, 0)
    record(recording_sandbox, by_time, 3000)
    recording_api.delete(f"/v2/conversations/{by_delete}")
    assert sorted(one["duration"] for one in recording_sandbox.control.recordings()) == [60, 3000]
    assert len(storage.objects()) == 2


def test_a_recording_is_written_with_the_permissions_of_the_role(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """The eight actions of Tavus's guide are enough where AWS refuses everything else."""
    conversation_id = create_id(recording_api, properties=storage_properties())
    record(recording_sandbox, conversation_id)
    with storage.enforce_policies():
        recording_sandbox.control.leave(conversation_id)
        assert recording_sandbox.control.recordings()[0]["status"] == "written"


def test_a_role_without_the_right_to_write_makes_the_recording_fail(
    storage: Storage,
    recording_sandbox: Sandbox,
    recording_api: httpx.Client,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without s3:PutObject nothing is written and no event is sent; only the sandbox shows the reason."""
    conversation_id = create_id(recording_api, callback_url=receiver.url, properties=storage_properties())
    storage.permit([action for action in ACTIONS if action != "s3:PutObject"])
    record(recording_sandbox, conversation_id)
    with storage.enforce_policies(), caplog.at_level(logging.WARNING, "tavus_provider.sandbox"):
        recording_sandbox.control.leave(conversation_id)
        recording = recording_sandbox.control.recordings()[0]
    assert recording["status"] == "failed"
    assert "AccessDenied" in str(recording["error"])
    assert "was not written" in caplog.text
    assert storage.objects() == {}
    assert "application.recording_ready" not in events(recording_api, conversation_id)


def test_a_deleted_bucket_makes_the_recording_fail(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """A recording fails if its bucket was deleted during the conversation, and the sandbox goes on."""
    conversation_id = create_id(recording_api, properties=storage_properties())
    storage.s3.delete_bucket(Bucket=BUCKET)
    record(recording_sandbox, conversation_id)
    recording_sandbox.control.leave(conversation_id)
    assert "NoSuchBucket" in str(recording_sandbox.control.recordings()[0]["error"])


def test_recording_must_be_permitted(sandbox: Sandbox, api: httpx.Client) -> None:
    """A participant can start a recording only with enable_recording, which does not start one by itself."""
    permitted, forbidden = (
        create_id(api, properties=storage_properties()),
        create_id(api, properties={**storage_properties(), "enable_recording": False}),
    )
    for conversation_id in (permitted, forbidden):
        sandbox.control.join(conversation_id)
    with pytest.raises(ControlError, match="created without enable_recording"):
        sandbox.control.start_recording(forbidden)
    assert not sandbox.control.room(permitted)["recording"]
    assert sandbox.control.start_recording(permitted)["recording"]
    with pytest.raises(ControlError, match="running already"):
        sandbox.control.start_recording(permitted)


def test_recording_needs_a_participant_and_a_destination(sandbox: Sandbox, api: httpx.Client) -> None:
    """An empty room cannot be recorded, nor a room without a destination."""
    empty, homeless = create_id(api, properties=storage_properties()), create_id(api, properties={"enable_recording": True})
    with pytest.raises(ControlError, match="nobody is in the room"):
        sandbox.control.start_recording(empty)
    with pytest.raises(ControlError, match="no recording is running"):
        sandbox.control.stop_recording(empty)
    sandbox.control.join(homeless)
    with pytest.raises(ControlError, match="created without recording_storage"):
        sandbox.control.start_recording(homeless)


GCS = {
    "provider": "gcs",
    "bucket_name": "calls",
    "project_id": "p",
    "workload_identity_provider": "w",
    "service_account_email": "s@p",
}
AZURE = {"provider": "azure_blob", "storage_account": "acme", "container": "calls", "tenant_id": "t", "client_id": "i"}


@pytest.mark.parametrize(
    ("storage", "address"),
    [
        (storage_properties()["recording_storage"], f"s3://{BUCKET}/"),
        (GCS, "gs://calls/"),
        (AZURE, "https://acme.blob.core.windows.net/calls/"),
    ],
    ids=["s3", "gcs", "azure_blob"],
)
def test_without_aws_a_recording_is_announced_and_not_written(
    sandbox: Sandbox, api: httpx.Client, storage: dict[str, str], address: str
) -> None:
    """Without an AWS endpoint, and for other clouds, the recording is announced and has the status `simulated`."""
    conversation_id = create_id(api, properties={"enable_recording": True, "recording_storage": storage})
    record(sandbox, conversation_id)
    sandbox.control.leave(conversation_id)
    recording = sandbox.control.recordings()[0]
    assert recording["status"] == "simulated"
    assert recording["storage_uri"] == f"{address}{recording['s3_key']}"
    event = events(api, conversation_id)["application.recording_ready"]
    assert (event["storage_provider"], event["storage_uri"]) == (storage["provider"], recording["storage_uri"])


def test_recording_storage_overrides_the_older_fields(sandbox: Sandbox, api: httpx.Client) -> None:
    """recording_storage overrides the older fields where a call has both."""
    conversation_id = create_id(api, properties={**flat_storage_properties(), "recording_storage": GCS})
    record(sandbox, conversation_id)
    assert sandbox.control.recordings()[0]["storage_provider"] == "gcs"
