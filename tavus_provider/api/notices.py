"""Notices to the user, beside results and errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar

redaction: ContextVar[Callable[[str], str]] = ContextVar("redaction", default=str)
"""Function that takes the secrets of the current call out of a notice."""


def notify(text: str) -> None:
    """Print one line for the user."""
    # Pulumi shows what a provider writes to stderr. Source: Pulumi changelog, 3.146.
    sys.stderr.write(f"{redaction.get()(text)}\n")
    sys.stderr.flush()
