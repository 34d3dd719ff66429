"""Control paths, below /sandbox: time, limits, behavior, seeds, and what has happened.

They need no key, since the sandbox answers on the loopback interface only, and no web pages but its own (api/origins.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.calls import CallLog
from ..api.error_answers import ErrorAnswer
from ..api.json_body import JsonResponse
from ..api.routing import make_route, read_json
from ..api.times import CENTURY, iso_timestamp
from ..api.validation import BOOLEAN, STRING, Schema, closed_object, validate
from ..assumptions import ASSUMPTIONS
from ..faults.armed_faults import ArmedFaults
from ..personas.personas import COACH_ID, PERSONA
from ..world.account import Account
from ..world.behavior import FlowName, MakerDrafts, SetPointers
from ..world.conversation import Conversation
from ..world.conversation_bodies import book_entry, recording_entry
from ..world.conversation_schema import CREATE_CONVERSATION

_CLOCK = {**closed_object(advance={"type": "number", "minimum": 0, "maximum": CENTURY}), "required": ["advance"]}
_FAILURE = {**closed_object(kind=STRING, error=STRING, id=STRING), "required": ["kind", "error"]}
_LIMITS = closed_object(
    concurrency={"type": ["integer", "null"], "minimum": 0},
    credits={"type": ["number", "null"], "minimum": 0},
    iam_delay={"type": "number", "minimum": 0},
)
_SECONDS = {"type": "number", "minimum": 0, "maximum": CENTURY}
_BEHAVIOR = closed_object(
    **dict.fromkeys(("sets_as_lists", "masked_secrets", "whole_personas", "keeps_unknown"), BOOLEAN),
    **dict.fromkeys(("training", "processing"), _SECONDS),
    maker_drafts={"enum": list(get_args(MakerDrafts))},
    flow_name={"enum": list(get_args(FlowName))},
    set_pointers={"enum": list(get_args(SetPointers))},
)

_EDIT: Schema = {**closed_object(persona_id=STRING, fields=PERSONA), "required": ["persona_id", "fields"]}

_SEED_CONVERSATION: Schema = {
    "type": "object",
    "properties": {**CREATE_CONVERSATION["properties"], "age": _SECONDS},
}


class ControlPaths:
    """Handlers of the control paths, over one account, its log of calls and its faults."""

    def __init__(self, account: Account, log: CallLog, faults: ArmedFaults) -> None:
        self.account, self.log, self.faults = account, log, faults

    def routes(self) -> list[Route]:
        """Return the control paths, relative to /sandbox."""
        return [
            make_route("/", GET=self.overview),
            make_route("/reset", POST=self.reset),
            make_route("/clock", POST=self.advance),
            make_route("/limits", POST=self.set_limits),
            make_route("/behaviour", POST=self.set_behavior),
            make_route("/failures", POST=self.fail),
            make_route("/seed", POST=self.seed),
            make_route("/maker", POST=self.edit_in_maker),
            make_route("/calls", GET=self.calls),
            make_route("/books", GET=self.books),
            make_route("/objects", GET=self.objects),
            make_route("/webhooks", GET=self.webhooks),
            make_route("/recordings", GET=self.recordings),
        ]

    def overview(self, _request: Request) -> Response:
        """Show the time, the limits, the behavior, and the assumptions of the sandbox."""
        with self.account.lock_state() as now:
            settings = {"limits": asdict(self.account.limits), "behaviour": asdict(self.account.behavior)}
            return JsonResponse({"now": iso_timestamp(now), **settings, "assumed": ASSUMPTIONS})

    async def reset(self, _request: Request) -> Response:
        """Return to the state of a fresh sandbox."""
        # First of all: a held call that went on later would change the fresh state.
        await self.faults.reset()
        # In a thread, since it waits for recordings and webhooks.
        await asyncio.to_thread(self.account.reset)
        self.log.calls.clear()
        return JsonResponse({})

    def advance(self, request: Request) -> Response:
        """Advance the clock by seconds."""
        body = validate(read_json(request), _CLOCK)
        return JsonResponse({"now": iso_timestamp(self.account.scheduler.advance(body["advance"]))})

    def set_limits(self, request: Request) -> Response:
        """Change the limits that the body names."""
        return JsonResponse(self.account.set_limits(**validate(read_json(request), _LIMITS)))

    def set_behavior(self, request: Request) -> Response:
        """Change the parts of the behavior that the body names."""
        return JsonResponse(self.account.set_behavior(**validate(read_json(request), _BEHAVIOR)))

    def fail(self, request: Request) -> Response:
        """Let the processing of an object fail, or of the next one of its kind."""
        body = validate(read_json(request), _FAILURE)
        with self.account.lock_state():
            collection = self.account.collections.get(body["kind"])
            if collection is None:
                raise ErrorAnswer(404, f"there are no {body['kind']}")
            collection.fail(body["error"], body.get("id"))
        return JsonResponse({})

    def seed(self, request: Request) -> Response:
        """Add conversations and objects of all kinds, with defaults."""
        body = validate(read_json(request), self._seed_schema())
        with self.account.lock_state() as now:
            added = {
                name: [collection.seed(one, now).fields for one in body.get(name, [])]
                for name, collection in self.account.collections.items()
            }
        # Outside of the lock, since creating a conversation may ask AWS.
        created = [self._create_conversation(one, now) for one in body.get("conversations", [])]
        with self.account.lock_state() as now:
            return JsonResponse({**added, "conversations": [book_entry(one, now) for one in created]})

    def edit_in_maker(self, request: Request) -> Response:
        """Change a persona as somebody does it in PAL Maker."""
        body = validate(read_json(request), _EDIT)
        with self.account.lock_state() as now:
            self.account.personas.edit_in_maker(body["persona_id"], body["fields"], now)
        return JsonResponse({})

    def _seed_schema(self) -> Schema:
        kinds = {name: collection.seed_schema for name, collection in self.account.collections.items()}
        kinds["conversations"] = _SEED_CONVERSATION
        return closed_object(**{name: {"type": "array", "items": schema} for name, schema in kinds.items()})

    def _create_conversation(self, seed: Mapping[str, Any], now: float) -> Conversation:
        conversation = self.account.create_conversation({"persona_id": COACH_ID, **seed}, created=now - seed.get("age", 0))
        conversation.seeded = True
        return conversation

    def calls(self, _request: Request) -> Response:
        """List the calls that Tavus's paths received."""
        return JsonResponse(self.log.to_json())

    def books(self, _request: Request) -> Response:
        """Show every conversation that ever was, deleted or not, and its billed seconds."""
        return JsonResponse(self.account.books())

    def objects(self, _request: Request) -> Response:
        """Show every object that ever was except conversations, by kind, deleted or not."""
        return JsonResponse(self.account.objects())

    def webhooks(self, _request: Request) -> Response:
        """List the webhooks, once all are delivered or dropped."""
        # A recording that is still written announces itself by a webhook.
        self.account.wait_for_recordings()
        return JsonResponse(self.account.webhooks.deliveries())

    def recordings(self, _request: Request) -> Response:
        """List the recordings, once all that have stopped are saved."""
        return JsonResponse([recording_entry(one) for one in self.account.wait_for_recordings()])
