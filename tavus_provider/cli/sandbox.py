"""The command `tavus-provider sandbox`: a local Tavus to play with until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tavus_provider.sandbox import Sandbox


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; by default a free one.")
@click.option("--aws-endpoint", metavar="URL", help="AWS stand-in (moto, LocalStack) that recordings are written to.")
@click.option("--key", default="sandbox", show_default=True, help="The API key that is accepted.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, max=1e6),
    default=1.0,
    show_default=True,
    help="Seconds that pass in the sandbox per second; 60 makes an hour a minute.",
)
def sandbox(port: int, aws_endpoint: str | None, key: str, speed: float) -> None:
    """Run a local Tavus on 127.0.0.1 until Ctrl-C.

    It answers as Tavus does and costs nothing: conversations end by themselves, recordings are written to the bucket
    at --aws-endpoint, and everything is forgotten at the end.
    """
    local_tavus = _sandbox(port, key=key, aws_endpoint=aws_endpoint, clock_speed=speed)
    try:
        with _stop_signal() as stopped, local_tavus:
            _introduce(local_tavus, aws_endpoint)
            stopped.wait()
    except OSError as error:
        raise click.ClickException(error.strerror or str(error)) from error


def _sandbox(port: int, **settings: Any) -> Sandbox:
    try:
        from tavus_provider.sandbox import Sandbox
    except ModuleNotFoundError as error:
        advice = "install it with: pip install 'tavus-provider[sandbox]'"
        raise click.ClickException(f"The sandbox needs {error.name}, which is not installed; {advice}") from error
    return Sandbox(port, **settings)


def _introduce(local_tavus: Sandbox, aws_endpoint: str | None) -> None:
    """Say where the sandbox is and how to point the provider to it; a key of the user's own is not repeated."""
    key = local_tavus.key if local_tavus.key == "sandbox" else "<the key given with --key>"
    lines = [
        f"Tavus sandbox is ready at {local_tavus.url} (Ctrl-C ends it)",
        f"Point the provider to it: export TAVUS_BASE_URL={local_tavus.url} TAVUS_API_KEY={key}",
    ]
    if aws_endpoint is None:
        lines.append("Recordings are not checked and not written: no --aws-endpoint was given")
    click.echo("\n".join(lines))


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Give an event that SIGINT and SIGTERM set, instead of what they would do otherwise."""
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, lambda *_: stopped.set()) for one in signals]
    try:
        yield stopped
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)
