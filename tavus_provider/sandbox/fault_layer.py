"""The layer that disturbs calls, between the log of calls and the check of the key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from tavus_provider.sandbox.calls import Call
from tavus_provider.sandbox.delivery import Answer, Line, own_answer, processed
from tavus_provider.sandbox.faults import Fault, Faults, conditions_of
from tavus_provider.sandbox.pauses import Dropped, Pause, Pauses
from tavus_provider.sandbox.rules import Rule, When


class FaultLayer:
    """Passes calls on, save those that a fault hits."""

    def __init__(self, app: ASGIApp, faults: Faults, now: Callable[[], float]) -> None:
        self.app, self.faults, self.now = app, faults, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note which faults hit the call and let them have their way."""
        call: Call = scope["state"]["call"]
        hits = self.faults.that_hit(call)
        call.faults = [fault.fault_id for fault in hits]
        conditions = scope["state"]["conditions"] = conditions_of(hits)
        if not hits:
            await self.app(scope, receive, send)
            return
        visit = _Visit(self.app, Line(scope, receive, send), self.faults.pauses, call, hits)
        await visit.run(self.now() + conditions.skew)


@dataclass
class _Visit:
    """One disturbed call on its way."""

    app: ASGIApp
    line: Line
    pauses: Pauses
    call: Call
    hits: Sequence[Fault]

    def __post_init__(self) -> None:
        self.processed = asyncio.Event()
        self.rule = next((fault.rule for fault in self.hits if fault.settles), Rule())

    async def run(self, now: float) -> None:
        try:
            answer = await self._answer(now)
            await self._linger("after")
            if answer is None:
                await self.line.hang_up(self.rule["close"])
            else:
                await self.line.deliver(answer, self.rule, self._wait)
        except Dropped:
            await self.line.hang_up()
        finally:
            self.processed.set()

    async def _answer(self, now: float) -> Answer | None:
        """Process the call, unless the fault forestalls that, and return what it is answered; None for nothing."""
        await self._linger("before")
        answer, silent = own_answer(self.rule, now), "close" in self.rule
        if self.rule.get("when") == "after" or not (answer or silent):
            real = await processed(self.app, self.line.scope, self.line.receive)
            answer = answer or real
        self.processed.set()
        return None if silent else answer

    async def _linger(self, when: When) -> None:
        """Wait as long as the faults on this side of the processing want."""
        armed = [fault.rule for fault in self.hits if not fault.disarmed]
        rules = [rule for rule in armed if rule.get("when", "before") == when]
        if any(rule.get("hold") for rule in rules):
            await self.pauses.hold(Pause(self.call, when, self.processed))
        else:
            await self._wait(sum(rule.get("delay", 0) for rule in rules), when)

    async def _wait(self, seconds: float, when: When = "after") -> None:
        if seconds and not all(fault.disarmed for fault in self.hits):
            await self.pauses.delay(Pause(self.call, when, self.processed), seconds)
