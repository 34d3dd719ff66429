"""Terminal conventions of all commands: errors on one line, questions only at a terminal, no control characters."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from tabulate import tabulate

from ..api.errors import TavusError


@contextmanager
def report_errors() -> Iterator[None]:
    """End the command with one line and exit code 1 at a TavusError."""
    try:
        yield
    except TavusError as error:
        raise click.ClickException(to_one_line(error)) from error


def to_one_line(message: object) -> str:
    """Return a message on one line."""
    return " ".join(str(message).split())


def warn(message: str) -> None:
    """Print a warning on stderr."""
    click.echo(f"Warning: {message}", err=True)


def confirm(question: str, yes: bool) -> None:
    """Ask, unless `yes` answers already; ends the command at any other answer, or where there is no terminal to ask on."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.ClickException("nothing was done: there is no terminal to ask on; --yes goes ahead without asking")
    click.confirm(question, abort=True)


def escape(text: object) -> str:
    """Return a text with everything that is not printable escaped."""
    # A name with control characters could otherwise move the cursor and rewrite the list.
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in str(text))


def format_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return the lines of a table with aligned columns and "-" for None; no lines where there are no rows."""
    if not rows:
        return []
    # Without disable_numparse an id such as 1e5 would be printed as a number.
    return tabulate(rows, headers=titles, tablefmt="plain", missingval="-", disable_numparse=True).splitlines()
