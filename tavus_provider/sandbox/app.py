"""The application: Tavus's paths inside their layers, the control paths beside them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from tavus_provider.sandbox.account import Account
from tavus_provider.sandbox.calls import CallLog, KeyCheck, Recorder
from tavus_provider.sandbox.clock import iso
from tavus_provider.sandbox.control import ControlPaths
from tavus_provider.sandbox.routing import application
from tavus_provider.sandbox.tavus import TavusPaths


def build(account: Account, key: str) -> Starlette:
    """Return the sandbox as an ASGI application.

    Only requests to this machine's own name are answered, so that no web page can reach the control paths through a
    name that it makes point here.
    """
    log = CallLog()
    clock = account.agenda.clock
    layers = [Middleware(Recorder, log=log, key=key, now=lambda: iso(clock.now())), Middleware(KeyCheck, key=key)]
    control = application(ControlPaths(account, log).routes())
    tavus = application(TavusPaths(account).routes(), layers)
    trusted = [Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])]
    app = Starlette(routes=[Mount("/sandbox", control)], middleware=trusted)
    # Not mounted at "/": a mount's pattern does not match a path with a line break, and every path is Tavus's to refuse.
    app.router.default = tavus
    return app
