"""A real HTTP server that answers as a script says, for answers that no well-behaved Tavus gives."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """One answer: status, JSON or raw body, headers; or a connection closed without one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False

    def content(self) -> bytes:
        """Return the body as bytes."""
        if isinstance(self.body, str):
            return self.body.encode()
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Script:
    """The server's address, what it still has to answer, and what it was asked. The last answer is given for ever."""

    answers: list[Answer]
    requests: list[Request] = field(default_factory=list)
    url: str = ""


@contextmanager
def scripted(*answers: Answer) -> Iterator[Script]:
    """Serve `answers` in their order."""
    script = Script(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            length = int(self.headers.get("content-length", 0))
            content = self.rfile.read(length)
            body = json.loads(content) if content else None
            script.requests.append(Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            self.close_connection = True
            if not answer.closes:
                self.reply(answer)

        def reply(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content())))
            self.end_headers()
            self.wfile.write(answer.content())

        do_GET = do_POST = do_DELETE = do_PATCH = do

        def log_message(self, *_: object) -> None:
            """Keep test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
