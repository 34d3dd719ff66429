"""Where calls wait: for a time, or until they are released."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from tavus_provider.sandbox.calls import Call
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.rules import When


class Dropped(Exception):
    """The call that waited is to end without an answer, and without effect if it has had none."""


@dataclass
class Pause:
    """One call that waits; one that is held has an id. `processed` is set once the call has had its effect, or is dropped."""

    call: Call
    when: When
    processed: asyncio.Event
    held_id: str | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)
    drop: bool = False

    def listed(self) -> dict[str, Any]:
        """Return it as the control paths show it."""
        return {"held_id": self.held_id, "when": self.when, "call": asdict(self.call)}


class Pauses:
    """The calls that wait. No thread and no other call is kept waiting with them."""

    def __init__(self) -> None:
        self._waiting: list[Pause] = []
        self._arrived = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._closed = False

    async def delay(self, pause: Pause, seconds: float) -> None:
        """Let the call wait for this time. Raises Dropped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wait(pause)

    async def hold(self, pause: Pause) -> None:
        """Let the call wait until it is released, even if its client has gone. Raises Dropped."""
        pause.held_id = f"h{next(self._numbers)}"
        await self._wait(pause)

    async def _wait(self, pause: Pause) -> None:
        if self._closed:
            raise Dropped
        self._waiting.append(pause)
        try:
            async with self._arrived:
                self._arrived.notify_all()
            await pause.go.wait()
        finally:
            self._waiting.remove(pause)
        if pause.drop:
            raise Dropped

    def held(self) -> list[Pause]:
        """Return the calls that are held, the one that came first before the others."""
        return [pause for pause in self._waiting if pause.held_id]

    async def wait_held(self, count: int, timeout: float) -> list[Pause]:
        """Return the calls that are held, once there are so many. Raises ApiError (408) after `timeout` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._arrived:
                await self._arrived.wait_for(lambda: self._closed or len(self.held()) >= count)
        found = self.held()
        if len(found) < count:
            raise ApiError(408, f"{len(found)} of {count} calls are held after {timeout:g} s")
        return found

    async def release(self, held_id: str | None, drop: bool) -> list[Pause]:
        """Let the held call go, or all of them, and return them once each has had its effect. Raises ApiError (404)."""
        chosen = [pause for pause in self.held() if held_id in (None, pause.held_id)]
        if held_id and not chosen:
            raise ApiError(404, f"no call is held as {held_id}")
        await _let_go(chosen, drop)
        return chosen

    async def resume(self, drop: bool = False) -> None:
        """Let everything go that waits."""
        await _let_go(list(self._waiting), drop)

    async def close(self) -> None:
        """Drop everything that waits, those who wait for held calls too."""
        self._closed = True
        async with self._arrived:
            self._arrived.notify_all()
        await self.resume(drop=True)


async def _let_go(pauses: Sequence[Pause], drop: bool) -> None:
    for pause in pauses:
        pause.drop = drop
        pause.go.set()
    for pause in pauses:
        await pause.processed.wait()
