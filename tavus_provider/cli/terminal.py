"""Terminal conventions of all commands: errors on one line, questions only at a terminal, no control characters.

All that commands print goes through this file, since names come from Tavus, AWS and states.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from tabulate import tabulate

from ..api.errors import TavusError

Item = TypeVar("Item")
_MANY: Final = 2
"""Items for which progress is shown."""


cwd_option = click.option(
    "--cwd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project; by default the current one.",
)
"""Option of every command that may need a project."""


@contextmanager
def report_errors() -> Iterator[None]:
    """End the command with one line and exit code 1 at a TavusError."""
    try:
        yield
    except TavusError as error:
        raise make_failure(error) from error


def make_failure(message: object) -> click.ClickException:
    """Return the exception that ends the command with this message on one line and exit code 1."""
    return click.ClickException(escape(to_one_line(message)))


def to_one_line(message: object) -> str:
    """Return a message on one line."""
    return " ".join(str(message).split())


def notify(*lines: str, err: bool = False) -> None:
    """Print lines, on stderr where what the command prints is for a file."""
    for line in lines:
        click.echo(escape(line), err=err)


def warn(message: object, label: str = "Warning") -> None:
    """Print a warning on one line on stderr."""
    click.echo(f"{label}: {escape(to_one_line(message))}", err=True)


def confirm(question: str, yes: bool) -> None:
    """Ask, unless `yes` answers already; ends the command at any other answer, or where there is no terminal to ask on."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise make_failure("nothing was done: there is no terminal to ask on; --yes goes ahead without asking")
    click.confirm(escape(question), abort=True)


@contextmanager
def show_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes the bytes so far and the bytes in all; without a terminal only the label is printed."""
    with click.progressbar(length=1, label=escape(label), file=sys.stderr) as bar:

        def progress(have: int, size: int) -> None:
            bar.length = max(size, 1)
            bar.update(have - bar.pos)

        yield progress


@contextmanager
def track(items: Sequence[Item], label: str) -> Iterator[Iterable[Item]]:
    """Yield the items again, and show how far their use has come; without a terminal nothing is printed."""
    hidden = not sys.stderr.isatty() or len(items) < _MANY
    with click.progressbar(items, label=escape(label), file=sys.stderr, hidden=hidden) as bar:
        yield bar


def escape(text: object) -> str:
    """Return a text with everything that is not printable escaped."""
    # A name with control characters could otherwise move the cursor and rewrite what is on the screen.
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in str(text))


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 recording" or "2 recordings"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def format_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return the lines of a table with aligned columns and "-" for None; no lines where there are no rows."""
    if not rows:
        return []
    escaped = [[None if cell is None else escape(cell) for cell in row] for row in rows]
    # Without disable_numparse an id such as 1e5 would be printed as a number.
    return tabulate(escaped, headers=titles, tablefmt="plain", missingval="-", disable_numparse=True).splitlines()
