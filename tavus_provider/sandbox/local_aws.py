"""Local AWS for the local Tavus: moto's server, which evaluates bucket policies as for a connection over TLS."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http.client import HTTPConnection
from types import TracebackType
from typing import TYPE_CHECKING, Any

from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.s3.models import FakeBucket
from werkzeug import Request, Response

from .api.origins import find_refusal
from .aws.bucket_policies import evaluate_over_tls

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class LocalAws:
    """An AWS on 127.0.0.1 that starts empty and forgets everything at the end.

    Requires moto's server: pip install 'tavus-provider[local-aws]'. A process can run one at a time, since moto's state is
    shared within a process.

        with LocalAws() as aws, Sandbox(aws_endpoint=aws.url) as tavus:
            os.environ["AWS_ENDPOINT_URL"] = aws.url
    """

    url: str

    def __enter__(self) -> LocalAws:
        """Listen on a free port; when this returns, calls are answered."""
        # Its server logs a line for each request.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._get_permission = FakeBucket.get_permission
        setattr(FakeBucket, "get_permission", evaluate_over_tls(self._get_permission))
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        _check_origins(self._server)
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        return self

    def reset(self) -> None:
        """Delete all that it has."""
        connection = HTTPConnection(*self._server.get_host_and_port())
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening."""
        self._server.stop()
        setattr(FakeBucket, "get_permission", self._get_permission)


def _check_origins(server: ThreadedMotoServer) -> None:
    """Let the running server refuse what web pages send: moto itself answers any page, and lets it read the answer."""
    listening: Any = server._server
    moto = listening.app

    def check(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # Opening a page is refused, too, since moto changes things at a GET.
        refusal = find_refusal(environ["REQUEST_METHOD"], Request(environ).headers, opens_pages=False)
        answer = Response(f"The local AWS refused the request: {refusal}", 403) if refusal else moto
        return answer(environ, start_response)

    listening.app = check
