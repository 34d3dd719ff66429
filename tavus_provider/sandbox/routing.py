"""What Tavus's paths and the control paths share: how a path becomes a route, and how errors become answers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox.conditions import Conditions
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.wire import JSON, parse

Handler = Callable[[Request], Response | Awaitable[Response]]


def path(pattern: str, **handlers: Handler) -> Route:
    """Return the route of a path; each handler is named after its method.

    One that is no coroutine runs in a thread, since it may block.
    """

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        request.state.body = await request.body()
        try:
            return await _handled(handlers[method], request)
        except ApiError as refusal:
            return JSON(refusal.body, refusal.status)

    return Route(pattern, endpoint, methods=list(handlers))


async def _handled(handler: Handler, request: Request) -> Response:
    if inspect.iscoroutinefunction(handler):
        return cast("Response", await handler(request))
    return cast("Response", await asyncio.to_thread(handler, request))


def body_of(request: Request) -> object:
    """Return what the request's body says."""
    return parse(request.state.body, request.headers.get("content-type", ""))


def conditions_of(request: Request) -> Conditions:
    """Return under which conditions the call is processed."""
    conditions: Conditions = request.state.conditions
    return conditions


def application(routes: list[Route], middleware: list[Middleware] | None = None) -> Starlette:
    """Return the routes as an application whose errors are JSON, those for unknown paths and methods too."""
    app = Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={HTTPException: _unroutable, Exception: _broken},
    )
    app.router.redirect_slashes = False
    return app


def _unroutable(_request: Request, error: Any) -> Response:
    return JSON({"message": error.detail}, error.status_code, headers=error.headers)  # assumed: not-found


def _broken(_request: Request, error: Exception) -> Response:
    text = f"The sandbox itself failed, which is a bug in it: {type(error).__name__}: {error}"
    # The server ends the connection after an error, and the client is told so that it does not use it again.
    return JSON({"message": text[:300]}, HTTPStatus.INTERNAL_SERVER_ERROR, headers={"connection": "close"})
