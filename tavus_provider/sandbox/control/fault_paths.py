"""Control paths for faults and held calls, below /sandbox.

The handlers are coroutines, so that they run in the server's own thread, which alone uses the faults.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api.json_body import JsonResponse
from ..api.routing import make_route, read_json
from ..api.validation import STRING, closed_object, validate
from ..faults.armed_faults import ArmedFaults
from ..faults.fault_spec import parse_spec
from ..faults.pauses import Pause
from ..world.account import Account

_WAIT = closed_object(count={"type": "integer", "minimum": 1}, timeout={"type": "number", "minimum": 0, "maximum": 3600})
_RELEASE = closed_object(held_id=STRING, drop={"type": "boolean"})


class FaultPaths:
    """Handlers of these paths, over one account and its faults."""

    def __init__(self, account: Account, faults: ArmedFaults) -> None:
        self.account, self.faults = account, faults

    def routes(self) -> list[Route]:
        """Return the paths, relative to /sandbox."""
        return [
            make_route("/faults", GET=self.list_faults, POST=self.arm, DELETE=self.clear),
            make_route("/held", GET=self.list_held),
            make_route("/held/wait", POST=self.wait_for_held),
            make_route("/held/release", POST=self.release),
        ]

    async def list_faults(self, _request: Request) -> Response:
        """List the faults, also those that are used up, and how often each hit."""
        return JsonResponse([fault.to_json() for fault in self.faults.faults])

    async def arm(self, request: Request) -> Response:
        """Arm a fault."""
        spec = parse_spec(read_json(request))
        return JsonResponse(self.faults.arm(spec, self.account.ids()).to_json())

    async def clear(self, _request: Request) -> Response:
        """Disarm and forget all faults; waiting calls go on."""
        await self.faults.clear()
        return JsonResponse({})

    async def list_held(self, _request: Request) -> Response:
        """List the held calls."""
        return _answer_pauses(self.faults.pauses.held_calls())

    async def wait_for_held(self, request: Request) -> Response:
        """List the held calls once there are `count` (1), or answer 408 after `timeout` (30) seconds."""
        body = validate(read_json(request), _WAIT)
        return _answer_pauses(await self.faults.pauses.wait_for_held(body.get("count", 1), body.get("timeout", 30)))

    async def release(self, request: Request) -> Response:
        """Release all held calls or the named one, or with `drop` end them; answer when that is done."""
        body = validate(read_json(request), _RELEASE)
        return _answer_pauses(await self.faults.pauses.release(body.get("held_id"), body.get("drop", False)))


def _answer_pauses(pauses: Iterable[Pause]) -> Response:
    return JsonResponse([pause.to_json() for pause in pauses])
