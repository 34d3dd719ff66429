"""Webhooks: events sent to callback_url from a thread of their own, and the result of each."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import httpx

from ..api.json_body import dumps

ATTEMPTS = 3  # assumed: webhook-retries
_PAUSE = 0.1
_TIMEOUT = 2.0


class Webhooks:
    """Sender of events, one after the other, which keeps the result of each.

    A receiver that fails, hangs or does not exist never disturbs the sandbox: after three attempts (connection errors and
    5xx; 2 s each) the event is dropped.
    """

    def __init__(self) -> None:
        self._sent: list[dict[str, Any]] = []
        self._closed = threading.Event()
        # One worker, so that events arrive in order.
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-webhooks")

    def send(self, url: str, payload: Mapping[str, Any]) -> None:
        """Send the payload soon; nothing happens without a URL."""
        if url:
            self._sender.submit(self._deliver, url, payload)

    def deliveries(self) -> list[dict[str, Any]]:
        """Return all payloads with their results, once each has been delivered or dropped."""
        # The queue has one worker: when an empty task is done, everything before it is.
        self._sender.submit(lambda: None).result()
        return self.sent()

    def sent(self) -> list[dict[str, Any]]:
        """Return the payloads that were delivered or dropped so far, with their results."""
        return list(self._sent)

    def reset(self) -> None:
        """Forget the deliveries."""
        self.deliveries()
        self._sent.clear()

    def close(self) -> None:
        """Drop events that were not sent yet, and wait for the thread's end."""
        self._closed.set()
        self._sender.shutdown(cancel_futures=True)
        # The client is made when it is first needed, so there may be none.
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        # Most receivers are on this machine, which a proxy from the environment could not reach.
        return httpx.Client(timeout=_TIMEOUT, trust_env=False, headers={"Content-Type": "application/json"})

    def _deliver(self, url: str, payload: Mapping[str, Any]) -> None:
        attempts, status, error, retry = 0, None, None, True
        while retry and attempts < ATTEMPTS and not self._closed.wait(_PAUSE * attempts):
            attempts += 1
            status, error, retry = self._post(url, payload)
        self._sent.append({"url": url, "body": payload, "attempts": attempts, "status": status, "error": error})

    def _post(self, url: str, payload: Mapping[str, Any]) -> tuple[int | None, str | None, bool]:
        """Send once; return the status or the error, and whether to retry."""
        try:
            status = self._client.post(url, content=dumps(payload)).status_code
        except Exception as error:  # a URL is whatever a client wrote, so that not only httpx's errors come up
            retry = isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)
            return None, f"{type(error).__name__}: {error}", retry
        return status, None, status >= 500
