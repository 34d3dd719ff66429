"""Conversations that tests create in the sandbox."""

from __future__ import annotations

from typing import Any, Final

import boto3

from tavus_provider.sandbox import Sandbox
from tests.support.http_client import HTTP

PERSONA: Final = "pcb7a34da5fe"
"""A persona that every sandbox has, whose default replica is REPLICA."""

REPLICA: Final = "r90bbd427f71"


def active_ids(sandbox: Sandbox) -> list[str]:
    """Return the ids of the active conversations, oldest first."""
    return [room["conversation_id"] for room in sandbox.control.conversations() if room["status"] == "active"]


def create_by_hand(sandbox: Sandbox, **body: Any) -> str:
    """Create a conversation without the provider; return its id."""
    inputs = {"persona_id": PERSONA, "replica_id": REPLICA, **body}
    answer = HTTP.post(f"{sandbox.url}/v2/conversations", json=inputs, headers={"x-api-key": sandbox.key})
    return str(answer.raise_for_status().json()["conversation_id"])


def record_call(sandbox: Sandbox, conversation_id: str, bucket: str) -> None:
    """Record half a minute of a conversation, and assert that one object lies in the bucket then."""
    sandbox.control.join(conversation_id)
    sandbox.control.start_recording(conversation_id)
    sandbox.control.advance(30)
    sandbox.control.stop_recording(conversation_id)
    assert [each["status"] for each in sandbox.control.recordings()] == ["written"]  # the answer waits until it is
    assert boto3.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 1
