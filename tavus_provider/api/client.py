"""HTTP client for Tavus: one client per account, whose calls return a dict or raise an error of errors.py.

Source: Tavus API reference, "Authentication" (x-api-key) and the answers of each call.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import itertools
import platform
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..version import __version__
from .answers import foreign_answer, read_content, read_refusal, read_text, redact
from .call import Call
from .connections import Connections
from .errors import (
    ApiError,
    ConnectionFailed,
    Gone,
    OutcomeUnknown,
    RateLimited,
    SettingsError,
    TavusError,
    Unauthorized,
    error_for,
)
from .naming import NAMINGS
from .notices import notify
from .paths import is_id
from .retry import NOTHING_HAPPENED, REPEATABLE, retry_after, retry_on, seconds_until

_CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 30.0
_ANSWER_SECONDS = 60.0
"""Seconds from the request to the end of its answer: creating a conversation waits for a room and a replica."""

_PAGE = 100
"""Items asked for at once; Tavus may give fewer. Source: Tavus API reference, List Conversations (`limit`)."""

_MOST_REREADS = 3
"""Times that a page is read again at most because the list changed meanwhile, so that each list comes to an end."""


class TavusClient:
    """Client for one account.

    base_url: address of the API. api_key: the account's key. retry_timeout: seconds for all tries of one call.
    spare_key: key that is used once the first one was refused. naming: names in requests, "persona" or "pal" (see naming.py).
    answer_timeout: seconds that one try takes at most, however slowly its answer arrives.
    httpx takes proxies and certificates from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE).
    Raises SettingsError where these cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        retry_timeout: float = 60.0,
        spare_key: str = "",
        naming: str = "persona",
        *,
        answer_timeout: float = _ANSWER_SECONDS,
    ) -> None:
        # Loaded only where Tavus is called, which most programs and previews do not do.
        from .private_names import Deadline, limit_calls, load_httpx  # noqa: PLC0415

        httpx, self._deadline, self._answer_timeout = load_httpx(), Deadline(), answer_timeout
        headers = {"User-Agent": user_agent(), "Accept": "application/json"}
        timeout = httpx.Timeout(answer_timeout, connect=_CONNECT_SECONDS)
        limits = httpx.Limits(max_connections=1, keepalive_expiry=_IDLE_SECONDS)

        def connect() -> Any:
            made = httpx.Client(base_url=base_url, headers=headers, timeout=timeout, limits=limits, verify=certificates)
            limit_calls(made, self._deadline)
            return made

        try:
            certificates = httpx.create_ssl_context()
            self._connections = Connections(connect)
        except (OSError, ValueError, httpx.InvalidURL) as error:
            where = "check HTTPS_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
            raise SettingsError(f"could not prepare the connection to Tavus ({_first_line(error)}); {where}") from error
        self._keys = [api_key, spare_key] if spare_key else [api_key]
        self._retry_timeout = retry_timeout
        self._naming = NAMINGS[naming]
        self.clock_skew = 0.0
        """Seconds by which Tavus's clock is ahead of ours, by the Date header of its last answer."""

    @property
    def account(self) -> str:
        """Eight digits of a digest of the key in use, which tell accounts apart and do not tell the key."""
        return hashlib.sha256(f"tavus account {self._keys[0]}".encode()).hexdigest()[:8]

    def send(self, call: Call, body: Any = None, **params: Any) -> dict[str, Any]:
        """Make `call` with a JSON `body` and query `params`; return the answer's object, {} where it has none.

        Repeats what is safe to repeat. Raises ConnectionFailed, OutcomeUnknown, or the ApiError for the answer.
        """
        on = REPEATABLE if call.repeatable else NOTHING_HAPPENED
        return retry_on(lambda: self._send_with_keys(call, body, params), on, self._retry_timeout)

    def send_once(self, call: Call, body: Any = None) -> dict[str, Any]:
        """Make `call` as `send` does, without ever repeating it: the caller decides what to do about each error."""
        return self._send_with_keys(call, body, {})

    def remove(self, call: Call, read: Call, over: Mapping[str, Any] | None = None, **params: Any) -> None:
        """Make a call that ends or deletes an object; where its answer is not Tavus's own, one call of `read` decides.

        over: members by which `read` shows that an object has ended. Raises Gone where there is no such object, and the
        error of the call where it still exists or nobody can tell.
        """

        def attempt() -> None:
            try:
                self._send_with_keys(call, None, params)
            except (Gone, Unauthorized, RateLimited):
                raise
            except (ApiError, OutcomeUnknown):
                found = self._read_if_possible(read)
                if found is None or over is None or not found.items() >= over.items():
                    raise

        retry_on(attempt, REPEATABLE, self._retry_timeout)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def pages(self, call: Call, key: str, first: int = 1, other_key: str = "", **params: Any) -> Iterator[dict[str, Any]]:
        """Yield each item of a list once, page by page from page `first`; `key` names the items' id. Raises as `send` does.

        other_key: the member that tells items apart where they have no `key`.
        """
        keys, seen = tuple(filter(None, (key, other_key))), set[str]()

        def take_new(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
            new = {found: item for item in items if (found := _find_key(item, keys)) and found not in seen}
            seen.update(new)
            return list(new.values())

        page = self._read_page(call, keys, first, params)
        yield from take_new(page)
        for number in itertools.count(first + 1) if page else ():
            # An item that is deleted or ends moves those behind it forward, from the next page to this one, which was read
            # already. So this page is read again after the next one, until its end is the same as before.
            for _ in range(_MOST_REREADS):
                following = self._read_page(call, keys, number, params)
                # Totals change meanwhile, so the list ends at an empty page.
                if not following and len(page) < _PAGE:
                    return
                before, page = page, self._read_page(call, keys, number - 1, params)
                yield from take_new(page)
                if _last_id(page, keys) == _last_id(before, keys):
                    break
            yield from take_new(following)
            if not following or _last_id(following, keys) == _last_id(page, keys):
                return
            page = following

    def _read_page(self, call: Call, keys: tuple[str, ...], number: int, params: dict[str, Any]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.send(replace(call, holds=("data", list)), limit=_PAGE, page=number, **params)["data"]
        if any(not (isinstance(item, dict) and _find_key(item, keys)) for item in items):
            raise OutcomeUnknown.from_answer(call.doing, f"an item without {keys[0]}")
        return items

    def _read_if_possible(self, read: Call) -> dict[str, Any] | None:
        """Return what Tavus says of an object, None where it does not answer; raises Gone where it says that there is none."""
        try:
            return self._send_with_keys(read, None, {})
        except Gone:
            raise
        except TavusError:
            return None

    def _send_with_keys(self, call: Call, body: Any, params: dict[str, Any]) -> dict[str, Any]:
        """Make the call with the first key that Tavus accepts, and use that one from then on."""
        key, *spare = self._keys
        try:
            return self._send_once(call, body, params, key)
        except Unauthorized:
            if not spare:
                raise
        if self._keys != spare:  # another thread may have changed and reported it already
            self._keys = spare
            notify("the API key that `pulumi up` stored was refused (401); the key in TAVUS_API_KEY is used instead")
        return self._send_once(call, body, params, spare[0])

    def _send_once(self, call: Call, body: Any, params: dict[str, Any], key: str) -> dict[str, Any]:
        path, query = self._naming.to_wire_path(call.path), self._naming.to_wire_query(params)
        with _map_errors(call), self._deadline.within(self._answer_timeout):
            response = self._connections.of_thread().request(
                call.method, path, json=self._naming.to_wire_body(body), params=query, headers={"x-api-key": key}
            )
        ahead = seconds_until(response.headers.get("date"))
        self.clock_skew = self.clock_skew if ahead is None else ahead
        if response.is_success or response.status_code == 304:
            return self._naming.from_wire(read_content(call, response))
        wait = retry_after(response.headers.get("retry-after"), response.headers.get("date"))
        message = read_refusal(call, response)
        if message is None:
            raise foreign_answer(call, response, redact(read_text(response), self._keys), wait)
        words = self._naming.from_wire_text(redact(message, self._keys))
        raise error_for(call.doing, response.status_code, words, call.id_field, wait)


def read_id(answer: dict[str, Any], field: str, doing: str) -> str:
    """Return the id in an answer to a create. Raises OutcomeUnknown where there is none, or one that no call can name."""
    id_ = answer.get(field)
    if not is_id(id_):
        raise OutcomeUnknown(f"could not {doing}: Tavus answered without a usable {field}; look before you try again")
    return id_


@contextmanager
def _map_errors(call: Call) -> Iterator[None]:
    """Raise an error of errors.py for each error of httpx."""
    import httpx  # noqa: PLC0415  # see TavusClient

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        hint = "check the network, the proxy and tavus:baseUrl"
        raise ConnectionFailed(f"could not {call.doing}: no connection to Tavus ({_first_line(error)}); {hint}") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        hint = "check whether it was done before you try again"
        raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus was lost ({_first_line(error)}); {hint}") from error


def _is_key(name: str, value: object) -> bool:
    """Tell whether `value` can be what the member `name` tells items of a list apart by: an id, or the name of a voice."""
    return is_id(value) if name.endswith("_id") else isinstance(value, str) and bool(value)


def _find_key(item: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first of the members `keys` that can tell the item of a list apart."""
    return next((item[name] for name in keys if _is_key(name, item.get(name))), None)


def _last_id(items: list[dict[str, Any]], keys: tuple[str, ...]) -> str | None:
    return _find_key(items[-1], keys) if items else None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def client_for(base_url: str, api_key: str, retry_timeout: float, spare_key: str = "", naming: str = "persona") -> TavusClient:
    """Return this process's one client for an account, whose connections are kept until the process ends."""
    # Many calls begin at once, and a cache without a lock would make a client for each of them.
    with _client_lock:
        return _make_client(base_url, api_key, retry_timeout, spare_key, naming)


_client_lock = threading.Lock()


@functools.cache
def _make_client(base_url: str, api_key: str, retry_timeout: float, spare_key: str, naming: str) -> TavusClient:
    client = TavusClient(base_url, api_key, retry_timeout, spare_key, naming)
    atexit.register(client.close)
    return client


@functools.cache
def user_agent() -> str:
    """Return the User-Agent header: this package's version and Python's."""
    return f"tavus-provider/{__version__} python/{platform.python_version()} {sys.platform}"
