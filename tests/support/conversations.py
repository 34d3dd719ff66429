"""Conversations that tests create in the sandbox."""

from __future__ import annotations

from typing import Any, Final

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
