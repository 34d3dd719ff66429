"""Notices to the user, beside results and errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar

redaction: ContextVar[Callable[[str], str]] = ContextVar("redaction", default=str)
"""Function that takes the secrets of the current call out of a notice."""


def _write_line(text: str) -> None:
    # Pulumi shows what the plugin of dynamic providers writes to stderr. Source: Pulumi changelog, 3.146.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


writer: ContextVar[Callable[[str], None]] = ContextVar("writer", default=_write_line)
"""Function that shows the notices of the current call."""


progress_writer: ContextVar[Callable[[str], None]] = ContextVar("progress_writer", default=_write_line)
"""Function that shows how far the current call has come."""


def notify(text: str) -> None:
    """Show one line to the user."""
    writer.get()(redaction.get()(text))


def notify_progress(text: str) -> None:
    """Show the user how far something has come, which nobody needs to know any more once it is done."""
    progress_writer.get()(redaction.get()(text))
