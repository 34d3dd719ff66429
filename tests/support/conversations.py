"""Conversations that tests create in the sandbox."""

from __future__ import annotations

from typing import Final

from tavus_provider.sandbox import Sandbox

PERSONA: Final = "pcb7a34da5fe"
"""A persona that every sandbox has, whose default replica is REPLICA."""

REPLICA: Final = "r90bbd427f71"


def active_ids(sandbox: Sandbox) -> list[str]:
    """Return the ids of the active conversations, oldest first."""
    return [room["conversation_id"] for room in sandbox.control.conversations() if room["status"] == "active"]
