"""Delivery of answers over a connection that fails: cut off, slow, or closed without an answer."""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.client import responses
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..api.json_body import dumps
from ..api.times import http_date
from .fault_spec import ANSWER_EFFECTS, FaultSpec

_BODILESS = (204, 304)
_PIECES_PER_SECOND = 100

Wait = Callable[[float], Awaitable[None]]
"""Function that waits for some seconds."""


@dataclass(frozen=True)
class Answer:
    """An answer before it is sent; Content-Length is not among the headers."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def start_message(self, length: int) -> Message:
        """Return the message that begins the answer and declares this length of the body."""
        declared = [] if self.status in _BODILESS else [(b"content-length", str(length).encode())]
        return {"type": "http.response.start", "status": self.status, "headers": [*self.headers, *declared]}


async def process(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Process the call and return its answer without sending it."""
    messages: list[Message] = []

    # The answer is kept here, since the fault may cut, delay or replace it.
    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *parts = messages
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in parts))


def make_answer(spec: FaultSpec, now: float) -> Answer | None:
    """Return the answer that the fault gives instead of Tavus's, if any; `now` is Tavus's time."""
    if not any(key in spec for key in ANSWER_EFFECTS):
        return None
    status = spec.get("status", 200)
    kind, body = b"application/json", dumps(spec.get("json", {"message": responses.get(status, "")}))
    if "text" in spec:
        kind, body = b"text/plain; charset=utf-8", spec["text"].encode(errors="surrogatepass")  # JSON can carry half surrogates
    headers = [(b"content-type", kind), *((b"retry-after", value.encode()) for value in _retry_after(spec, now))]
    return Answer(status, headers, b"" if status in _BODILESS else body)


def _retry_after(spec: FaultSpec, now: float) -> list[str]:
    plain = [str(spec["retry_after"])] if "retry_after" in spec else []
    return [*plain, http_date(now + spec["retry_after_date"])] if "retry_after_date" in spec else plain


@dataclass(frozen=True)
class Connection:
    """Connection to the client of one call."""

    scope: Scope
    receive: Receive
    send: Send

    async def deliver(self, answer: Answer, spec: FaultSpec, wait: Wait) -> None:
        """Send the answer with the fault's effects: whole or truncated, at once or slowly."""
        truncate = spec.get("truncate")
        if truncate is not None and answer.status in _BODILESS:
            return await self.close()
        arriving = answer.body[:truncate]
        # A truncated body has to be shorter than declared, even where the fault lets all bytes arrive.
        length = len(answer.body) if truncate is None else max(len(answer.body), len(arriving) + 1)
        await self.send(answer.start_message(length))
        pieces = _cut(arriving, spec.get("slow", 0))
        for piece in pieces:
            await wait(spec.get("slow", 0) / len(pieces))
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        if truncate is not None:
            return await self.close()
        return await self.send({"type": "http.response.body"})

    async def close(self, how: str = "fin") -> None:
        """Close the connection and wait until it is closed; bytes sent before arrive, unless it is reset (`rst`)."""
        transport: Any = self.scope["state"]["transport"]
        if how == "rst" and not transport.is_closing():
            # Without lingering the system answers with RST instead of FIN.
            no_lingering = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
            transport.abort()
        transport.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass


# More pieces a second would take longer to send than they are meant to.
def _cut(body: bytes, seconds: float) -> list[bytes]:
    size = math.ceil(len(body) / (seconds * _PIECES_PER_SECOND + 1)) or 1
    return [body[start : start + size] for start in range(0, len(body), size)]
