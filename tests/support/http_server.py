"""HTTP server on a real socket whose answers a test decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """Answer to one request: a status, a body (bytes, text or JSON) and headers; or a connection closed without an answer."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass
class Request:
    """Request as the server received it; the names of its headers are in lower case. port: the client's end of the connection."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes
    port: int = 0

    @property
    def body(self) -> Any:
        """The body as JSON, None where there is none."""
        return json.loads(self.content) if self.content else None


@contextmanager
def serve(answer: Callable[[Request], Answer], keep_alive: bool = False) -> Iterator[str]:
    """Serve the answers that `answer` returns, each in a thread of its own; yield the server's address."""
    server = _Server(answer, keep_alive)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Script:
    """Answers that a server still has to give, and the requests it received. It repeats the last answer forever."""

    answers: list[Answer]
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Request) -> Answer:
        """Note a request and return the next answer."""
        self.requests.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serve_answers(*answers: Answer) -> Iterator[Script]:
    """Serve `answers` in their order, such as no well-behaved Tavus gives."""
    script = Script(list(answers))
    with serve(script.answer) as script.url:
        yield script


class _Server(ThreadingHTTPServer):
    def __init__(self, answer: Callable[[Request], Answer], keep_alive: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.keep_alive = answer, keep_alive


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body of each answer waits 40 ms for the acknowledgement of the headers

    def do_request(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Request(self.command, self.path, headers, content, self.client_address[1]))
        if answer.closes:
            self.close_connection = True
        else:
            self.reply(answer)

    def reply(self, answer: Answer) -> None:
        headers = {"content-length": str(len(answer.content)), **answer.headers}
        if not self.server.keep_alive:
            headers["connection"] = "close"
        self.send_response_only(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_request

    def log_message(self, *_: object) -> None:
        """Keep test output quiet."""
