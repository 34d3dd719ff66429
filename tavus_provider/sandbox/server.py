"""The sandbox as a server on this machine, in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from tavus_provider.sandbox.account import NO_LIMITS, Account, Limits
from tavus_provider.sandbox.app import build
from tavus_provider.sandbox.behaviour import BY_THE_LETTER, Behaviour
from tavus_provider.sandbox.clock import Clock
from tavus_provider.sandbox.faults import Faults
from tavus_provider.sandbox.remote import Control

HOST = "127.0.0.1"
DEFAULT_KEY = "sandbox"


class Sandbox:
    """A local Tavus: real HTTP on 127.0.0.1, no account, no cost.

        with Sandbox() as sandbox:
            os.environ["TAVUS_BASE_URL"] = sandbox.url
            os.environ["TAVUS_API_KEY"] = sandbox.key
            ...
            sandbox.control.join(conversation_id)
            sandbox.control.inject("create", status=503, times=2)

    Args:
        port: the port to listen on; 0 picks a free one. OSError in one line if it is taken.
        key: the only API key that is accepted.
        aws_endpoint: URL of an AWS stand-in (moto, LocalStack) for recording roles and buckets. Without one, recording
            settings are accepted unchecked and recordings are only told of.
        clock_speed: how many seconds pass in the sandbox per second, 0 for none: then time passes by
            `control.advance` alone.
        limits: what the account may do; without limit by default.
        behaviour: what this Tavus does where its documents leave a choice, and how long its work takes.

    """

    def __init__(
        self,
        port: int = 0,
        *,
        key: str = DEFAULT_KEY,
        aws_endpoint: str | None = None,
        clock_speed: float = 1.0,
        limits: Limits = NO_LIMITS,
        behaviour: Behaviour = BY_THE_LETTER,
    ) -> None:
        self.key = key
        self._port = port
        self._account = Account(Clock(clock_speed), limits, aws_endpoint, behaviour)
        self._faults = Faults()

    def __enter__(self) -> Sandbox:
        """Start to listen; when this returns, calls are answered."""
        self._listener = _listen(self._port)
        self.url = self._account.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.control = Control(self.url)
        self._server = _Server(build(self._account, self.key, self._faults), self._faults)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="sandbox-server")
        self._account.start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening, and end every thread."""
        self.control.close()
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()  # a server that was told to end before it had begun leaves it open
        self._account.close()


def _listen(port: int) -> socket.socket:
    """Return a listening socket: clients may connect from here on, and are served once the server runs."""
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A port whose last owner has just gone can be had again at once.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        problem = f"The sandbox cannot listen on {HOST}:{port}: {error.strerror}."
        raise OSError(error.errno, f"{problem} Choose another port, or 0 for a free one.") from error
    listener.listen(1024)
    return listener


class _Connection(H11Protocol):
    """A connection that its calls can end: they find it as `transport` in their state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the transport for the calls to come."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """The leanest server that does the job; it drops the calls that faults keep waiting before it ends."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        settings = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_config=None,  # leaves the program's own logging alone
            date_header=False,  # Date tells the sandbox's time, not the machine's
            timeout_graceful_shutdown=3,
        )
        super().__init__(settings)
        self.faults = faults

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nothing wait any more, then end."""
        await self.faults.pauses.close()
        await super().shutdown(sockets)
