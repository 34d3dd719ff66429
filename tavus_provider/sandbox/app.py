"""ASGI application: Tavus's paths inside their middleware, and the rooms and control paths beside them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from .api.calls import CallLog
from .api.middleware import CallRecorder, DateHeader, KeyCheck
from .api.origins import OriginCheck
from .api.routing import make_application
from .api.times import iso_timestamp
from .control.fault_paths import FaultPaths
from .control.paths import ControlPaths
from .faults.armed_faults import ArmedFaults
from .faults.middleware import FaultMiddleware
from .pages.paths import Pages
from .personas.attachments import Attachments
from .world.account import Account
from .world.conversation_paths import ConversationPaths
from .world.room_paths import RoomPaths


def build_app(account: Account, key: Callable[[], str], faults: ArmedFaults) -> ASGIApp:
    """Return the sandbox as an ASGI application; `key` returns the API key of the moment."""
    log = CallLog()
    now = account.scheduler.clock.now
    middleware = [
        Middleware(CallRecorder, log=log, key=key, now=lambda: iso_timestamp(now())),
        Middleware(FaultMiddleware, faults=faults, now=now),
        Middleware(KeyCheck, key=key),
    ]
    control = make_application([*ControlPaths(account, log, faults).routes(), *FaultPaths(account, faults).routes()])
    rooms = make_application(RoomPaths(account).routes())
    routes = [*Pages(account, log, faults).routes(), Mount("/sandbox", control), Mount("/rooms", rooms)]
    app = Starlette(routes=routes, middleware=[Middleware(OriginCheck)])
    # Not mounted at "/": the pattern of a mount does not match a path with a line break, which Tavus has to refuse.
    app.router.default = make_application(_tavus_routes(account), middleware)
    return DateHeader(app, now)


def _tavus_routes(account: Account) -> list[Route]:
    objects = [route for collection in account.collections.values() for route in collection.routes()]
    return [*ConversationPaths(account).routes(), *objects, *Attachments(account).routes()]
