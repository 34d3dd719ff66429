"""Deadlines: each call ends, however slowly the bytes of its answer arrive."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tavus_provider.api.call import Call
from tavus_provider.api.client import TavusClient
from tavus_provider.api.errors import OutcomeUnknown
from tests.support.http_server import Answer, serve_answers

CREATE = Call("POST", "/v2/conversations", "create conversation 'call'", repeatable=False)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"


@contextmanager
def serve_slowly(at_once: bytes, then: bytes) -> Iterator[str]:
    """Serve one call: some bytes at once, then one of the others every 50 ms; yield the server's address."""

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(at_once)
            for number in range(len(then)):
                time.sleep(0.05)
                try:
                    connection.sendall(then[number : number + 1])
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(("at_once", "then"), [(HEAD, b" " * 1000), (b"", HEAD * 20)], ids=["body", "headers"])
@pytest.mark.parametrize("proxied", [False, True])
def test_an_answer_that_drips_ends_with_the_call(
    monkeypatch: pytest.MonkeyPatch, at_once: bytes, then: bytes, proxied: bool
) -> None:
    """The outcome is unknown once the time of the call is over, although bytes keep arriving; the connection is closed."""
    with serve_slowly(at_once, then) as url:
        if proxied:
            monkeypatch.setenv("HTTP_PROXY", url)
        client = TavusClient("http://tavus.invalid" if proxied else url, "key", answer_timeout=0.4)
        with pytest.raises(OutcomeUnknown, match="could not create conversation 'call'.*(timed out|took too long)"):
            client.send(CREATE, {})
        client.close()


def test_the_next_call_has_its_own_time() -> None:
    """A connection is used again after a pause that is longer than the time of a call."""
    with serve_answers(Answer(body={"conversation_id": "c1"})) as tavus:
        client = TavusClient(tavus.url, "key", answer_timeout=0.3)
        for _ in range(2):
            assert client.send(CREATE, {}) == {"conversation_id": "c1"}
            time.sleep(0.4)
        client.close()
