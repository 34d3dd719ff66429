"""Pauses of calls: for a time, or until somebody releases them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from ..api.calls import RecordedCall
from ..api.error_answers import ErrorAnswer
from .fault_spec import When


class Dropped(Exception):
    """End of a waiting call: it is not answered, and not processed if it was not yet."""


@dataclass
class Pause:
    """One waiting call.

    processed: set once the call was processed, or is dropped.
    held_id: the id of a call that waits until it is released, None for one that waits for a time.
    go: set when the call may go on.
    drop: whether it then ends instead.
    """

    call: RecordedCall
    when: When
    processed: asyncio.Event
    held_id: str | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)
    drop: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as the control paths show it."""
        return {"held_id": self.held_id, "when": self.when, "call": asdict(self.call)}


class Pauses:
    """All waiting calls. They block no thread and no other call."""

    def __init__(self) -> None:
        self._waiting: list[Pause] = []
        self._arrival = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._closed = False

    async def delay(self, pause: Pause, seconds: float) -> None:
        """Make the call wait for some seconds. Raises Dropped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wait(pause)

    async def hold(self, pause: Pause) -> None:
        """Make the call wait until it is released, even if its client has gone. Raises Dropped."""
        pause.held_id = f"h{next(self._numbers)}"
        await self._wait(pause)

    async def _wait(self, pause: Pause) -> None:
        # Nobody would release a call that begins to wait after the server has closed.
        if self._closed:
            raise Dropped
        self._waiting.append(pause)
        try:
            # Requests that wait for held calls count again.
            async with self._arrival:
                self._arrival.notify_all()
            await pause.go.wait()
        finally:
            self._waiting.remove(pause)
        if pause.drop:
            raise Dropped

    def held_calls(self) -> list[Pause]:
        """Return the held calls in the order of their arrival."""
        return [pause for pause in self._waiting if pause.held_id]

    async def wait_for_held(self, count: int, timeout: float) -> list[Pause]:
        """Return the held calls once there are `count`. Raises ErrorAnswer (408) after `timeout` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._arrival:
                await self._arrival.wait_for(lambda: self._closed or len(self.held_calls()) >= count)
        found = self.held_calls()
        if len(found) < count:
            raise ErrorAnswer(408, f"{len(found)} of {count} calls are held after {timeout:g} s")
        return found

    async def release(self, held_id: str | None, drop: bool) -> list[Pause]:
        """Release this held call, or all, and return them once each was processed. Raises ErrorAnswer (404)."""
        chosen = [pause for pause in self.held_calls() if held_id in (None, pause.held_id)]
        if held_id and not chosen:
            raise ErrorAnswer(404, f"no call is held as {held_id}")
        await _release(chosen, drop)
        return chosen

    async def resume(self, drop: bool = False) -> None:
        """Release every waiting call, or drop it."""
        await _release(list(self._waiting), drop)

    async def close(self) -> None:
        """Drop every waiting call, and let requests that wait for held calls end."""
        self._closed = True
        async with self._arrival:
            self._arrival.notify_all()
        await self.resume(drop=True)


async def _release(pauses: Sequence[Pause], drop: bool) -> None:
    # All of them go on before the first is awaited, as calls that arrive together do.
    for pause in pauses:
        pause.drop = drop
        pause.go.set()
    for pause in pauses:
        await pause.processed.wait()
