"""
How we talk to Tavus: one pooled client per set of settings, every answer either a dict or one of our errors.

Source: Tavus API reference, "Authentication" (x-api-key) and the answers of each call.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ..version import __version__
from .errors import ConnectionFailed, OutcomeUnknown, SettingsError, Unauthorized, error_of
from .notices import say
from .retry import NOTHING_HAPPENED, REPEATABLE, retry_after, retrying, seconds_until

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds. Creating a conversation waits for a room and a replica, so the read limit is generous."""

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Call:
    """
    One call: method and path, and `doing`, the words in which its failure is told ("end conversation c1").

    id_field: the id that the path names ("conversation_id"), by which an answer that means "gone" is known.
    repeatable: False for what must not happen twice, such as creating.
    """

    method: str
    path: str
    doing: str
    id_field: str = ""
    repeatable: bool = True


class TavusClient:
    """
    A client for one account.

    base_url: address of the API. api_key: the account's key. retry_timeout: seconds for all tries of one call.
    spare_key: the key to go on with where the first one is refused.
    Proxies and certificates are taken from the environment as httpx does it (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE).
    """

    def __init__(self, base_url: str, api_key: str, retry_timeout: float = 60.0, spare_key: str = "") -> None:
        headers = {"User-Agent": user_agent(), "Accept": "application/json"}
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=256, keepalive_expiry=30.0)
        try:
            self._http = httpx.Client(base_url=base_url, headers=headers, timeout=_TIMEOUT, limits=limits)
        except (OSError, ValueError, httpx.InvalidURL) as error:
            where = "check HTTPS_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
            raise SettingsError(f"could not prepare the connection to Tavus ({_first_line(error)}); {where}") from error
        self._keys = [api_key, spare_key] if spare_key else [api_key]
        self._retry_timeout = retry_timeout
        self.clock_skew = 0.0
        """Seconds by which Tavus's clock is ahead of ours, by the Date header of its last answer."""

    def send(self, call: Call, body: Any = None, **params: Any) -> dict[str, Any]:
        """
        Make `call` with a JSON `body` and query `params`; return the answer's object, {} where it has none.

        Raises ConnectionFailed, OutcomeUnknown, or the ApiError that the answer stands for. 304 counts as success: what was
        asked for is already so. Repeats what is safe to repeat.
        """
        on = REPEATABLE if call.repeatable else NOTHING_HAPPENED
        return retrying(lambda: self._with_key(call, body, params), on, self._retry_timeout)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pages(self, call: Call, key: str, first: int = 1, **params: Any) -> Iterator[dict[str, Any]]:
        """
        Yield each item of a list once, page by page from page `first`; `key` names the items' id.

        Pages can shift while they are read, so the walk ends at an empty page and not by arithmetic, and knows items by id.
        """
        seen: set[str] = set()
        for page in itertools.count(first):
            items = self.send(call, limit=100, page=page, **params).get("data") or []
            fresh = [item for item in items if item.get(key) not in seen]
            if not fresh:
                return
            seen.update(item[key] for item in fresh)
            yield from fresh

    def _with_key(self, call: Call, body: Any, params: dict[str, Any]) -> dict[str, Any]:
        """Make the call; where the key is refused and there is another one, go on with that."""
        key, *spare = self._keys
        try:
            return self._once(call, body, params, key)
        except Unauthorized:
            if not spare:
                raise
        if self._keys != spare:
            self._keys = spare
            say("the API key that `pulumi up` stored was refused (401); the key in TAVUS_API_KEY is used instead")
        return self._once(call, body, params, spare[0])

    def _once(self, call: Call, body: Any, params: dict[str, Any], key: str) -> dict[str, Any]:
        with _told(call):
            response = self._http.request(call.method, call.path, json=body, params=params, headers={"x-api-key": key})
        self.clock_skew = seconds_until(response.headers.get("date")) or 0.0
        if response.status_code == 304:
            return {}
        if not response.is_success:
            wait = retry_after(response.headers.get("retry-after"))
            raise error_of(call.doing, response.status_code, _words(response), call.id_field, wait)
        return _content(call, response)


@contextmanager
def _told(call: Call) -> Iterator[None]:
    """Turn every error of httpx into one of ours."""
    try:
        yield
    except _NEVER_SENT as error:
        hint = "check the network, the proxy and tavus:baseUrl"
        raise ConnectionFailed(f"could not {call.doing}: no connection to Tavus ({_first_line(error)}); {hint}") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        reason = f"could not {call.doing}: the answer of Tavus was lost ({_first_line(error)}); look before you try again"
        raise OutcomeUnknown(reason) from error


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _content(call: Call, response: httpx.Response) -> dict[str, Any]:
    if not response.content.strip():
        return {}
    try:
        content = response.json()
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus cannot be read ({response.status_code}, no JSON object)")


def _words(response: httpx.Response) -> str:
    """Read Tavus's own words: `error` or `message` of a JSON body, else the beginning of the text."""
    try:
        content = response.json()
    except ValueError:
        content = None
    if isinstance(content, dict):
        said = content.get("error") or content.get("message")
        if said:
            return str(said)
    return " ".join(response.text.split())[:200] or response.reason_phrase


def client_for(base_url: str, api_key: str, retry_timeout: float, spare_key: str = "") -> TavusClient:
    """Return this process's one client for an account, so that connections are pooled; they are closed when it ends."""
    with _making:
        return _client(base_url, api_key, retry_timeout, spare_key)


_making = threading.Lock()
"""Many calls begin at once, and each would make a client of its own."""


@functools.cache
def _client(base_url: str, api_key: str, retry_timeout: float, spare_key: str) -> TavusClient:
    client = TavusClient(base_url, api_key, retry_timeout, spare_key)
    atexit.register(client.close)
    return client


@functools.cache
def user_agent() -> str:
    """Return how we name ourselves to Tavus: our version and Python's."""
    return f"tavus-provider/{__version__} python/{platform.python_version()} {sys.platform}"
