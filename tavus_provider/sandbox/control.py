"""The control paths, below /sandbox: what guests do in a room, and what tests want to set and to know.

They need no key, since the sandbox answers on the loopback interface only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox import personas, replicas, wire
from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.assumed import ASSUMED
from tavus_provider.sandbox.calls import CallLog
from tavus_provider.sandbox.clock import CENTURY, iso
from tavus_provider.sandbox.conversations import Conversation
from tavus_provider.sandbox.errors import room_error
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.schemas import Schema, validate
from tavus_provider.sandbox.wire import JSON


def _only(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_GUEST = _only(participant=_NAME, token={"type": "string"})
_CLOCK = {**_only(advance={"type": "number", "minimum": 0, "maximum": CENTURY}), "required": ["advance"]}
_LIMITS = _only(
    concurrency={"type": ["integer", "null"], "minimum": 0},
    credits={"type": ["number", "null"], "minimum": 0},
    iam_delay={"type": "number", "minimum": 0},
)
_SEED = _only(
    personas={"type": "array", "items": personas.SEED_SCHEMA},
    replicas={"type": "array", "items": replicas.SEED_SCHEMA},
)


class ControlPaths:
    """The handlers of the control paths, over one account and its log of calls."""

    def __init__(self, account: Account, log: CallLog) -> None:
        self.account, self.log = account, log

    def routes(self) -> list[Route]:
        """Return the control paths, relative to /sandbox."""
        return [
            path("/", GET=self.overview),
            path("/reset", POST=self.reset),
            path("/clock", POST=self.advance),
            path("/limits", POST=self.set_limits),
            path("/seed", POST=self.seed),
            path("/calls", GET=self.calls),
            path("/books", GET=self.books),
            path("/webhooks", GET=self.webhooks),
            path("/recordings", GET=self.recordings),
            path("/rooms/{id}", GET=self.room),
            path("/rooms/{id}/join", POST=self.join),
            path("/rooms/{id}/leave", POST=self.leave),
            path("/rooms/{id}/start_recording", POST=self.start_recording),
            path("/rooms/{id}/stop_recording", POST=self.stop_recording),
        ]

    def overview(self, _request: Request) -> Response:
        """Tell the time, the limits, and what the sandbox assumes of Tavus."""
        with self.account.present() as now:
            return JSON({"now": iso(now), "limits": asdict(self.account.limits), "assumed": ASSUMED})

    def reset(self, _request: Request) -> Response:
        """Return to the state of a fresh sandbox."""
        self.account.reset()
        self.log.calls.clear()
        return JSON({})

    def advance(self, request: Request) -> Response:
        """Put the clock forward by seconds."""
        given = validate(body_of(request), _CLOCK)
        return JSON({"now": iso(self.account.agenda.advance(given["advance"]))})

    def set_limits(self, request: Request) -> Response:
        """Change limits; those not named stay."""
        return JSON(self.account.set_limits(**validate(body_of(request), _LIMITS)))

    def seed(self, request: Request) -> Response:
        """Add personas and replicas; what they lack is filled in."""
        given = validate(body_of(request), _SEED)
        with self.account.present() as now:
            added = {
                "personas": [self.account.add_persona(one, now) for one in given.get("personas", [])],
                "replicas": [self.account.add_replica(one, now) for one in given.get("replicas", [])],
            }
        return JSON(added)

    def calls(self, _request: Request) -> Response:
        """List the calls that Tavus's paths received."""
        return JSON(self.log.listed())

    def books(self, _request: Request) -> Response:
        """Show every conversation that ever was, deleted or not, and what it cost."""
        return JSON(self.account.books())

    def webhooks(self, _request: Request) -> Response:
        """List the webhooks sent, once none is under way."""
        self.account.settled_recordings()
        return JSON(self.account.webhooks.deliveries())

    def recordings(self, _request: Request) -> Response:
        """List the recordings, once none is being saved."""
        return JSON([wire.recorded(one) for one in self.account.settled_recordings()])

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
