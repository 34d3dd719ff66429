"""
What a user should hear of beside results and errors.

What a provider writes to stderr shows in Pulumi's output. Source: Pulumi changelog, 3.146.
"""

from __future__ import annotations

import sys


def notify(text: str) -> None:
    """Tell the user one line."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
