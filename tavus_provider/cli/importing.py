"""
Choosing the conversations that come under management: those named, or all that nobody here knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..api.errors import InputError
from ..conversations.calls import read_conversation, told
from ..lifecycle.lifecycle import Props
from .account import Account
from .attribution import Kind
from .import_file import entries, instructions, write
from .report import Report
from .terminal import ask, one_line


def write_import_file(account: Account, path: Path, ids: Sequence[str], yes: bool) -> None:
    """Write the file for these conversations, by default for all unattributed ones after asking, and say what to do with it."""
    found = _given(account, ids) if ids else _unattributed(account, yes)
    if not found:
        click.echo("nothing to import: every active conversation is known")
        return
    written = entries(account.settings, found)
    write(path, written)
    click.echo(instructions(path, written))


def _given(account: Account, ids: Sequence[str]) -> list[Props]:
    report = account.cautious_report()
    _warn_of_unread(report)
    for id_ in ids:
        holder = report.states.holders.get(id_)
        if holder and holder.owned:
            raise InputError(f"could not import conversation {id_}, it is managed already: {holder}")
        said = report.find(id_)
        if said and said.kind is Kind.INTERRUPTED:
            click.echo(f"Warning: {id_}: {said.reason}; the next `pulumi up` there takes it over by itself", err=True)
    return [read_conversation(account.client, id_) for id_ in ids]


def _unattributed(account: Account, yes: bool) -> list[Props]:
    report = account.report()
    if report.states.unread:
        _warn_of_unread(report)
        raise click.ClickException("nothing was written: a state that could not be read may have any of them; name the IDs")
    found = [each.conversation for each in report.of(Kind.UNATTRIBUTED)]
    if found and not yes:
        for each in found:
            click.echo(told(each))
        ask("Write these to the file? They may be somebody else's", yes)
    return found


def _warn_of_unread(report: Report) -> None:
    for stack, why in report.states.unread.items():
        click.echo(f"Warning: state not read: {stack}: {one_line(why)}", err=True)
