"""Middleware that applies faults to calls, between the log of calls and the check of the key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from ..api.calls import RecordedCall
from .armed_faults import ArmedFault, ArmedFaults, combine_conditions
from .delivery import Answer, Connection, make_answer, process
from .fault_spec import FaultSpec, When
from .pauses import Dropped, Pause, Pauses


class FaultMiddleware:
    """Middleware that passes calls on, and applies faults to those that a fault hits."""

    def __init__(self, app: ASGIApp, faults: ArmedFaults, now: Callable[[], float]) -> None:
        self.app, self.faults, self.now = app, faults, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note which faults hit the call, and process it with their effects."""
        call: RecordedCall = scope["state"]["call"]
        hits = self.faults.find_hits(call)
        call.faults = [fault.fault_id for fault in hits]
        conditions = scope["state"]["conditions"] = combine_conditions(hits)
        if not hits:
            await self.app(scope, receive, send)
            return
        faulty_call = _FaultyCall(self.app, Connection(scope, receive, send), self.faults.pauses, call, hits)
        # A Retry-After date counts from the time that the answer shows.
        await faulty_call.run(self.now() + conditions.skew)


@dataclass
class _FaultyCall:
    """One call that faults hit."""

    app: ASGIApp
    connection: Connection
    pauses: Pauses
    call: RecordedCall
    hits: Sequence[ArmedFault]

    def __post_init__(self) -> None:
        self.processed = asyncio.Event()
        self.spec = next((fault.spec for fault in self.hits if fault.decides_answer), FaultSpec())

    async def run(self, now: float) -> None:
        try:
            answer = await self._answer(now)
            await self._pause("after")
            if answer is None:
                await self.connection.close(self.spec["close"])
            else:
                await self.connection.deliver(answer, self.spec, self._wait)
        except Dropped:
            await self.connection.close()
        finally:
            # Whoever releases calls waits for this, also when the call was dropped.
            self.processed.set()

    async def _answer(self, now: float) -> Answer | None:
        """Process the call, unless the fault prevents that, and return its answer; None where the connection is closed."""
        await self._pause("before")
        answer, closes = make_answer(self.spec, now), "close" in self.spec
        if self.spec.get("when") == "after" or not (answer or closes):
            real = await process(self.app, self.connection.scope, self.connection.receive)
            answer = answer or real
        self.processed.set()
        return None if closes else answer

    async def _pause(self, when: When) -> None:
        """Wait as long as the faults on this side of the processing demand."""
        # Cleared while the call was on its way: then it does not wait again.
        armed = [fault.spec for fault in self.hits if not fault.disarmed]
        specs = [spec for spec in armed if spec.get("when", "before") == when]
        if any(spec.get("hold") for spec in specs):
            await self.pauses.hold(Pause(self.call, when, self.processed))
        else:
            await self._wait(sum(spec.get("delay", 0) for spec in specs), when)

    async def _wait(self, seconds: float, when: When = "after") -> None:
        if seconds and not all(fault.disarmed for fault in self.hits):
            await self.pauses.delay(Pause(self.call, when, self.processed), seconds)
