"""
How we talk to Tavus: one pooled client per set of settings, every answer either a dict or one of our errors.

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
from .retry import NOTHING_HAPPENED, REPEATABLE, retry_after, retry_on, seconds_until

if TYPE_CHECKING:
    import httpx

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
"""Creating a conversation waits for a room and a replica, so this is generous."""

_PAGE = 100
"""Items asked for at once; Tavus may give fewer. Source: Tavus API reference, List Conversations (`limit`)."""

_STIRRED = 3
"""Most times that a page is read again because the list changed meanwhile; one that never stands still has an end, too."""

_LONGEST = 500
"""Characters of Tavus's own words that an error repeats."""


@dataclass(frozen=True)
class Call:
    """
    One call: method and path, and `doing`, the words in which its failure is told ("end conversation c1").

    id_field: the id that the path names ("conversation_id"), by which an answer that means "gone" is known.
    repeatable: False for what must not happen twice, such as creating. holds: name and type of a member without which an answer
    is none.
    """

    method: str
    path: str
    doing: str
    id_field: str = ""
    repeatable: bool = True
    holds: tuple[str, type] | None = None


class TavusClient:
    """
    A client for one account.

    base_url: address of the API. api_key: the account's key. retry_timeout: seconds for all tries of one call.
    spare_key: the key to go on with where the first one is refused. naming: which names go over the wire (see naming.py).
    Proxies and certificates are taken from the environment as httpx does it (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE).
    """

    def __init__(
        self, base_url: str, api_key: str, retry_timeout: float = 60.0, spare_key: str = "", naming: str = "persona"
    ) -> None:
        import httpx  # noqa: PLC0415  # loaded only where Tavus is asked: a program and a preview do without

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
        """
        Make `call` with a JSON `body` and query `params`; return the answer's object, {} where it has none.

        Raises ConnectionFailed, OutcomeUnknown, or the ApiError that the answer stands for. 304 counts as success: what was
        asked for is already so. Repeats what is safe to repeat.
        """
        on = REPEATABLE if call.repeatable else NOTHING_HAPPENED
        return retry_on(lambda: self._with_key(call, body, params), on, self._retry_timeout)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pages(self, call: Call, key: str, first: int = 1, **params: Any) -> Iterator[dict[str, Any]]:
        """
        Yield each item of a list once, page by page from page `first`; `key` names the items' id.

        Pages shift while they are read: what is deleted, or ends in a list of what is active, lets an item move from a page that
        is still to be read to one that was read already. So a page is read again after the one that follows it, until it still
        ends the same. The walk ends at an empty page and not by arithmetic. Raises as `send` does.
        """
        seen: set[str] = set()

        def fresh(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
            new = list({item[key]: item for item in items if item[key] not in seen}.values())
            seen.update(item[key] for item in new)
            return new

        page = self._page(call, key, first, params)
        yield from fresh(page)
        for number in itertools.count(first + 1) if page else ():
            for _ in range(_STIRRED):
                following = self._page(call, key, number, params)
                if not following and len(page) < _PAGE:
                    return
                before, page = page, self._page(call, key, number - 1, params)
                yield from fresh(page)
                if _last(page, key) == _last(before, key):
                    break
            yield from fresh(following)
            if not following or _last(following, key) == _last(page, key):
                return
            page = following

    def _page(self, call: Call, key: str, number: int, params: dict[str, Any]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.send(replace(call, holds=("data", list)), limit=_PAGE, page=number, **params)["data"]
        if any(not isinstance(item, dict) or not item.get(key) for item in items):
            raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus cannot be read (an item without {key})")
        return items

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
            notify("the API key that `pulumi up` stored was refused (401); the key in TAVUS_API_KEY is used instead")
        return self._once(call, body, params, spare[0])

    def _once(self, call: Call, body: Any, params: dict[str, Any], key: str) -> dict[str, Any]:
        path, query, sent = self._naming.path(call.path), self._naming.query(params), self._naming.body(body)
        with _told(call):
            response = self._http.request(call.method, path, json=sent, params=query, headers={"x-api-key": key})
        ahead = seconds_until(response.headers.get("date"))
        self.clock_skew = self.clock_skew if ahead is None else ahead
        if response.status_code == 304:
            return {}
        if not response.is_success:
            wait = retry_after(response.headers.get("retry-after"), response.headers.get("date"))
            said = self._naming.words(_discreet(_words(response), self._keys))
            raise error_for(call.doing, response.status_code, said, call.id_field, wait)
        return self._naming.answer(_content(call, response))


@contextmanager
def _told(call: Call) -> Iterator[None]:
    """Turn every error of httpx into one of ours."""
    import httpx  # noqa: PLC0415  # see TavusClient

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        hint = "check the network, the proxy and tavus:baseUrl"
        raise ConnectionFailed(f"could not {call.doing}: no connection to Tavus ({_first_line(error)}); {hint}") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        reason = f"could not {call.doing}: the answer of Tavus was lost ({_first_line(error)}); look before you try again"
        raise OutcomeUnknown(reason) from error


def _last(items: list[dict[str, Any]], key: str) -> str | None:
    return str(items[-1][key]) if items else None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _content(call: Call, response: httpx.Response) -> dict[str, Any]:
    if not response.content.strip() and not call.holds:
        return {}
    content, what = _object(response), "no JSON object"
    if content is not None and call.holds:
        name, kind = call.holds
        content, what = (content, "") if isinstance(content.get(name), kind) else (None, f"no {name!r} in it")
    if content is None:
        raise OutcomeUnknown(f"could not {call.doing}: the answer of Tavus cannot be read ({response.status_code}, {what})")
    return content


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        content = response.json()
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _words(response: httpx.Response) -> str:
    """Read Tavus's own words: `error` or `message` of a JSON body, else the beginning of the text."""
    content = _object(response) or {}
    said = content.get("error") or content.get("message")
    return str(said) if said else " ".join(response.text[: 2 * _LONGEST].split()) or response.reason_phrase


_URL = re.compile(r"(https?://)(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)[^\s'\"]*", re.IGNORECASE)


def _discreet(words: str, keys: list[str]) -> str:
    """
    Leave out of what Tavus says whatever it may repeat of ours: keys, and all of an address but its host, for it may be a token.

    Addresses of Tavus's own stay, and what is longer than an error should be is cut.
    """
    for key in keys:
        words = words.replace(key, "***")
    words = _URL.sub(lambda url: url[0] if url[2].endswith("tavus.io") else f"{url[1]}{url[2]}/***", words)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def client_for(base_url: str, api_key: str, retry_timeout: float, spare_key: str = "", naming: str = "persona") -> TavusClient:
    """Return this process's one client for an account, so that connections are pooled; they are closed when it ends."""
    with _making:
        return _client(base_url, api_key, retry_timeout, spare_key, naming)


_making = threading.Lock()
"""Many calls begin at once, and each would make a client of its own."""


@functools.cache
def _client(base_url: str, api_key: str, retry_timeout: float, spare_key: str, naming: str) -> TavusClient:
    client = TavusClient(base_url, api_key, retry_timeout, spare_key, naming)
    atexit.register(client.close)
    return client


@functools.cache
def user_agent() -> str:
    """Return how we name ourselves to Tavus: our version and Python's."""
    return f"tavus-provider/{__version__} python/{platform.python_version()} {sys.platform}"
