"""What the pages show, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..api.calls import CallLog
from ..faults.armed_faults import ArmedFaults
from ..world.account import Account
from ..world.conversation import Conversation
from ..world.conversation_bodies import book_entry, recording_entry
from ..world.recordings import Recording

_RECENT = 12
"""How many calls, webhooks and recordings the dashboard shows."""
FAULTS = {
    "The next creation takes effect, but its answer is lost": {"operation": "create", "status": 502, "when": "after"},
    "The next creation is refused: no free slot": {
        "operation": "create",
        "status": 400,
        "json": {"message": "User has reached maximum concurrent conversations"},
    },
    "The next end fails": {"operation": "end", "status": 500},
    "Every call takes two seconds longer": {"delay": 2, "times": None},
}
"""Faults that a click arms, as POST /sandbox/faults takes them."""


def show_room(account: Account, conversation_id: str) -> dict[str, Any] | None:
    """Return what the page of a room shows, or None if there is no such conversation."""
    with account.lock_state() as now:
        conversation = account.conversations.get(conversation_id)
        if conversation is None:
            return None
        settings = conversation.settings
        following = conversation.next_change()
        return {
            "room": _describe(conversation, now),
            "greeting": settings.greeting,
            "is_private": settings.require_auth,
            "can_record": settings.enable_recording and settings.destination is not None,
            "ends_in": None if following is None else following - now,
            "recordings": [_describe_recording(each, now) for each in conversation.recordings],
        }


def show_dashboard(account: Account, log: CallLog, faults: ArmedFaults) -> dict[str, Any]:
    """Return what the dashboard shows; newest first."""
    with account.lock_state() as now:
        conversations = [_describe(each, now) for each in account.conversations.values()]
        recordings = [_describe_recording(one, now) for each in account.conversations.values() for one in each.recordings]
    calls = list(log.calls)
    return {
        "now": now,
        "active": sum(each["is_active"] for each in conversations),
        "billed_seconds": sum(each["billed_seconds"] for each in conversations),
        "conversations": conversations[::-1],
        "calls_in_flight": [each for each in calls if each.status is None],
        "calls": _recent(calls),
        "webhooks": _recent(account.webhooks.sent()),
        "recordings": _recent(recordings),
        "faults": [each.to_json() for each in faults.faults],
        "presets": FAULTS,
    }


def _recent(items: Sequence[Any]) -> list[Any]:
    return list(items[: -_RECENT - 1 : -1])


def _describe(conversation: Conversation, now: float) -> dict[str, Any]:
    token = conversation.meeting_token
    return {
        **book_entry(conversation, now),
        "is_active": conversation.is_active,
        "seconds": now - conversation.created,
        # The dashboard opens a private room, as the stack's output meeting_token would.
        "path": f"/rooms/{conversation.conversation_id}" + (f"?t={token}" if token else ""),
    }


def _describe_recording(recording: Recording, now: float) -> dict[str, Any]:
    running = recording.stopped is None
    return {**recording_entry(recording), "seconds": now - recording.started if running else recording.duration}
