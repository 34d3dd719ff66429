"""Private names of httpx that this package depends on, all in this file, with the test that notices where one is gone."""

from __future__ import annotations

import importlib
import ssl
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


_COMMAND_LINE = "httpx._main"


def load_httpx() -> ModuleType:
    """Return httpx, loaded without its command line, which needs click, rich and pygments.

    Where they are installed, they take four fifths of the time that httpx takes to load, in every plugin that calls Tavus.
    `httpx.main` still runs it. Where a later version has it elsewhere, httpx loads as always. Test: tests/api/test_client.py.
    """
    if "httpx" in sys.modules:
        return sys.modules["httpx"]
    stand_in = ModuleType(_COMMAND_LINE)
    stand_in.main = lambda *args: importlib.import_module(_COMMAND_LINE).main(*args)  # type: ignore[attr-defined]
    sys.modules[_COMMAND_LINE] = stand_in
    try:
        return importlib.import_module("httpx")
    finally:
        sys.modules.pop(_COMMAND_LINE, None)


class Deadline(threading.local):
    """Moment, by the monotonic clock, at which the call of the current thread has to be over."""

    end: float = float("inf")

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give the calls of the body these seconds."""
        self.end = time.monotonic() + seconds
        try:
            yield
        finally:
            self.end = float("inf")

    def shorten(self, timeout: float | None) -> float:
        """Return the shorter of a timeout and what is left. Raises httpcore's ReadTimeout where nothing is."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer took too long")
        return left if timeout is None else min(timeout, left)


def limit_calls(client: httpx.Client, deadline: Deadline) -> None:
    """Let each call of a client end by a deadline, however slowly the bytes of its answer arrive.

    httpx has timeouts for each read, so that a byte now and then would hold a call for ever. httpcore has a public interface for
    the streams of a connection pool, and httpx no public way to reach its pools, `_transport._pool` and `_mounts`. Where a later
    version has them otherwise, only the timeouts of httpx are left. Test: tests/api/test_deadlines.py.
    """
    for transport in (getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.NetworkBackend):
            pool._network_backend = _Backend(backend, deadline)  # type: ignore[union-attr]  # not None, since it has a backend


class _Backend(httpcore.NetworkBackend):
    """Backend whose streams end by a deadline."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self.backend, self.deadline = backend, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self.backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self.deadline)

    def sleep(self, seconds: float) -> None:
        self.backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """Stream that ends by a deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.deadline.shorten(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.deadline.shorten(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, timeout), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
