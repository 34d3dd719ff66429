"""Connections to Tavus: one for each thread, which keeps it from call to call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class Connections:
    """An httpx client for each thread that calls.

    make: returns a client with one connection. It is called once at first, so that its errors are raised here.
    """

    # In a pool that threads share, httpcore looks at each request from every idle connection at all others (httpcore 1.0.9,
    # connection_pool.py): with 64 of them a request took 2.1 ms of processor time, and with its own connection 0.65 ms.

    def __init__(self, make: Callable[[], httpx.Client]) -> None:
        self._make = make
        self._thread = threading.local()
        self._all: list[httpx.Client] = []
        self.of_thread()

    def of_thread(self) -> httpx.Client:
        """Return the client of the current thread."""
        found: httpx.Client | None = getattr(self._thread, "client", None)
        if found is None:
            found = self._thread.client = self._make()
            self._all.append(found)
        return found

    def close(self) -> None:
        """Close the connections of all threads."""
        for each in self._all:
            each.close()
