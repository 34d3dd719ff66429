"""Routing of all paths of the sandbox: how a path becomes a route, and how errors become answers."""

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

from .error_answers import ErrorAnswer
from .json_body import JsonResponse, parse_json

Handler = Callable[[Request], Response | Awaitable[Response]]


def make_route(pattern: str, **handlers: Handler) -> Route:
    """Return the route of a path; each handler is named after its method.

    A handler that is not a coroutine runs in a thread, since it may block.
    """

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        # Read here, since handlers in threads cannot await.
        request.state.body = await request.body()
        try:
            return await _run(handlers[method], request)
        except ErrorAnswer as refusal:
            return JsonResponse(refusal.body, refusal.status)

    return Route(pattern, endpoint, methods=list(handlers))


async def _run(handler: Handler, request: Request) -> Response:
    if inspect.iscoroutinefunction(handler):
        return cast("Response", await handler(request))
    return cast("Response", await asyncio.to_thread(handler, request))


def read_json(request: Request) -> object:
    """Return the JSON value of the request's body. Raises ErrorAnswer (400)."""
    return parse_json(request.state.body, request.headers.get("content-type", ""))


def make_application(routes: list[Route], middleware: list[Middleware] | None = None) -> Starlette:
    """Return the routes as an application that answers every error in JSON, also for unknown paths and methods."""
    app = Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={HTTPException: _answer_unroutable, Exception: _answer_bug},
    )
    # Starlette would redirect from a path with a slash at its end, which no source says of Tavus.
    app.router.redirect_slashes = False
    return app


def _answer_unroutable(_request: Request, error: Any) -> Response:
    return JsonResponse({"message": error.detail}, error.status_code, headers=error.headers)  # assumed: not-found


def _answer_bug(_request: Request, error: Exception) -> Response:
    text = f"The sandbox itself failed, which is a bug in it: {type(error).__name__}: {error}"
    # The server closes the connection after an error; the header tells the client, so that it does not reuse it.
    return JsonResponse({"message": text[:300]}, HTTPStatus.INTERNAL_SERVER_ERROR, headers={"connection": "close"})
