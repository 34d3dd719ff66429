"""Paths of the pages: they are for browsers, whose requests accept HTML; programs get JSON at the same addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from ..api.calls import CallLog
from ..api.times import iso_timestamp
from ..faults.armed_faults import ArmedFaults
from ..world.account import Account
from .views import show_dashboard, show_room

_HERE = Path(__file__).parent
_FILES = ("page.css", "page.js")
# Nothing from elsewhere is loaded. Only a room may be put into a frame, as Tavus's can.
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'"
_NOT_IN_FRAMES = "; frame-ancestors 'none'"


class PageRoute(Route):
    """Route that only a request which accepts HTML matches."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return no match for a program's request."""
        accepted = Request(scope).headers.get("accept", "") if scope["type"] == "http" else ""
        return super().matches(scope) if "text/html" in accepted else (Match.NONE, {})


class Pages:
    """Handlers of the pages, over one account, its log of calls and its faults."""

    def __init__(self, account: Account, log: CallLog, faults: ArmedFaults) -> None:
        self.account, self.log, self.faults = account, log, faults
        # StrictUndefined, so that a page with a mistake fails in a test instead of being empty.
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
        )
        self.templates.filters.update(duration=format_duration, json=json.dumps, clock=lambda at: iso_timestamp(at)[11:19])

    def routes(self) -> list[Route]:
        """Return the paths, from the root of the sandbox."""
        files = [Route(f"/sandbox/{name}", _serve_file) for name in _FILES]
        return [PageRoute("/", self.dashboard), PageRoute("/rooms/{id}", self.room), *files]

    def dashboard(self, _request: Request) -> Response:
        """Show conversations, calls, webhooks, recordings, faults and the time."""
        return self._render("dashboard.html", _POLICY + _NOT_IN_FRAMES, show_dashboard(self.account, self.log, self.faults))

    def room(self, request: Request) -> Response:
        """Show a room, with the token of its address in the field for it."""
        id_ = request.path_params["id"]
        shown = show_room(self.account, id_)
        if shown is None:
            return self._render("missing.html", _POLICY, {"id": id_}, status=404)
        return self._render("room.html", _POLICY, {**shown, "token": request.query_params.get("t", "")})

    def _render(self, name: str, policy: str, shown: dict[str, Any], status: int = 200) -> Response:
        headers = {"content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer"}
        return HTMLResponse(self.templates.get_template(name).render(shown), status, headers)


def _serve_file(request: Request) -> Response:
    return FileResponse(_HERE / request.url.path.rpartition("/")[2], headers={"cache-control": "no-cache"})


def format_duration(seconds: float) -> str:
    """Return seconds as "1:05" or "2:00:05"."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
