"""Middleware around Tavus's paths: the Date header, the log of calls, and the key.

All of it is plain ASGI, since each part sees a call before and after it is processed. The middleware of faults stands between
log and key, so that the log shows what the client was answered.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .call_conditions import NORMAL
from .calls import CallLog, RecordedCall, key_state
from .error_answers import invalid_key
from .json_body import JsonResponse
from .times import http_date


class DateHeader:
    """Middleware that adds the time of the sandbox's clock to every answer, with the skew of a fault if one applies."""

    def __init__(self, app: ASGIApp, now: Callable[[], float]) -> None:
        self.app, self.now = app, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add a Date header to its answer."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                skew = scope["state"].get("conditions", NORMAL).skew
                message["headers"] = [*message["headers"], (b"date", http_date(self.now() + skew).encode())]
            await send(message)

        await self.app(scope, receive, send_dated)


class CallRecorder:
    """Middleware that logs every call as soon as its body has arrived, and its status as soon as it is sent."""

    def __init__(self, app: ASGIApp, log: CallLog, key: Callable[[], str], now: Callable[[], str]) -> None:
        self.app, self.log, self.key, self.now = app, log, key, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, log the call and pass it on."""
        body = await _read_body(receive)
        if body is None:
            return
        call = scope["state"]["call"] = self._record(scope, body)
        self.log.calls.append(call)

        async def send_recorded(message: Message) -> None:
            call.status = message.get("status", call.status)
            await send(message)

        await self.app(scope, _replay(body, receive), send_recorded)

    def _record(self, scope: Scope, body: bytes) -> RecordedCall:
        headers = Headers(scope=scope)
        return RecordedCall(
            at=self.now(),
            method=scope["method"],
            path=scope["path"],
            query=dict(QueryParams(scope["query_string"])),
            body=body.decode(errors="replace"),
            key=key_state(headers, self.key()),
            user_agent=headers.get("user-agent", ""),
        )


class KeyCheck:
    """Middleware that refuses every call without the right x-api-key, whatever its path."""  # assumed: auth-first

    def __init__(self, app: ASGIApp, key: Callable[[], str]) -> None:
        self.app, self.key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on if its key is valid, else answer 401."""
        if key_state(Headers(scope=scope), self.key()) == "valid":
            await self.app(scope, receive, send)
        else:
            refusal = invalid_key()
            await JsonResponse(refusal.body, refusal.status)(scope, receive, send)


async def _read_body(receive: Receive) -> bytes | None:
    """Return the request's body, or None if the client went away before its end."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read already, and then what arrives."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return next(messages, None) or await receive()

    return replay
