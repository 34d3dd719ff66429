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

from tavus_provider.sandbox import personas, wire
from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.assumed import ASSUMED
from tavus_provider.sandbox.calls import CallLog
from tavus_provider.sandbox.clock import CENTURY, iso
from tavus_provider.sandbox.conversations import Conversation
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.faults import Faults
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.schemas import BOOLEAN, SEED_CONVERSATION, STRING, Schema, only, validate
from tavus_provider.sandbox.wire import JSON

_CLOCK = {**only(advance={"type": "number", "minimum": 0, "maximum": CENTURY}), "required": ["advance"]}
_FAILURE = {**only(kind=STRING, error=STRING, id=STRING), "required": ["kind", "error"]}
_LIMITS = only(
    concurrency={"type": ["integer", "null"], "minimum": 0},
    credits={"type": ["number", "null"], "minimum": 0},
    iam_delay={"type": "number", "minimum": 0},
)
_SECONDS = {"type": "number", "minimum": 0, "maximum": CENTURY}
_BEHAVIOUR = only(sets_as_lists=BOOLEAN, masked_secrets=BOOLEAN, whole_personas=BOOLEAN, training=_SECONDS, processing=_SECONDS)


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
            path("/behaviour", POST=self.set_behaviour),
            path("/failures", POST=self.fail),
            path("/seed", POST=self.seed),
            path("/calls", GET=self.calls),
            path("/books", GET=self.books),
            path("/objects", GET=self.objects),
            path("/webhooks", GET=self.webhooks),
            path("/recordings", GET=self.recordings),
        ]

    def overview(self, _request: Request) -> Response:
        """Tell the time, the limits, the behaviour, and what the sandbox assumes of Tavus."""
        with self.account.present() as now:
            settings = {"limits": asdict(self.account.limits), "behaviour": asdict(self.account.behaviour)}
            return JSON({"now": iso(now), **settings, "assumed": ASSUMED})

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

    def set_behaviour(self, request: Request) -> Response:
        """Change how this Tavus behaves; what is not named stays."""
        return JSON(self.account.set_behaviour(**validate(body_of(request), _BEHAVIOUR)))

    def fail(self, request: Request) -> Response:
        """Let an object that is at work fail, or the next one of its kind that will be."""
        given = validate(body_of(request), _FAILURE)
        with self.account.present():
            collection = self.account.collections.get(given["kind"])
            if collection is None:
                raise ApiError(404, f"there are no {given['kind']}")
            collection.fail(given["error"], given.get("id"))
        return JSON({})

    def seed(self, request: Request) -> Response:
        """Add conversations and objects of all kinds; what they lack is filled in."""
        given = validate(body_of(request), self._seed_schema())
        with self.account.present() as now:
            added = {
                name: [collection.seed(one, now).fields for one in given.get(name, [])]
                for name, collection in self.account.collections.items()
            }
        opened = [self._open(one, now) for one in given.get("conversations", [])]
        with self.account.present() as now:
            return JSON({**added, "conversations": [wire.booked(one, now) for one in opened]})

    def _seed_schema(self) -> Schema:
        kinds = {name: collection.seed_schema for name, collection in self.account.collections.items()}
        kinds["conversations"] = SEED_CONVERSATION
        return only(**{name: {"type": "array", "items": schema} for name, schema in kinds.items()})

    def _open(self, seed: Mapping[str, Any], now: float) -> Conversation:
        return self.account.create({"persona_id": personas.COACH_ID, **seed}, created=now - seed.get("age", 0))

    def calls(self, _request: Request) -> Response:
        """List the calls that Tavus's paths received."""
        return JSON(self.log.listed())

    def books(self, _request: Request) -> Response:
        """Show every conversation that ever was, deleted or not, and what it cost."""
        return JSON(self.account.books())

    def objects(self, _request: Request) -> Response:
        """Show every object that ever was, but conversations, by kind, deleted or not."""
        return JSON(self.account.objects())

    def webhooks(self, _request: Request) -> Response:
        """List the webhooks sent, once none is under way."""
        self.account.settled_recordings()
        return JSON(self.account.webhooks.deliveries())

    def recordings(self, _request: Request) -> Response:
        """List the recordings, once none is being saved."""
        return JSON([wire.recorded(one) for one in self.account.settled_recordings()])
