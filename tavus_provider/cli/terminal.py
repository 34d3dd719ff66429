"""Terminal conventions of all commands: errors on one line, questions only at a terminal, no control characters.

All that commands print goes through this file, since names come from Tavus, AWS and states.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from tabulate import tabulate

from ..api.errors import TavusError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click names the type nowhere else

Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Function that takes how much is done, and how much there is in all."""
_MANY: Final = 2
"""Items for which progress is shown."""
_ERASE_LINE_ABOVE: Final = "\x1b[A\x1b[K"
_is_drawing: ContextVar[bool] = ContextVar("is_drawing", default=False)
"""Whether there is a bar on the terminal: a second one would be drawn over it."""


cwd_option = click.option(
    "--cwd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project; by default the current one.",
)
"""Option of every command that may need a project."""
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for programs.")
"""Option of every command whose result a program may read."""


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
    """Print lines, on stderr where what the command prints is for a file or a program."""
    if lines:
        click.echo("\n".join(map(escape, lines)), err=err)


def print_json(value: object) -> None:
    """Print a result for programs, in ASCII."""
    notify(*json.dumps(value, indent=2).splitlines())


def warn(message: object, label: str = "Warning") -> None:
    """Print a warning on one line on stderr."""
    click.echo(f"{label}: {escape(to_one_line(message))}", err=True)


def confirm(question: str, yes: bool) -> None:
    """Ask, unless `yes` answers already; ends the command at any other answer, or where there is no terminal to ask on."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise make_failure("nothing was done: there is no terminal to ask on; --yes goes ahead without asking")
    click.confirm(escape(question), abort=True, err=True)


@contextmanager
def show_progress(label: str) -> Iterator[Progress]:
    """Yield a function that shows how far something has come, at a terminal only."""
    with _draw_bar(label, range(1), show_pos=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress


@contextmanager
def track(items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Iterable[Item]]:
    """Yield the items again, and show how many of them have been used, at a terminal only. total: None where nobody knows."""
    with _draw_bar(label, items, length=total, show_pos=True, hidden=total is not None and total < _MANY) as bar:
        yield bar


@contextmanager
def _draw_bar(label: str, items: Iterable[Item], *, hidden: bool = False, **settings: Any) -> Iterator[ProgressBar[Item]]:
    """Draw a bar on stderr, as stdout has the result, and remove it at the end.

    It is hidden where stderr is no terminal, and inside of another bar.
    """
    hidden = hidden or _is_drawing.get() or not sys.stderr.isatty()
    before = _is_drawing.set(_is_drawing.get() or not hidden)
    try:
        with click.progressbar(items, label=escape(label), file=sys.stderr, hidden=hidden, **settings) as bar:
            yield bar
    finally:
        _is_drawing.reset(before)
        if not hidden:
            click.echo(_ERASE_LINE_ABOVE, nl=False, err=True)


def escape(text: object) -> str:
    """Return a text with everything that is not printable escaped."""
    # A name with control characters could otherwise move the cursor and rewrite what is on the screen.
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in shown)


def format_examples(command: str, examples: Mapping[str, str]) -> str:
    """Return the end of a command's help. examples: what each command line does, by its arguments."""
    lines = [(f"tavus-provider {command} {arguments}".rstrip(), does) for arguments, does in examples.items()]
    # After this character click keeps lines as they are.
    return "\n".join(["\b", "Examples:", *(f"  {line}\n      {does}" for line, does in lines)])


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
