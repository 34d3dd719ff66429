"""Paths of the rooms, below /rooms, which conversation_url leads to and where participants act.

They need no key, as Daily's rooms need none; a private room asks for its meeting token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.error_answers import room_error
from ..api.json_body import JsonResponse
from ..api.routing import make_route, read_json
from ..api.validation import STRING, closed_object, validate
from .account import Account
from .conversation import Conversation
from .conversation_bodies import room_body

_PARTICIPANT = closed_object(participant={"type": "string", "minLength": 1, "maxLength": 200}, token=STRING)


class RoomPaths:
    """Handlers of the rooms' paths, over one account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Return the paths, relative to /rooms."""
        return [
            make_route("/{id}", GET=self.room),
            make_route("/{id}/join", POST=self.join),
            make_route("/{id}/leave", POST=self.leave),
            make_route("/{id}/start_recording", POST=self.start_recording),
            make_route("/{id}/stop_recording", POST=self.stop_recording),
        ]

    def room(self, request: Request) -> Response:
        """Show who is in the room."""
        with self.account.lock_state() as now:
            return JsonResponse(room_body(self._find_conversation(request), now))

    def join(self, request: Request) -> Response:
        """Let a participant join, with the token if the room is private."""
        participant = _parse_participant(request)
        with self.account.lock_state() as now:
            self._find_conversation(request).join(now, participant.get("participant"), participant.get("token"))
        return self._reschedule_and_show(request)

    def leave(self, request: Request) -> Response:
        """Let a participant leave."""
        participant = _parse_participant(request)
        with self.account.lock_state() as now:
            self._find_conversation(request).leave(now, participant.get("participant"))
        return self._reschedule_and_show(request)

    def start_recording(self, request: Request) -> Response:
        """Start a recording as a participant."""
        with self.account.lock_state() as now:
            self._find_conversation(request).start_recording(now)
        return self._reschedule_and_show(request)

    def stop_recording(self, request: Request) -> Response:
        """Stop the recording as a participant; it is saved at once."""
        with self.account.lock_state() as now:
            self._find_conversation(request).stop_recording(now)
        return self._reschedule_and_show(request)

    def _find_conversation(self, request: Request) -> Conversation:
        conversation = self.account.conversations.get(request.path_params["id"])
        if conversation is None:
            raise room_error(f"there is no conversation {request.path_params['id']}", 404)
        return conversation

    def _reschedule_and_show(self, request: Request) -> Response:
        """Schedule the room's new end, and show the room."""
        with self.account.lock_state():
            self.account.scheduler.schedule(self._find_conversation(request))
        return self.room(request)


def _parse_participant(request: Request) -> Mapping[str, Any]:
    return validate(read_json(request), _PARTICIPANT)
