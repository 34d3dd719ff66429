"""How an answer goes over the wire when all is not well: cut, slow, or not at all."""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.client import responses
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tavus_provider.sandbox.clock import http_date
from tavus_provider.sandbox.rules import ANSWERS, Rule
from tavus_provider.sandbox.wire import dumps

_BODILESS = (204, 304)
_PIECES_PER_SECOND = 100

Wait = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""


@dataclass(frozen=True)
class Answer:
    """An answer before it is sent; Content-Length is not among the headers."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def start(self, length: int) -> Message:
        """Return the message that begins the answer and tells this length of the body."""
        told = [] if self.status in _BODILESS else [(b"content-length", str(length).encode())]
        return {"type": "http.response.start", "status": self.status, "headers": [*self.headers, *told]}


async def processed(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Let the call be processed and return its answer, which is not sent."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *parts = messages
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))


def own_answer(rule: Rule, now: float) -> Answer | None:
    """Return the answer that the rule has of its own, if any; `now` is Tavus's time."""
    if not any(key in rule for key in ANSWERS):
        return None
    status = rule.get("status", 200)
    kind, body = b"application/json", dumps(rule.get("json", {"message": responses.get(status, "")}))
    if "text" in rule:
        kind, body = b"text/plain; charset=utf-8", rule["text"].encode(errors="surrogatepass")
    headers = [(b"content-type", kind), *((b"retry-after", value.encode()) for value in _retry_after(rule, now))]
    return Answer(status, headers, b"" if status in _BODILESS else body)


def _retry_after(rule: Rule, now: float) -> list[str]:
    plain = [str(rule["retry_after"])] if "retry_after" in rule else []
    return [*plain, http_date(now + rule["retry_after_date"])] if "retry_after_date" in rule else plain


@dataclass(frozen=True)
class Line:
    """The connection to the client of one call."""

    scope: Scope
    receive: Receive
    send: Send

    async def deliver(self, answer: Answer, rule: Rule, wait: Wait) -> None:
        """Send the answer as the rule says: whole or truncated, at once or slowly."""
        kept = rule.get("truncate")
        if kept is not None and answer.status in _BODILESS:
            return await self.hang_up()
        arriving = answer.body[:kept]
        await self.send(answer.start(len(answer.body) if kept is None else max(len(answer.body), len(arriving) + 1)))
        pieces = _pieces(arriving, rule.get("slow", 0))
        for piece in pieces:
            await wait(rule.get("slow", 0) / len(pieces))
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        if kept is not None:
            return await self.hang_up()
        return await self.send({"type": "http.response.body"})

    async def hang_up(self, how: str = "fin") -> None:
        """End the connection, and wait until it has ended: what was sent before arrives, unless it is reset."""
        transport: Any = self.scope["state"]["transport"]
        if how == "rst" and not transport.is_closing():
            no_lingering = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
            transport.abort()
        transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass


def _pieces(body: bytes, seconds: float) -> list[bytes]:
    size = math.ceil(len(body) / (seconds * _PIECES_PER_SECOND + 1)) or 1
    return [body[start : start + size] for start in range(0, len(body), size)]
