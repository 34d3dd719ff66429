"""Terminal at which nobody types."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def run_at_terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[str, int]:
    """Run a command in a folder, at a terminal of its own; return what it printed there, on one line, and its exit code."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(command[0], list(command), dict(environment))  # noqa: S606 - it needs none
    printed = _read_all(terminal)
    os.close(terminal)
    return " ".join(printed.split()), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def run_with_errors_at_terminal(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], stop: str = ""
) -> tuple[str, str]:
    """Run a command whose stderr is a terminal and whose stdout is a pipe; return what it printed on each.

    stop: a text; once it is in a line on stdout the command is told to stop.
    """
    ours, theirs = pty.openpty()
    with (
        ThreadPoolExecutor(1) as pool,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True) as process,
    ):
        shown = pool.submit(_read_all, ours)
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if stop and stop in line:
                process.terminate()
        process.wait()
        os.close(theirs)
        printed = shown.result()
    os.close(ours)
    return "".join(lines), printed


def _read_all(terminal: int) -> str:
    printed = b""
    with contextlib.suppress(OSError):  # the other end is closed when the command has ended
        while chunk := os.read(terminal, 4096):
            printed += chunk
    return printed.decode()
