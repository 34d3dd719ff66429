"""How things look on the wire: bodies read and written.

Source: Tavus API reference, the response schemas of the operations on conversations.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from tavus_provider.sandbox.conversations import Conversation, Event
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.recordings import Recording


class JSON(Response):
    """A JSON answer in ASCII, so that no character that a client sent can break it."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body's bytes."""
        return dumps(content)


def dumps(content: Any) -> bytes:
    """Return the content as ASCII JSON."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse(body: bytes, content_type: str) -> Any:
    """Return what a request's body says; {} for none, since the contract requires no body. Raises ApiError (400)."""
    if not body:
        return {}
    if content_type.partition(";")[0].strip().lower() != "application/json":  # assumed: content-type
        raise ApiError(400, "Content-Type must be application/json")
    try:
        return json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not valid JSON") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def flag(query: Mapping[str, str], name: str) -> bool:
    """Return a boolean query parameter, false when absent."""
    return query.get(name, "").lower() in ("true", "1")


def created(conversation: Conversation) -> dict[str, Any]:
    """Return the answer to a create call: without replica, persona and updated_at, with the token of a private room."""
    body = {
        "conversation_id": conversation.conversation_id,
        "conversation_name": conversation.name,
        "conversation_url": conversation.url,
        "status": _status(conversation),
        "callback_url": conversation.callback_url,
        "created_at": conversation.told(conversation.created),
    }
    token = conversation.meeting_token
    return {**body, "meeting_token": token} if token else body


def listed(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as it stands in a list: with replica, persona and updated_at, without the token."""
    return {
        "conversation_id": conversation.conversation_id,
        "conversation_name": conversation.name,
        "conversation_url": conversation.url,
        "callback_url": conversation.callback_url,
        "status": _status(conversation),
        "replica_id": conversation.replica_id,
        "persona_id": conversation.persona_id,
        "created_at": conversation.told(conversation.created),
        "updated_at": conversation.told(conversation.updated),
    }


def shown(conversation: Conversation, verbose: bool) -> dict[str, Any]:
    """Return the answer to GET: as in a list, with the events when verbose."""
    body = listed(conversation)
    if verbose:
        body["events"] = [
            {"event_type": event.event_type, "timestamp": conversation.told(event.at), "properties": event.properties}
            for event in conversation.events
        ]
    return body


def webhook(conversation: Conversation, event: Event) -> dict[str, Any]:
    """Return an event as it is sent to callback_url. Source: Tavus guide, Webhooks and Callbacks."""
    return {
        "properties": event.properties,
        "conversation_id": conversation.conversation_id,
        "webhook_url": conversation.callback_url,
        "event_type": event.event_type,
        "message_type": event.event_type.partition(".")[0],
        "timestamp": conversation.told(event.at),
    }


def booked(conversation: Conversation, now: float) -> dict[str, Any]:
    """Return the conversation as it stands in the sandbox's books, deleted or not."""
    return {
        **listed(conversation),
        "test_mode": conversation.settings.test_mode,
        "ended_at": None if conversation.ended is None else conversation.told(conversation.ended),
        "shutdown_reason": conversation.shutdown_reason,
        "deleted": conversation.deleted,
        "billed_seconds": conversation.billed(now),
        "participants": list(conversation.participants),
        "recording": conversation.recording is not None,
    }


def recorded(recording: Recording) -> dict[str, Any]:
    """Return a recording as the control paths show it."""
    ready = recording.ready()
    return {
        "conversation_id": recording.conversation_id,
        "status": recording.status,
        "error": recording.error,
        **ready,
    }


def _status(conversation: Conversation) -> str:
    return "active" if conversation.active else "ended"
