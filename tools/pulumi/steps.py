"""Long commands: run them with their time and a limit; at a terminal one line counts the seconds."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen, TimeoutExpired

TICK = 1.0
ERASE_LINE = "\r\x1b[K"
FOREVER = float("inf")


class Unavailable(Exception):
    """A source gives no engine; the message says why, in one line."""


def notify(text: str) -> None:
    """Print a line for the user on stderr: stdout has the answer."""
    print(f"{ERASE_LINE if sys.stderr.isatty() else ''}tools/pulumi: {text}", file=sys.stderr, flush=True)


def show_seconds(step: str, seconds: float) -> None:
    """Write how long a step has taken so far over what the line had before; what is not a terminal has the line of its start."""
    if sys.stderr.isatty():
        # A line that is wider than the terminal could not be erased.
        line = f"tools/pulumi: {step} ... {seconds:.0f} s"[: shutil.get_terminal_size().columns - 1]
        print(f"{ERASE_LINE}{line}", end="", file=sys.stderr, flush=True)
    elif not seconds:
        notify(f"{step} ...")


def run(step: str, command: list[str], cwd: Path, env: Mapping[str, str] | None = None, limit: float = FOREVER) -> str:
    """Run ``command``, show how long it takes, and return the last line it prints.

    Raises Unavailable with that line when it fails, or takes longer than ``limit`` seconds.
    """
    show_seconds(step, 0)
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            # A process group of its own, so that everything that the command has started ends with it.
            process = Popen(command, cwd=cwd, env=env, stdin=DEVNULL, stdout=output, stderr=STDOUT, process_group=0)
        except OSError as error:
            raise Unavailable(f"{step}: {error}") from error
        try:
            code = _wait(process, step, limit)
        finally:
            _end(process)
        seconds = time.monotonic() - started
        output.seek(0)
        last = (output.read().splitlines() or [f"exit code {code}"])[-1].strip()
    if code:
        raise Unavailable(f"{step} failed after {seconds:.1f} s: {last}")
    notify(f"{step}: {seconds:.1f} s")
    return last


def _wait(process: Popen[bytes], step: str, limit: float) -> int:
    started = time.monotonic()
    while (left := started + limit - time.monotonic()) > 0:
        try:
            return process.wait(min(TICK, left))
        except TimeoutExpired:
            show_seconds(step, time.monotonic() - started)
    raise Unavailable(f"{step} was stopped after {limit:.0f} s")


def _end(process: Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
