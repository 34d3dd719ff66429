"""Command `tavus-provider`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_PACKAGES = ("click", "tabulate")
"""Packages of the extra `cli`."""


def main() -> None:
    """Run the command; exit with the line that installs what it needs where that is missing."""
    try:
        from .main import cli
    except ModuleNotFoundError as error:
        if error.name not in _PACKAGES:
            raise
        sys.exit(f"Error: {describe_missing(error, sys.argv)}")
    cli()


def describe_missing(error: ModuleNotFoundError, arguments: Sequence[str]) -> str:
    """Return which package a command line lacks, and how to install it with all others that the command line needs."""
    # The extra local-aws includes sandbox, which includes cli.
    extra = "local-aws" if "--local-aws" in arguments else "sandbox" if "sandbox" in arguments else "cli"
    return f"{error.name} is not installed; install all that this command needs: pip install 'tavus-provider[{extra}]'"
