"""Server of the sandbox, on this machine and in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import build_app
from .control.client import ControlClient
from .faults.armed_faults import ArmedFaults
from .world.account import Account
from .world.behavior import CONTRACT_BEHAVIOR, Behavior
from .world.clock import Clock
from .world.limits import NO_LIMITS, Limits
from .world.recordings import RecordingStore

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
        key: the only API key that is accepted; to set another one later is to rotate the account's key.
        aws_endpoint: URL of an AWS stand-in (moto, LocalStack) for recording roles and buckets. Without one, recording
            settings are not checked, and recordings are announced but not written.
        clock_speed: how many seconds pass in the sandbox per second. With 0, time passes only by `control.advance`.
        limits: the account's limits; none by default.
        behavior: choices where Tavus's documents leave one, and how long its work takes.

    """

    def __init__(
        self,
        port: int = 0,
        *,
        key: str = DEFAULT_KEY,
        aws_endpoint: str | None = None,
        clock_speed: float = 1.0,
        limits: Limits = NO_LIMITS,
        behavior: Behavior = CONTRACT_BEHAVIOR,
    ) -> None:
        self.key = key
        self._port = port
        self._account = Account(Clock(clock_speed), limits, _make_store(aws_endpoint), behavior)
        self._faults = ArmedFaults()

    def __enter__(self) -> Sandbox:
        """Start to listen; when this returns, calls are answered."""
        self._listener = _open_listener(self._port)
        self.url = self._account.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self.control = ControlClient(self.url)
        self._server = _Server(build_app(self._account, lambda: self.key, self._faults), self._faults)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="sandbox-server")
        self._account.start()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening, and end every thread."""
        self.control.close()
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()  # a server that is stopped before it has started leaves it open
        self._account.close()


def _make_store(endpoint: str | None) -> RecordingStore | None:
    """Return the recording store at the endpoint, None without one."""
    if endpoint is None:
        return None
    from .aws.recording_store import AwsRecordingStore  # noqa: PLC0415 (boto3 is slow to load and seldom needed)

    return AwsRecordingStore(endpoint)


def _open_listener(port: int) -> socket.socket:
    """Return a listening socket; clients can connect at once, and are served when the server runs."""
    # asyncio turns Nagle's algorithm off only where the protocol is named; otherwise an answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Otherwise a port stays blocked for minutes after its last server has ended.
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
    """Connection whose calls find it as `transport` in their state, so that faults can close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the transport for the calls to come."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Minimal server, which drops the calls that wait because of faults before it ends."""

    def __init__(self, app: ASGIApp, faults: ArmedFaults) -> None:
        settings = uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_config=None,  # the program's own logging stays as it is
            date_header=False,  # Date tells the sandbox's time, not the machine's
            timeout_graceful_shutdown=3,
        )
        super().__init__(settings)
        self.faults = faults

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop all waiting calls, then end."""
        await self.faults.pauses.close()
        await super().shutdown(sockets)
