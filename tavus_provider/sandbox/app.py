"""The application: Tavus's paths inside their layers, the rooms and the control paths beside them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.calls import CallLog, Dated, KeyCheck, Recorder
from tavus_provider.sandbox.clock import iso
from tavus_provider.sandbox.control import ControlPaths
from tavus_provider.sandbox.fault_layer import FaultLayer
from tavus_provider.sandbox.fault_paths import FaultPaths
from tavus_provider.sandbox.faults import Faults
from tavus_provider.sandbox.rooms import RoomPaths
from tavus_provider.sandbox.routing import application
from tavus_provider.sandbox.tavus import TavusPaths


def build(account: Account, key: str, faults: Faults) -> ASGIApp:
    """Return the sandbox as an ASGI application.

    Only requests to this machine's own name are answered, so that no web page can reach the control paths through a
    name that it makes point here.
    """
    log = CallLog()
    now = account.agenda.clock.now
    layers = [
        Middleware(Recorder, log=log, key=key, now=lambda: iso(now())),
        Middleware(FaultLayer, faults=faults, now=now),
        Middleware(KeyCheck, key=key),
    ]
    control = application([*ControlPaths(account, log, faults).routes(), *FaultPaths(account, faults).routes()])
    trusted = [Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])]
    rooms = application(RoomPaths(account).routes())
    app = Starlette(routes=[Mount("/sandbox", control), Mount("/rooms", rooms)], middleware=trusted)
    # Not mounted at "/": a mount's pattern does not match a path with a line break, and every path is Tavus's to refuse.
    app.router.default = application(TavusPaths(account).routes(), layers)
    return Dated(app, now)
