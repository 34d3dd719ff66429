"""The control paths for faults, below /sandbox: what tests arm, and which calls they hold.

They run in the server's own thread, as the faults do.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.faults import Faults
from tavus_provider.sandbox.pauses import Pause
from tavus_provider.sandbox.routing import body_of, path
from tavus_provider.sandbox.rules import rule_of
from tavus_provider.sandbox.schemas import STRING, only, validate
from tavus_provider.sandbox.wire import JSON

_WAIT = only(count={"type": "integer", "minimum": 1}, timeout={"type": "number", "minimum": 0, "maximum": 3600})
_RELEASE = only(held_id=STRING, drop={"type": "boolean"})


class FaultPaths:
    """The handlers of these paths."""

    def __init__(self, account: Account, faults: Faults) -> None:
        self.account, self.faults = account, faults

    def routes(self) -> list[Route]:
        """Return the paths, relative to /sandbox."""
        return [
            path("/faults", GET=self.listed, POST=self.arm, DELETE=self.clear),
            path("/held", GET=self.held),
            path("/held/wait", POST=self.wait),
            path("/held/release", POST=self.release),
        ]

    async def listed(self, _request: Request) -> Response:
        """List the faults, also those that are used up, and how often each hit."""
        return JSON([fault.listed() for fault in self.faults.armed])

    async def arm(self, request: Request) -> Response:
        """Arm a fault."""
        rule = rule_of(body_of(request))
        return JSON(self.faults.arm(rule, self.account.ids()).listed())

    async def clear(self, _request: Request) -> Response:
        """Disarm and forget all faults; the calls that wait go on."""
        await self.faults.clear()
        return JSON({})

    async def held(self, _request: Request) -> Response:
        """List the calls that are held."""
        return _shown(self.faults.pauses.held())

    async def wait(self, request: Request) -> Response:
        """List the calls that are held, once there are `count` (1), or answer 408 after `timeout` (30) seconds."""
        given = validate(body_of(request), _WAIT)
        return _shown(await self.faults.pauses.wait_held(given.get("count", 1), given.get("timeout", 30)))

    async def release(self, request: Request) -> Response:
        """Let all calls go that are held, or the one named, or with `drop` end them; answer when that is done."""
        given = validate(body_of(request), _RELEASE)
        return _shown(await self.faults.pauses.release(given.get("held_id"), given.get("drop", False)))


def _shown(held: Iterable[Pause]) -> Response:
    return JSON([pause.listed() for pause in held])
