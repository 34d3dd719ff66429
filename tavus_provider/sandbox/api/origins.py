"""Refusal of requests that a browser sends for a page of another origin, such as a web page on another port.

Programs send neither Origin nor Sec-Fetch-Site, and pass. Sources: W3C, "Fetch Metadata Request Headers"; Fetch Standard,
"`Origin` header".
"""

from __future__ import annotations

from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .json_body import JsonResponse


class RequestHeaders(Protocol):
    """Headers of a request, by their names in lower case."""

    def get(self, name: str, default: str, /) -> str:
        """Return a header's value."""


def find_refusal(method: str, headers: RequestHeaders, *, opens_pages: bool) -> str | None:
    """Return why the request is refused, None for one of a program or of a page of this server.

    opens_pages: a link or a frame of any page may open what the server shows, since that page cannot read it.
    """
    host, origin = headers.get("host", ""), headers.get("origin", "")
    # Otherwise a web page could reach the server through a host name of its own that points to this machine.
    if not f".{host.partition(':')[0]}".endswith((".127.0.0.1", ".localhost")):
        return f"it was sent to the host {host!r}; write 127.0.0.1 or localhost"
    if opens_pages and method in ("GET", "HEAD") and headers.get("sec-fetch-mode", "") == "navigate":
        return None
    # A browser that sends Sec-Fetch-Site knows better: it sends "Origin: null" for some requests within one origin, too.
    site = headers.get("sec-fetch-site", "same-origin" if origin in ("", f"http://{host}") else "cross-site")
    # "same-site" includes every other port of this machine.
    if site in ("same-origin", "none"):
        return None
    return f"a web page of another origin ({origin or site}) sent it; only programs and pages of this server may"


class OriginCheck:
    """Middleware that answers 403 to what a page of another origin sends, unless it opens a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        refusal = find_refusal(scope["method"], Headers(scope=scope), opens_pages=True)
        answer = JsonResponse({"message": f"The sandbox refused the request: {refusal}"}, 403) if refusal else self.app
        await answer(scope, receive, send)
