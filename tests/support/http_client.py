"""HTTP client without TLS, for the calls that tests themselves make to local servers."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Context that trusts nobody. A client with it as `verify` does not read the machine's certificates, which takes 40 ms."""

HTTP: Final = httpx.Client(verify=NO_TLS, trust_env=False)
"""The one client for single calls."""
