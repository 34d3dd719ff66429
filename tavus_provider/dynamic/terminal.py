"""Detachment from the terminal, so that neither this process nor a program that it starts can ask somebody."""

from __future__ import annotations

import contextlib
import functools
import os


@functools.cache
def leave_terminal() -> None:
    """Let whoever reads standard input find its end, and detach from the terminal, which can be opened in spite of that.

    The engine writes nothing to a plugin's standard input and runs it in the background: who reads the one waits for ever, and
    who reads the other is stopped by the system, with all calls in flight. Test: tests/real_engine/storage/test_aws_accounts.py.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # Windows has none of these. The leader of a session would take the terminal from all of it.
    with contextlib.suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415
        import termios  # noqa: PLC0415

        if os.getsid(0) != os.getpid():
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
            fcntl.ioctl(terminal, termios.TIOCNOTTY)
            os.close(terminal)
