"""Command `tavus-provider sandbox`, which runs a local Tavus until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from . import describe_missing
from .terminal import format_examples, json_option, make_failure, notify, print_json, show_progress

if TYPE_CHECKING:
    from ..sandbox import Sandbox

_PERSONA, _REPLICA = "pcb7a34da5fe", "r90bbd427f71"
_ANY_CREDENTIALS = "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1"


@click.command(
    epilog=format_examples(
        "sandbox",
        {
            "--port 8080": "a local Tavus at http://127.0.0.1:8080",
            "--local-aws --speed 60": "with a local AWS; an hour takes a minute",
        },
    )
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; by default a free one.")
@click.option("--aws-endpoint", metavar="URL", help="AWS stand-in (moto, LocalStack) that recordings are written to.")
@click.option("--local-aws", is_flag=True, help="Run a local AWS too, and write recordings to it.")
@click.option("--key", default="sandbox", show_default=True, help="The API key that is accepted.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, max=1e6),
    default=1.0,
    show_default=True,
    help="Seconds that pass in the sandbox per second; 60 makes an hour a minute.",
)
@json_option
def sandbox(local_aws: bool, aws_endpoint: str | None, as_json: bool, **settings: Any) -> None:
    """Run a local Tavus on 127.0.0.1 until Ctrl-C.

    It answers as Tavus does and costs nothing: conversations end by themselves, recordings are written to the bucket
    at --aws-endpoint, or of --local-aws, and everything is forgotten when it stops.
    """
    if local_aws and aws_endpoint:
        raise click.UsageError("--local-aws and --aws-endpoint cannot be given together")
    try:
        with _stop_signal() as stopped, ExitStack() as running:
            with show_progress("Starting") as progress:
                aws = running.enter_context(_local_aws()) if local_aws else aws_endpoint
                progress(1, 2)
                local_tavus = running.enter_context(_sandbox(aws, **settings))
                progress(2, 2)
            if as_json:
                print_json({"url": local_tavus.url, "aws_endpoint": aws, "persona_id": _PERSONA, "replica_id": _REPLICA})
            else:
                _print_introduction(local_tavus, aws, local_aws)
            stopped.wait()
    except OSError as error:
        raise make_failure(error.strerror or error) from error


@contextmanager
def _local_aws() -> Iterator[str]:
    """Run a local AWS and yield its address."""
    try:
        from ..sandbox.local_aws import LocalAws
    except ModuleNotFoundError as error:
        raise make_failure(describe_missing(error, ("sandbox", "--local-aws"))) from error
    with LocalAws() as aws:
        yield aws.url


def _sandbox(aws: str | None, port: int, key: str, speed: float) -> Sandbox:
    try:
        from ..sandbox import Sandbox
    except ModuleNotFoundError as error:
        raise make_failure(describe_missing(error, ("sandbox",))) from error
    return Sandbox(port, key=key, aws_endpoint=aws, clock_speed=speed)


def _print_introduction(local_tavus: Sandbox, aws: str | None, local_aws: bool) -> None:
    """Print the address of the sandbox and how to point the provider to it, without a key that the user chose."""
    key = local_tavus.key if local_tavus.key == "sandbox" else "<the key given with --key>"
    lines = [
        f"Tavus sandbox is ready at {local_tavus.url} (Ctrl-C ends it)",
        f"Point the provider to it: export TAVUS_BASE_URL={local_tavus.url} TAVUS_API_KEY={key}",
        f"It has the persona {_PERSONA} and the replica {_REPLICA}, among others",
        "A browser shows a dashboard at that address, with a room for each conversation",
    ]
    if local_aws:
        lines.append(f"Point boto3 to its AWS: export AWS_ENDPOINT_URL={aws} {_ANY_CREDENTIALS}")
    if aws is None:
        lines.append("Recordings are not checked and not written: neither --aws-endpoint nor --local-aws was given")
    notify(*lines)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set instead of ending the process."""
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = [signal.signal(one, lambda *_: stopped.set()) for one in signals]
    try:
        yield stopped
    finally:
        for one, handler in zip(signals, previous, strict=True):
            signal.signal(one, handler)
