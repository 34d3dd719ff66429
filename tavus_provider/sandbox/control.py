"""The control paths, below /sandbox: what tests want to set and to know.

They need no key, since the sandbox answers on the loopback interface only.
"""

from __future__ import annotations

import asyncio
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
from tavus_provider.sandbox.faults import Faults
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.schemas import SEED_CONVERSATION, only, validate
from tavus_provider.sandbox.wire import JSON

_CLOCK = {**only(advance={"type": "number", "minimum": 0, "maximum": CENTURY}), "required": ["advance"]}
_LIMITS = only(
    concurrency={"type": ["integer", "null"], "minimum": 0},
    credits={"type": ["number", "null"], "minimum": 0},
    iam_delay={"type": "number", "minimum": 0},
)
_SEED = only(
    personas={"type": "array", "items": personas.SEED_SCHEMA},
    replicas={"type": "array", "items": replicas.SEED_SCHEMA},
    conversations={"type": "array", "items": SEED_CONVERSATION},
)


class ControlPaths:
    """The handlers of the control paths, over one account, its log of calls and its faults."""

    def __init__(self, account: Account, log: CallLog, faults: Faults) -> None:
        self.account, self.log, self.faults = account, log, faults

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
        ]

    def overview(self, _request: Request) -> Response:
        """Tell the time, the limits, and what the sandbox assumes of Tavus."""
        with self.account.present() as now:
            return JSON({"now": iso(now), "limits": asdict(self.account.limits), "assumed": ASSUMED})

    async def reset(self, _request: Request) -> Response:
        """Return to the state of a fresh sandbox."""
        await self.faults.reset()
        await asyncio.to_thread(self.account.reset)
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
        """Add personas, replicas and conversations; what they lack is filled in."""
        given = validate(body_of(request), _SEED)
        with self.account.present() as now:
            added = {
                "personas": [self.account.add_persona(one, now) for one in given.get("personas", [])],
                "replicas": [self.account.add_replica(one, now) for one in given.get("replicas", [])],
            }
        opened = [self._open(one) for one in given.get("conversations", [])]
        with self.account.present() as now:
            return JSON({**added, "conversations": [wire.booked(one, now) for one in opened]})

    def _open(self, seed: Mapping[str, Any]) -> Conversation:
        return self.account.create({"persona_id": personas.COACH_ID, **seed}, age=seed.get("age", 0))

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
