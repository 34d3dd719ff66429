"""HTTP client for Tavus: one pooled client per account, whose calls return a dict or raise an error of errors.py.

Source: Tavus API reference, "Authentication" (x-api-key) and the answers of each call.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import platform
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..version import __version__
from .errors import ConnectionFailed, OutcomeUnknown, SettingsError, Unauthorized, error_for
from .naming import NAMINGS
from .notices import notify
from .paths import is_id
from .retry import NOTHING_HAPPENED, REPEATABLE, retry_after, retry_on, seconds_until

if TYPE_CHECKING:
    import httpx

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
"""Creating a conversation waits for a room and a replica."""

_PAGE = 100
"""Items asked for at once; Tavus may give fewer. Source: Tavus API reference, List Conversations (`limit`)."""

_MOST_REREADS = 3
"""Times that a page is read again at most because the list changed meanwhile, so that each list comes to an end."""

_LONGEST = 500
"""Characters of Tavus's message that an error repeats."""


@dataclass(frozen=True)
class Call:
    """One call.

    method, path: of the request. doing: what the call does, for errors ("end conversation c1").
    id_field: name of the id in the path ("conversation_id"), by which an answer that means "gone" is recognized.
    repeatable: False for what must not happen twice, such as creating. holds: name and type of a member that an answer must have.
    """

    method: str
    path: str
    doing: str
    id_field: str = ""
    repeatable: bool = True
    holds: tuple[str, type] | None = None


class TavusClient:
    """Client for one account.

    base_url: address of the API. api_key: the account's key. retry_timeout: seconds for all tries of one call.
    spare_key: key that is used once the first one was refused. naming: names in requests, "persona" or "pal" (see naming.py).
    httpx takes proxies and certificates from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE).
    Raises SettingsError where these cannot be used.
    """

    def __init__(
        self, base_url: str, api_key: str, retry_timeout: float = 60.0, spare_key: str = "", naming: str = "persona"
    ) -> None:
        import httpx  # noqa: PLC0415  # loaded only where Tavus is called, which most programs and previews do not do

        headers = {"User-Agent": user_agent(), "Accept": "application/json"}
        limits = httpx.Limits(max_connections=256, max_keepalive_connections=256, keepalive_expiry=30.0)
        timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        try:
            self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout, limits=limits)
        except (OSError, ValueError, httpx.InvalidURL) as error:
            where = "check HTTPS_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
            raise SettingsError(f"could not prepare the connection to Tavus ({_first_line(error)}); {where}") from error
        self._keys = [api_key, spare_key] if spare_key else [api_key]
        self._retry_timeout = retry_timeout
        self._naming = NAMINGS[naming]
        self.clock_skew = 0.0
        """Seconds by which Tavus's clock is ahead of ours, by the Date header of its last answer."""

    def send(self, call: Call, body: Any = None, **params: Any) -> dict[str, Any]:
        """Make `call` with a JSON `body` and query `params`; return the answer's object, {} where it has none.

        Repeats what is safe to repeat. Raises ConnectionFailed, OutcomeUnknown, or the ApiError for the answer.
        """
        on = REPEATABLE if call.repeatable else NOTHING_HAPPENED
        return retry_on(lambda: self._send_with_keys(call, body, params), on, self._retry_timeout)

    def send_once(self, call: Call, body: Any = None) -> dict[str, Any]:
        """Make `call` as `send` does, without ever repeating it: the caller decides what to do about each error."""
        return self._send_with_keys(call, body, {})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pages(self, call: Call, key: str, first: int = 1, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield each item of a list once, page by page from page `first`; `key` names the items' id. Raises as `send` does."""
        seen: set[str] = set()

        def take_new(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
            new = list({item[key]: item for item in items if item[key] not in seen}.values())
            seen.update(item[key] for item in new)
            return new

        page = self._read_page(call, key, first, params)
        yield from take_new(page)
        for number in itertools.count(first + 1) if page else ():
            # An item that is deleted or ends moves those behind it forward, from the next page to this one, which was read
            # already. So this page is read again after the next one, until its end is the same as before.
            for _ in range(_MOST_REREADS):
                following = self._read_page(call, key, number, params)
                # Totals change meanwhile, so the list ends at an empty page.
                if not following and len(page) < _PAGE:
                    return
                before, page = page, self._read_page(call, key, number - 1, params)
                yield from take_new(page)
                if _last_id(page, key) == _last_id(before, key):
                    break
            yield from take_new(following)
            if not following or _last_id(following, key) == _last_id(page, key):
                return
            page = following

    def _read_page(self, call: Call, key: str, number: int, params: dict[str, Any]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.send(replace(call, holds=("data", list)), limit=_PAGE, page=number, **params)["data"]
        if any(not (isinstance(item, dict) and _is_key(key, item.get(key))) for item in items):
            raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus cannot be read (an item without {key})")
        return items

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
        with _map_errors(call):
            response = self._http.request(
                call.method, path, json=self._naming.to_wire_body(body), params=query, headers={"x-api-key": key}
            )
        ahead = seconds_until(response.headers.get("date"))
        self.clock_skew = self.clock_skew if ahead is None else ahead
        if response.status_code == 304:  # not modified: it is already as the request wants it
            return {}
        if not response.is_success:
            wait = retry_after(response.headers.get("retry-after"), response.headers.get("date"))
            message = self._naming.from_wire_text(_redact(_read_message(response), self._keys))
            raise error_for(call.doing, response.status_code, message, call.id_field, wait)
        return self._naming.from_wire(_read_content(call, response))


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


def _last_id(items: list[dict[str, Any]], key: str) -> str | None:
    return str(items[-1][key]) if items else None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _read_content(call: Call, response: httpx.Response) -> dict[str, Any]:
    """Return the object in a successful answer. Raises OutcomeUnknown for what is not an object, or lacks what the call needs."""
    if not response.content.strip() and not call.holds:
        return {}
    content, problem = _parse_object(response), "no JSON object"
    if content is not None and call.holds:
        name, kind = call.holds
        content, problem = (content, "") if isinstance(content.get(name), kind) else (None, f"no {name!r} in it")
    if content is None:
        raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus cannot be read ({response.status_code}, {problem})")
    return content


def _parse_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        content = response.json()
    except (ValueError, RecursionError):  # the latter for thousands of nested brackets
        return None
    return content if isinstance(content, dict) else None


def _read_message(response: httpx.Response) -> str:
    """Return Tavus's error message: `error` or `message` of a JSON body, else the beginning of the text."""
    content = _parse_object(response) or {}
    message = content.get("error") or content.get("message")
    return str(message) if message else " ".join(response.text[: 2 * _LONGEST].split()) or response.reason_phrase


_URL = re.compile(r"(https?://)(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)[^\s'\"]*", re.IGNORECASE)


def _redact(message: str, keys: list[str]) -> str:
    """Return Tavus's error message without keys and without all of an address except its host, and cut to a readable length."""
    for key in keys:
        message = message.replace(key, "***")
    # The user's addresses may hold tokens; Tavus's own say what to read.
    message = _URL.sub(lambda url: url[0] if url[2].endswith("tavus.io") else f"{url[1]}{url[2]}/***", message)
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def client_for(base_url: str, api_key: str, retry_timeout: float, spare_key: str = "", naming: str = "persona") -> TavusClient:
    """Return this process's one client for an account, so that connections are pooled; they are closed when the process ends."""
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
