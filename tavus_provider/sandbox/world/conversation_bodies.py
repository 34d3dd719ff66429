"""Bodies in which Tavus, webhooks and the sandbox's books show a conversation.

Source: Tavus API reference, the response schemas of the operations on conversations.
"""

from __future__ import annotations

from typing import Any

from .conversation import Conversation, Event
from .recordings import Recording


def creation_body(conversation: Conversation) -> dict[str, Any]:
    """Return the answer to a create call: without replica, persona and updated_at; with room_url and a private room's token."""
    body = {
        "conversation_id": conversation.conversation_id,
        "conversation_name": conversation.name,
        "conversation_url": conversation.url,
        "status": _status(conversation),
        "callback_url": conversation.callback_url,
        "created_at": conversation.timestamp(conversation.created),
    }
    more = {"meeting_token": conversation.meeting_token, "room_url": conversation.room_url}
    return {**body, **{name: value for name, value in more.items() if value}}


def list_item(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as lists show it: with replica, persona and updated_at, without the token."""
    return {
        "conversation_id": conversation.conversation_id,
        "conversation_name": conversation.name,
        "conversation_url": conversation.url,
        "callback_url": conversation.callback_url,
        "status": _status(conversation),
        "replica_id": conversation.replica_id,
        "persona_id": conversation.persona_id,
        "created_at": conversation.timestamp(conversation.created),
        "updated_at": conversation.timestamp(conversation.updated_at),
    }


def get_body(conversation: Conversation, verbose: bool) -> dict[str, Any]:
    """Return the answer to GET: the same as in a list, with the events when verbose."""
    body = list_item(conversation)
    if verbose:
        body["events"] = [
            {"event_type": event.event_type, "timestamp": conversation.timestamp(event.at), "properties": event.properties}
            for event in conversation.events
        ]
    return body


def webhook_body(conversation: Conversation, event: Event) -> dict[str, Any]:
    """Return an event as it is sent to callback_url. Source: Tavus guide, Webhooks and Callbacks."""
    return {
        "properties": event.properties,
        "conversation_id": conversation.conversation_id,
        "webhook_url": conversation.callback_url,
        "event_type": event.event_type,
        "message_type": event.event_type.partition(".")[0],
        "timestamp": conversation.timestamp(event.at),
    }


def book_entry(conversation: Conversation, now: float) -> dict[str, Any]:
    """Return the conversation as the sandbox's books show it, deleted or not."""
    return {
        **list_item(conversation),
        "test_mode": conversation.settings.test_mode,
        "ended_at": None if conversation.ended is None else conversation.timestamp(conversation.ended),
        "shutdown_reason": conversation.shutdown_reason,
        "deleted": conversation.deleted,
        "seeded": conversation.seeded,
        "billed_seconds": conversation.billed_seconds(now),
        "participants": list(conversation.participants),
        "recording": conversation.running_recording is not None,
    }


def room_body(conversation: Conversation, now: float) -> dict[str, Any]:
    """Return the conversation as its room shows it to everybody who has the address."""
    body = book_entry(conversation, now)
    # A room at Daily knows nothing of this address, which may hold a token; a room asks for no key.
    del body["callback_url"]
    return body


def recording_entry(recording: Recording) -> dict[str, Any]:
    """Return a recording as the control paths show it."""
    return {
        "conversation_id": recording.conversation_id,
        "status": recording.status,
        "error": recording.error,
        **recording.event_properties(),
    }


def _status(conversation: Conversation) -> str:
    return "active" if conversation.is_active else "ended"
