"""Proxy between boto3 and the local AWS: it notes every call, and refuses, loses or holds those that a test names."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tavus_provider.recording.aws.permissions import KEY_CALLS
from tests.support.http_server import Answer, Request, serve

_ERROR = "<Error><Code>{}</Code><Message>said by a test</Message></Error>"

_ID = {"x-amzn-requestid": "chosen-by-a-test"}


@dataclass
class Fault:
    """What happens to a call: the first `skip` pass, then `times` get this error or page, `carried_out` or not."""

    call: str
    code: str
    status: int
    carried_out: bool
    times: int
    skip: int = 0
    page: str = ""


@dataclass
class Hold:
    """A call that waits, `carried_out` or not, until it is released; what is not carried out by then never is."""

    call: str
    carried_out: bool
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


@dataclass
class AwsProxy:
    """Its address, the AWS behind it, the calls so far ("PUT versioning", "CreateRole"), and what still goes wrong.

    headers, contents: those of the calls, in the same order.
    """

    target: str
    url: str = ""
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)

    def hold(self, call: str, carried_out: bool) -> Hold:
        """Keep the next call of that name waiting."""
        self.holds.append(Hold(call, carried_out))
        return self.holds[-1]

    def refuse(self, call: str, code: str = "AccessDenied", status: int = 403, times: int = 1, skip: int = 0) -> None:
        """Answer the next calls of that name with an error, and do not carry them out."""
        self.faults.append(Fault(call, code, status, carried_out=False, times=times, skip=skip))

    def lose(self, call: str, times: int = 1, skip: int = 0) -> None:
        """Carry the next calls of that name out, but answer them with a server error."""
        self.faults.append(Fault(call, "InternalError", 500, carried_out=True, times=times, skip=skip))

    def garble(self, call: str, carried_out: bool, status: int, page: str, skip: int = 0) -> None:
        """Answer the next call of that name with a page instead of what AWS says, `carried_out` or not."""
        self.faults.append(Fault(call, "", status, carried_out, times=1, skip=skip, page=page))

    def script(self, call: str, page: str) -> None:
        """Answer every call of that name with what AWS would say, which the local AWS cannot."""
        self.scripts[call] = page

    def forget(self) -> None:
        """Forget all calls, faults and holds."""
        self.calls.clear()
        self.headers.clear()
        self.contents.clear()
        self.faults.clear()
        self.holds.clear()

    def writes(self) -> list[str]:
        """Return the calls that change something."""
        return [call for call in self.calls if not call.startswith(("GET", "HEAD", "Get", "List"))]

    def answer(self, request: Request) -> Answer:
        """Note a call, and forward it unless it is refused."""
        call = _name_call(request)
        self.calls.append(call)
        self.headers.append(request.headers)
        self.contents.append(request.content)
        hold = next((each for each in self.holds if each.call == call and not each.held.is_set()), None)
        if hold:
            return self._wait(hold, request)
        fault = self._next_fault(call)
        if fault is None and call in self.scripts:
            return Answer(200, self.scripts[call], _ID)
        answer = self._forward(request) if fault is None or fault.carried_out else Answer()
        return _refuse(call, fault) if fault else answer

    def _next_fault(self, call: str) -> Fault | None:
        found = next((each for each in self.faults if each.call == call and each.times > 0), None)
        if found and found.skip:
            found.skip -= 1
            return None
        if found:
            found.times -= 1
        return found

    def _wait(self, hold: Hold, request: Request) -> Answer:
        """Close the connection once the hold is over: the caller is dead by then, or gets no answer."""
        if hold.carried_out:
            self._forward(request)
        hold.held.set()
        hold.released.wait()
        return Answer(closes=True)

    def _forward(self, request: Request) -> Answer:
        with closing(http.client.HTTPConnection(urlsplit(self.target).netloc)) as connection:
            connection.request(request.method, request.path, request.content, request.headers)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            dropped = {"connection", "transfer-encoding"} | ({"content-length"} if request.method != "HEAD" else set())
            return Answer(answer.status, answer.read(), {name: headers[name] for name in headers.keys() - dropped})


@contextmanager
def serve_aws_proxy(target: str) -> Iterator[AwsProxy]:
    """Serve a proxy in front of the AWS at `target`."""
    proxy = AwsProxy(target)
    with serve(proxy.answer, keep_alive=True) as proxy.url:
        yield proxy


def _refuse(call: str, fault: Fault) -> Answer:
    if not fault.code:
        return Answer(fault.status, fault.page, {"content-type": "text/html"})
    error = _ERROR.format(fault.code)
    if call in KEY_CALLS:
        return Answer(fault.status, {"__type": fault.code, "message": "said by a test"}, _ID)
    return Answer(fault.status, error if " " in call else f"<ErrorResponse>{error}</ErrorResponse>", _ID)


def _name_call(request: Request) -> str:
    """Name a call: KMS names it in a header, IAM and STS in the body, S3 by the method and the address."""
    target = request.headers.get("x-amz-target", "")
    if target:
        return target.rpartition(".")[2]
    parts = urlsplit(request.path)
    if parts.path == "/" and request.method == "POST":
        return parse_qs(request.content.decode())["Action"][0]
    subject = "object" if "/" in parts.path.strip("/") else "bucket"
    return f"{request.method} {next(iter(parse_qs(parts.query, keep_blank_values=True)), subject)}"
