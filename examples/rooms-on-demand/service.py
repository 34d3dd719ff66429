"""Web service that gives a room to whoever asks: POST /rooms, GET /rooms, DELETE /rooms/NAME.

Environment: PERSONA_ID; ROOMS_TOKEN, which callers send as `Authorization: Bearer TOKEN`, since each room is billed; PORT (8000);
SWEEP_SECONDS (60), the time between two sweeps; and what Pulumi and Tavus need.
"""

import asyncio
import contextlib
import hmac
import logging
import os
from collections.abc import AsyncIterator

import uvicorn
from rooms import RoomError, Rooms
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

MOST_SECONDS = 3600
rooms = Rooms(os.environ["PERSONA_ID"])
log = logging.getLogger("uvicorn.error")


async def create(request: Request) -> Response:
    """Create a room: {"seconds": 900} -> 201 {"name", "url", "ends_at"}."""
    check_token(request)
    try:
        seconds = (await request.json())["seconds"]
    except (ValueError, LookupError, TypeError):
        seconds = None
    if type(seconds) is not int or not 1 <= seconds <= MOST_SECONDS:
        raise HTTPException(400, f'the body must be {{"seconds": N}} with a whole number from 1 to {MOST_SECONDS}')
    return JSONResponse(await run_in_threadpool(rooms.create, seconds), 201)


async def list_names(request: Request) -> Response:
    """List the names of all rooms."""
    check_token(request)
    return JSONResponse({"rooms": await run_in_threadpool(rooms.list_names)})


async def delete(request: Request) -> Response:
    """End a room."""
    check_token(request)
    await run_in_threadpool(rooms.delete, request.path_params["name"])
    return Response(status_code=204)


def check_token(request: Request) -> None:
    """Raise HTTPException (401) without the token."""
    expected = f"Bearer {os.environ['ROOMS_TOKEN']}"
    if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
        raise HTTPException(401, "send the header Authorization: Bearer TOKEN")


async def answer_error(_request: Request, error: Exception) -> Response:
    """Answer an error with its one line."""
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, error.status_code)
    return JSONResponse({"error": str(error)}, error.status if isinstance(error, RoomError) else 500)


async def sweep_forever() -> None:
    """Delete the rooms whose time is over, again and again."""
    while True:
        await asyncio.sleep(float(os.environ.get("SWEEP_SECONDS", "60")))
        try:
            errors = await run_in_threadpool(rooms.sweep)
        except RoomError as error:
            errors = [str(error)]
        for line in errors:
            log.error("sweep: %s", line)


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Sweep while the service runs."""
    sweeping = asyncio.create_task(sweep_forever())
    yield
    sweeping.cancel()


app = Starlette(
    routes=[
        Route("/rooms", create, methods=["POST"]),
        Route("/rooms", list_names, methods=["GET"]),
        Route("/rooms/{name}", delete, methods=["DELETE"]),
    ],
    exception_handlers={RoomError: answer_error, HTTPException: answer_error},
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")))
