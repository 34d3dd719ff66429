"""The rooms, below /rooms: what conversation_url leads to, and what guests do there.

They need no key, as Daily's rooms need none; a private one asks for its meeting token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox import wire
from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.conversations import Conversation
from tavus_provider.sandbox.errors import room_error
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.schemas import STRING, only, validate
from tavus_provider.sandbox.wire import JSON

_GUEST = only(participant={"type": "string", "minLength": 1, "maxLength": 200}, token=STRING)


class RoomPaths:
    """The handlers of the rooms' paths, over one account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Return the paths, relative to /rooms."""
        return [
            path("/{id}", GET=self.room),
            path("/{id}/join", POST=self.join),
            path("/{id}/leave", POST=self.leave),
            path("/{id}/start_recording", POST=self.start_recording),
            path("/{id}/stop_recording", POST=self.stop_recording),
        ]

    def room(self, request: Request) -> Response:
        """Show who is in the room."""
        with self.account.present() as now:
            return JSON(wire.booked(self._conversation(request), now))

    def join(self, request: Request) -> Response:
        """Let a participant join, with the token if the room is private."""
        guest = _guest(request)
        with self.account.present() as now:
            self._conversation(request).join(now, guest.get("participant"), guest.get("token"))
        return self._changed(request)

    def leave(self, request: Request) -> Response:
        """Let a participant leave."""
        guest = _guest(request)
        with self.account.present() as now:
            self._conversation(request).leave(now, guest.get("participant"))
        return self._changed(request)

    def start_recording(self, request: Request) -> Response:
        """Start a recording as a participant."""
        with self.account.present() as now:
            self._conversation(request).start_recording(now)
        return self._changed(request)

    def stop_recording(self, request: Request) -> Response:
        """Stop the recording as a participant; it is saved at once."""
        with self.account.present() as now:
            self._conversation(request).stop_recording(now)
        return self._changed(request)

    def _conversation(self, request: Request) -> Conversation:
        conversation = self.account.conversations.get(request.path_params["id"])
        if conversation is None:
            raise room_error(f"there is no conversation {request.path_params['id']}", 404)
        return conversation

    def _changed(self, request: Request) -> Response:
        """Note the room's new deadline, let what is due now happen, and show the room."""
        with self.account.present():
            self.account.agenda.watch(self._conversation(request))
        return self.room(request)


def _guest(request: Request) -> Mapping[str, Any]:
    return validate(body_of(request), _GUEST)
