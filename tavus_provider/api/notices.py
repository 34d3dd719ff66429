"""Notices to the user, beside results and errors."""

from __future__ import annotations

import sys


def notify(text: str) -> None:
    """Print one line for the user."""
    # Pulumi shows what a provider writes to stderr. Source: Pulumi changelog, 3.146.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
