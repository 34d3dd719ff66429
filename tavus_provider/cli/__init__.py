"""Command `tavus-provider`."""

from __future__ import annotations

import sys

_PACKAGES = ("click", "tabulate")
"""Packages of the extra `cli`."""


def main() -> None:
    """Run the command; exit with the line that installs the extra where it is missing."""
    try:
        from .main import cli
    except ModuleNotFoundError as error:
        if error.name not in _PACKAGES:
            raise
        sys.exit(f"tavus-provider needs {error.name}: install it with pip install 'tavus-provider[cli]'")
    cli()
