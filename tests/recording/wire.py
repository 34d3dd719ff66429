"""A real HTTP server between boto3 and the local AWS: it notes every call, and refuses or loses those that a test names."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tavus_provider.recording.permissions import KEY_CALLS

_ERROR = "<Error><Code>{}</Code><Message>said by a test</Message></Error>"


@dataclass
class Fault:
    """What happens to a call: the first `skip` pass, then `times` are answered with this error, `carried_out` or not."""

    call: str
    code: str
    status: int
    carried_out: bool
    times: int
    skip: int = 0


@dataclass
class Hold:
    """A call that is kept waiting, `carried_out` or not, until it is released; what is not carried out by then never is."""

    call: str
    carried_out: bool
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


@dataclass
class Wire:
    """Its address, the calls so far ("PUT versioning", "CreateRole"), and what still goes wrong."""

    url: str = ""
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def hold(self, call: str, carried_out: bool) -> Hold:
        """Keep the next call of that name waiting."""
        self.holds.append(Hold(call, carried_out))
        return self.holds[-1]

    def refuse(self, call: str, code: str = "AccessDenied", status: int = 403, times: int = 1, skip: int = 0) -> None:
        """Let the next calls of that name be answered with an error, and not be carried out."""
        self.faults.append(Fault(call, code, status, carried_out=False, times=times, skip=skip))

    def lose(self, call: str, times: int = 1, skip: int = 0) -> None:
        """Let the next calls of that name be carried out, but answered with a server error."""
        self.faults.append(Fault(call, "InternalError", 500, carried_out=True, times=times, skip=skip))

    def forget(self) -> None:
        """Begin anew."""
        self.calls.clear()
        self.headers.clear()
        self.faults.clear()
        self.holds.clear()

    def writes(self) -> list[str]:
        """Return the calls that change something."""
        return [call for call in self.calls if not call.startswith(("GET", "HEAD", "Get", "List"))]

    def fault(self, call: str) -> Fault | None:
        """Return what happens to this call, if anything does."""
        found = next((each for each in self.faults if each.call == call and each.times > 0), None)
        if found and found.skip:
            found.skip -= 1
            return None
        if found:
            found.times -= 1
        return found


class Server(ThreadingHTTPServer):
    """Serves in front of `target`."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.wire = Wire(url=f"http://127.0.0.1:{self.server_port}")
        self.target = urlsplit(target).netloc


class Handler(BaseHTTPRequestHandler):
    """Notes one call, and forwards it unless it is refused."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body of each answer waits 40 ms for the headers' acknowledgement

    def do(self) -> None:
        """Answer any method."""
        wire = self.server.wire
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        call = _named(self.command, self.path, body, self.headers.get("x-amz-target", ""))
        wire.calls.append(call)
        wire.headers.append({name.lower(): value for name, value in self.headers.items()})
        hold = next((each for each in wire.holds if each.call == call and not each.held.is_set()), None)
        if hold:
            self.wait(hold, body)
            return
        fault = wire.fault(call)
        if fault is None or fault.carried_out:
            answer = self.forwarded(body)
        if fault:
            answer = fault.status, {}, _refusal(call, fault.code)
        self.reply(*answer)

    def wait(self, hold: Hold, body: bytes) -> None:
        """Hang up once the hold is over: whoever called is dead by then, or gets no answer."""
        if hold.carried_out:
            self.forwarded(body)
        hold.held.set()
        hold.released.wait()
        self.close_connection = True

    def forwarded(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return the answer of the AWS behind."""
        with closing(http.client.HTTPConnection(self.server.target)) as connection:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        of_body = {name.lower(): value for name, value in headers.items()}.get("content-length", "0")
        self.send_header("content-length", of_body if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do

    def log_message(self, *_: object) -> None:
        """Keep test output quiet."""


@contextmanager
def wire_to(target: str) -> Iterator[Wire]:
    """Serve in front of `target`."""
    server = Server(target)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _refusal(call: str, code: str) -> bytes:
    if call in KEY_CALLS:
        return json.dumps({"__type": code, "message": "said by a test"}).encode()
    error = _ERROR.format(code)
    return (error if " " in call else f"<ErrorResponse>{error}</ErrorResponse>").encode()


def _named(method: str, path: str, body: bytes, target: str) -> str:
    """Name a call: KMS says it in a header, IAM and STS in the body, S3 by method and what the address is about."""
    if target:
        return target.rpartition(".")[2]
    parts = urlsplit(path)
    if parts.path == "/" and method == "POST":
        return parse_qs(body.decode())["Action"][0]
    thing = "object" if "/" in parts.path.strip("/") else "bucket"
    return f"{method} {next(iter(parse_qs(parts.query, keep_blank_values=True)), thing)}"
