"""The layers around Tavus's own paths: the Date header, the log of calls, and the key.

All are plain ASGI middleware that sees a call before and after it is processed. What disturbs calls is a layer of this kind
between log and key, so that the log tells what the client was answered.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tavus_provider.sandbox.clock import http_date
from tavus_provider.sandbox.conditions import AS_USUAL
from tavus_provider.sandbox.errors import unauthorized
from tavus_provider.sandbox.wire import JSON

_MOST_CALLS = 10_000


@dataclass
class Call:
    """One request to Tavus's paths; the key itself is never kept.

    `status` is None while it is processed, and for good if a fault left it without an answer; `faults` are those that hit it.
    """

    at: str
    method: str
    path: str
    query: dict[str, str]
    body: str
    key: str
    user_agent: str
    status: int | None = None
    faults: list[str] = field(default_factory=list)


@dataclass
class CallLog:
    """The calls received, oldest first; the last ten thousand are kept."""

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_MOST_CALLS))

    def listed(self) -> list[dict[str, Any]]:
        """Return the calls as plain data."""
        return [asdict(call) for call in list(self.calls)]


def key_state(headers: Headers, key: str) -> str:
    """Return what became of x-api-key: `valid`, `invalid` or `missing`."""  # assumed: call-log-key
    given = headers.get("x-api-key")
    if given is None:
        return "missing"
    return "valid" if hmac.compare_digest(given.encode(), key.encode()) else "invalid"


class Dated:
    """Tells the time of the sandbox's own clock in every answer, with the lead of a Tavus whose clock is off."""

    def __init__(self, app: ASGIApp, now: Callable[[], float]) -> None:
        self.app, self.now = app, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; its answer gets a Date header."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                skew = scope["state"].get("conditions", AS_USUAL).skew
                message["headers"] = [*message["headers"], (b"date", http_date(self.now() + skew).encode())]
            await send(message)

        await self.app(scope, receive, sending)


class Recorder:
    """Logs every call from the moment its body has arrived, and its status as soon as that is known."""

    def __init__(self, app: ASGIApp, log: CallLog, key: str, now: Callable[[], str]) -> None:
        self.app, self.log, self.key, self.now = app, log, key, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; its body is read here and handed over whole."""
        body = await _whole_body(receive)
        if body is None:
            return
        call = scope["state"]["call"] = self._call(scope, body)
        self.log.calls.append(call)

        async def sending(message: Message) -> None:
            call.status = message.get("status", call.status)
            await send(message)

        await self.app(scope, _replayed(body, receive), sending)

    def _call(self, scope: Scope, body: bytes) -> Call:
        headers = Headers(scope=scope)
        return Call(
            at=self.now(),
            method=scope["method"],
            path=scope["path"],
            query=dict(QueryParams(scope["query_string"])),
            body=body.decode(errors="replace"),
            key=key_state(headers, self.key),
            user_agent=headers.get("user-agent", ""),
        )


class KeyCheck:
    """Refuses every call without the right x-api-key, whatever its path."""  # assumed: auth-first

    def __init__(self, app: ASGIApp, key: str) -> None:
        self.app, self.key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on if its key is valid."""
        if key_state(Headers(scope=scope), self.key) == "valid":
            await self.app(scope, receive, send)
        else:
            refusal = unauthorized()
            await JSON(refusal.body, refusal.status)(scope, receive, send)


async def _whole_body(receive: Receive) -> bytes | None:
    """Return the request's body, or None if the client went away before its end."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return next(messages, None) or await receive()

    return replay
