"""Terminal at which nobody types."""

from __future__ import annotations

import contextlib
import os
import pty
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_at_terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[str, int]:
    """Run a command in a folder, at a terminal of its own; return what it printed there, on one line, and its exit code."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(command[0], list(command), dict(environment))  # noqa: S606 - it needs none
    printed = b""
    with contextlib.suppress(OSError):  # the terminal is closed when the command has ended
        while chunk := os.read(terminal, 4096):
            printed += chunk
    os.close(terminal)
    return " ".join(printed.decode().split()), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
