"""The command `tavus-provider`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; say what to install where the extra that it needs is missing."""
    try:
        from .main import cli
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("click"):
            raise
        sys.exit("tavus-provider needs click: install it with pip install 'tavus-provider[cli]'")
    cli()
