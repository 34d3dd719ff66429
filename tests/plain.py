"""HTTP without TLS, for what tests themselves ask a local server."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: give it to a client as `verify`, which else reads the certificates of the whole world, 40 ms each time."""

HTTP: Final = httpx.Client(verify=NO_TLS, trust_env=False)
"""The one client for single calls."""
