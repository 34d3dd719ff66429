"""
What all commands say to a terminal in the same way: errors in one line, questions only where somebody can answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..api.errors import TavusError


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Let an error of ours end the command with one line and exit code 1."""
    try:
        yield
    except TavusError as error:
        raise click.ClickException(one_line(error)) from error


def one_line(words: object) -> str:
    """Return the words of an error in one line."""
    return " ".join(str(words).split())


def ask(question: str, yes: bool) -> None:
    """Ask, unless the answer is known to be `yes`; ends the command where the answer is no or nobody can give one."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.ClickException("nothing was done: there is no terminal to ask on; --yes goes ahead without asking")
    click.confirm(question, abort=True)
