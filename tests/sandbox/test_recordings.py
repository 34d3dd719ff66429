"""Recordings: what starts them, where they lie, what is told of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import Receiver, create_id, events
from tests.sandbox.storage import ACTIONS, BUCKET, Storage, flat, nested


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


@pytest.mark.parametrize("properties", [nested(), flat()], ids=["nested", "flat"])
def test_the_recording_lies_in_the_bucket_when_the_call_is_over(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client, properties: dict[str, Any]
) -> None:
    """The end of the conversation ends the recording, which is then written as a well-formed MP4."""
    conversation_id = create_id(recording_api, properties=properties)
    record(recording_sandbox, conversation_id)
    recording_sandbox.control.leave(conversation_id)
    recording = recording_sandbox.control.recordings()[0]
    assert (recording["status"], recording["duration"]) == ("written", 90)
    content = storage.objects()[recording["s3_key"]]
    assert content[4:8] == b"ftyp"
    assert f"sandbox recording of {conversation_id}, 90 s".encode() in content


def test_the_recording_is_told_of(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client, receiver: Receiver
) -> None:
    """application.recording_ready tells bucket, key, duration and address, by webhook and in the events."""
    conversation_id = create_id(recording_api, callback_url=receiver.url, properties=nested())
    record(recording_sandbox, conversation_id)
    recording_api.post(f"/v2/conversations/{conversation_id}/end")
    told = receiver.wait_for("application.recording_ready")["properties"]
    assert told == events(recording_api, conversation_id)["application.recording_ready"]
    assert set(told) == {"bucket_name", "s3_key", "duration", "storage_provider", "storage_uri"}
    assert (told["bucket_name"], told["duration"], told["storage_provider"]) == (BUCKET, 90, "s3")
    assert told["storage_uri"] == f"s3://{BUCKET}/{told['s3_key']}"
    assert list(storage.objects()) == [told["s3_key"]]


def test_a_recording_can_be_stopped_and_another_started(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """Each recording is an object of its own; the first is there while the call goes on."""
    control = recording_sandbox.control
    conversation_id = create_id(recording_api, properties=nested())
    record(recording_sandbox, conversation_id, 10)
    assert not control.stop_recording(conversation_id)["recording"]
    assert [one["status"] for one in control.recordings()] == ["written"]
    control.start_recording(conversation_id)
    assert [one["status"] for one in control.recordings()] == ["written", "recording"]
    control.advance(20)
    control.leave(conversation_id)
    assert [one["duration"] for one in control.recordings()] == [10, 20]
    assert len(storage.objects()) == 2


def test_a_recording_ends_with_the_call_however_that_ends(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """The maximum duration and a delete end and save a recording too."""
    by_time = create_id(recording_api, properties={**nested(), "max_call_duration": 60})
    by_delete = create_id(recording_api, properties=nested())
    record(recording_sandbox, by_delete, 0)
    record(recording_sandbox, by_time, 3000)
    recording_api.delete(f"/v2/conversations/{by_delete}")
    assert sorted(one["duration"] for one in recording_sandbox.control.recordings()) == [60, 3000]
    assert len(storage.objects()) == 2


def test_it_is_written_with_the_roles_own_permissions(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """The eight actions of Tavus's guide are enough where AWS refuses everything else."""
    conversation_id = create_id(recording_api, properties=nested())
    record(recording_sandbox, conversation_id)
    with storage.enforcing():
        recording_sandbox.control.leave(conversation_id)
        assert recording_sandbox.control.recordings()[0]["status"] == "written"


def test_a_policy_that_lacks_the_right_to_write_makes_the_recording_fail(
    storage: Storage,
    recording_sandbox: Sandbox,
    recording_api: httpx.Client,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without s3:PutObject nothing is written and nothing is told; the sandbox alone says why."""
    conversation_id = create_id(recording_api, callback_url=receiver.url, properties=nested())
    storage.permit([action for action in ACTIONS if action != "s3:PutObject"])
    record(recording_sandbox, conversation_id)
    with storage.enforcing(), caplog.at_level(logging.WARNING, "tavus_provider.sandbox"):
        recording_sandbox.control.leave(conversation_id)
        recording = recording_sandbox.control.recordings()[0]
    assert recording["status"] == "failed"
    assert "AccessDenied" in str(recording["error"])
    assert "was not written" in caplog.text
    assert storage.objects() == {}
    assert "application.recording_ready" not in events(recording_api, conversation_id)


def test_a_bucket_that_vanishes_makes_the_recording_fail(
    storage: Storage, recording_sandbox: Sandbox, recording_api: httpx.Client
) -> None:
    """A bucket deleted during the call is a failed recording, and the sandbox goes on."""
    conversation_id = create_id(recording_api, properties=nested())
    storage.s3.delete_bucket(Bucket=BUCKET)
    record(recording_sandbox, conversation_id)
    recording_sandbox.control.leave(conversation_id)
    assert "NoSuchBucket" in str(recording_sandbox.control.recordings()[0]["error"])


def test_recording_must_be_permitted(sandbox: Sandbox, api: httpx.Client) -> None:
    """Without enable_recording nobody can start one, with it somebody has to."""
    permitted, forbidden = (
        create_id(api, properties=nested()),
        create_id(api, properties={**nested(), "enable_recording": False}),
    )
    for conversation_id in (permitted, forbidden):
        sandbox.control.join(conversation_id)
    with pytest.raises(ControlError, match="created without enable_recording"):
        sandbox.control.start_recording(forbidden)
    assert not sandbox.control.room(permitted)["recording"]
    assert sandbox.control.start_recording(permitted)["recording"]
    with pytest.raises(ControlError, match="running already"):
        sandbox.control.start_recording(permitted)


def test_recording_needs_somebody_and_somewhere(sandbox: Sandbox, api: httpx.Client) -> None:
    """An empty room is not recorded, nor is one without a destination."""
    empty, homeless = create_id(api, properties=nested()), create_id(api, properties={"enable_recording": True})
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
        (nested()["recording_storage"], f"s3://{BUCKET}/"),
        (GCS, "gs://calls/"),
        (AZURE, "https://acme.blob.core.windows.net/calls/"),
    ],
    ids=["s3", "gcs", "azure_blob"],
)
def test_without_aws_a_recording_is_only_told_of(
    sandbox: Sandbox, api: httpx.Client, storage: dict[str, str], address: str
) -> None:
    """Without an AWS endpoint, and for other clouds, the event comes although nothing is written, and is marked so."""
    conversation_id = create_id(api, properties={"enable_recording": True, "recording_storage": storage})
    record(sandbox, conversation_id)
    sandbox.control.leave(conversation_id)
    recording = sandbox.control.recordings()[0]
    assert recording["status"] == "simulated"
    assert recording["storage_uri"] == f"{address}{recording['s3_key']}"
    told = events(api, conversation_id)["application.recording_ready"]
    assert (told["storage_provider"], told["storage_uri"]) == (storage["provider"], recording["storage_uri"])


def test_the_newer_storage_goes_before_the_older(sandbox: Sandbox, api: httpx.Client) -> None:
    """recording_storage wins where both are given."""
    conversation_id = create_id(api, properties={**flat(), "recording_storage": GCS})
    record(sandbox, conversation_id)
    assert sandbox.control.recordings()[0]["storage_provider"] == "gcs"
