"""Webhooks: what is sent to callback_url, from a thread of its own, and what became of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import httpx

from tavus_provider.sandbox.wire import dumps

ATTEMPTS = 3  # assumed: webhook-retries
_PAUSE = 0.1
_TIMEOUT = 2.0


class Webhooks:
    """Sends events one after the other, so that they arrive in order, and keeps what became of each.

    A receiver that fails, hangs or does not exist never disturbs the sandbox: after three tries (connection errors and
    5xx; 2 s each) the event is given up.
    """

    def __init__(self) -> None:
        self._sent: list[dict[str, Any]] = []
        self._closed = threading.Event()
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-webhooks")

    def send(self, url: str, payload: Mapping[str, Any]) -> None:
        """Send the payload soon; nothing happens without a URL."""
        if url:
            self._sender.submit(self._deliver, url, payload)

    def deliveries(self) -> list[dict[str, Any]]:
        """Return what was sent and how it went, once all that is under way has been delivered or given up."""
        self._sender.submit(lambda: None).result()
        return list(self._sent)

    def reset(self) -> None:
        """Forget the deliveries."""
        self.deliveries()
        self._sent.clear()

    def close(self) -> None:
        """Drop what was not sent yet and wait for the thread's end."""
        self._closed.set()
        self._sender.shutdown(cancel_futures=True)
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        # Receivers are mostly on this machine: reached directly, whatever proxy the environment names.
        return httpx.Client(timeout=_TIMEOUT, trust_env=False, headers={"Content-Type": "application/json"})

    def _deliver(self, url: str, payload: Mapping[str, Any]) -> None:
        attempts, status, error, again = 0, None, None, True
        while again and attempts < ATTEMPTS and not self._closed.wait(_PAUSE * attempts):
            attempts += 1
            status, error, again = self._post(url, payload)
        self._sent.append({"url": url, "body": payload, "attempts": attempts, "status": status, "error": error})

    def _post(self, url: str, payload: Mapping[str, Any]) -> tuple[int | None, str | None, bool]:
        """Send once; return the status or the error, and whether to try again."""
        try:
            status = self._client.post(url, content=dumps(payload)).status_code
        except Exception as error:  # whatever a client wrote as its URL ends here, not only what httpx raises
            again = isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
            return None, f"{type(error).__name__}: {error}", again
        return status, None, status >= 500
