"""What the pages show, as plain data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..api.calls import CallLog
from ..faults.armed_faults import ArmedFaults
from ..faults.fault_spec import FaultSpec, parse_spec
from ..world.account import Account
from ..world.conversation import Conversation
from ..world.conversation_bodies import book_entry, recording_entry
from ..world.recordings import Recording
from .words import NEXT_ENDS, REASONS, RECORDING_STATES, suggest_step

_RECENT = 12
"""How many requests, webhooks and recordings the dashboard shows."""
FAULTS = {
    "Create the next conversation, but lose the answer": {"operation": "create", "status": 502, "when": "after"},
    "Refuse the next conversation: too many are active": {
        "operation": "create",
        "status": 400,
        "json": {"message": "User has reached maximum concurrent conversations"},
    },
    "Fail to end the next conversation": {"operation": "end", "status": 500},
    "Answer every request two seconds later": {"delay": 2, "times": None},
}
"""Faults that a click arms, as POST /sandbox/faults takes them."""


def show_room(account: Account, conversation_id: str) -> dict[str, Any] | None:
    """Return what the page of a room shows, or None if there is no such conversation."""
    with account.lock_state() as now:
        conversation = account.conversations.get(conversation_id)
        if conversation is None:
            return None
        settings = conversation.settings
        ends, reason = conversation.next_end()
        return {
            "room": _describe(conversation, now),
            "next_step": suggest_step(conversation),
            "greeting": settings.greeting,
            "is_private": settings.require_auth,
            "can_record": conversation.can_record,
            "token_is_valid": now < conversation.token_expires,
            "ends_in": ends - now,
            "ends_because": NEXT_ENDS[reason],
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
        "faults": [{**each.to_json(), "title": _describe_fault(each.spec)} for each in faults.faults],
        "presets": FAULTS,
    }


def _describe_fault(armed: FaultSpec) -> str:
    """Return the words of the button that arms such a fault, or the fault as JSON where a program has armed it."""
    return next((text for text, spec in FAULTS.items() if parse_spec(spec) == armed), json.dumps(armed))


def _recent(items: Sequence[Any]) -> list[Any]:
    return list(items[: -_RECENT - 1 : -1])


def _describe(conversation: Conversation, now: float) -> dict[str, Any]:
    token = conversation.meeting_token
    return {
        **book_entry(conversation, now),
        "is_active": conversation.is_active,
        "why_ended": REASONS.get(conversation.shutdown_reason or "", ""),
        "seconds": now - conversation.created,
        # The dashboard opens a private room, as the stack's output meeting_token would.
        "path": f"/rooms/{conversation.conversation_id}" + (f"?t={token}" if token else ""),
    }


def _describe_recording(recording: Recording, now: float) -> dict[str, Any]:
    running = recording.stopped is None
    state = RECORDING_STATES[recording.status]
    return {**recording_entry(recording), "state": state, "seconds": now - recording.started if running else recording.duration}
