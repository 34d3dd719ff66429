"""The command `tavus-provider conversations`: what the account has, what of it nobody manages, and ending or importing that."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..conversations.calls import created_at
from .account import Account
from .attribution import Kind
from .ending import end_given, end_interrupted
from .importing import write_import_file
from .listing import as_json, as_table, attributed, listed
from .terminal import errors_in_one_line


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for, beside the stacks and the folder."""

    ids: tuple[str, ...]
    everything: bool
    machine: bool
    orphans: bool
    end: bool
    import_file: Path | None
    yes: bool

    def __post_init__(self) -> None:
        """Raise click.UsageError for what cannot be meant together."""
        acts = self.end or self.import_file is not None
        mistakes = {
            "--end and --import-file cannot be given together": self.end and self.import_file is not None,
            "an ID needs --end or --import-file": bool(self.ids) and not acts,
            "say what to end: an ID, or --orphans": self.end and not (self.ids or self.orphans),
            "--all is for the plain list": self.everything and (acts or self.orphans),
            "--json is for lists": self.machine and acts,
        }
        for words, wrong in mistakes.items():
            if wrong:
                raise click.UsageError(words)


def _ids(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Take each id once; what cannot be one never becomes part of an address."""
    for each in given:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", each):
            raise click.BadParameter(f"{each!r} is no id of a conversation")
    return tuple(dict.fromkeys(given))


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...", callback=_ids)
@click.option("--all", "everything", is_flag=True, help="List ended conversations too.")
@click.option("--orphans", is_flag=True, help="List only what no state has, after comparing with the stacks and the journal.")
@click.option("--end", is_flag=True, help="End the conversations of the given IDs; with --orphans, what interrupted runs left.")
@click.option(
    "--import-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file that `pulumi import --file` takes, for the given IDs or all that nobody here knows.",
)
@click.option("--stack", "stacks", metavar="NAME", multiple=True, help="Stack that has the key, or to compare with; repeatable.")
@click.option(
    "--cwd",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder of the Pulumi project; by default the current one.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "machine", is_flag=True, help="List as JSON.")
def conversations(stacks: tuple[str, ...], cwd: Path, **given: Any) -> None:
    """List the conversations of the account, oldest first, with their age and what they have cost so far.

    The account is that of TAVUS_API_KEY and TAVUS_BASE_URL, or with --stack that of the stack's configuration.

    --orphans compares what is active with the states of the stacks named by --stack, or of all stacks of the backend, and with
    the journal of this machine. What is left is `interrupted`, if a run of this machine opened it and was stopped before
    the state knew, or `unattributed`, which may be somebody else's, or that of a run which still goes on. Only interrupted ones
    are ended without their ID.
    """
    wanted = Wanted(**given)
    with errors_in_one_line():
        account = Account.open(cwd, stacks)
        if not _done(account, wanted):
            sys.exit(1)


def _done(account: Account, wanted: Wanted) -> bool:
    """Do what is wanted; return whether all of it could be done."""
    if wanted.end:
        return end_given(account, wanted.ids, wanted.yes) if wanted.ids else end_interrupted(account, wanted.yes)
    if wanted.import_file:
        write_import_file(account, wanted.import_file, wanted.ids, wanted.yes)
        return True
    if wanted.orphans:
        return _list_orphans(account, wanted.machine)
    found = sorted(account.conversations(wanted.everything), key=created_at)
    rows = [listed(each, _now(account)) for each in found]
    click.echo(as_json(rows) if wanted.machine else as_table(rows, "active"))
    return True


def _list_orphans(account: Account, machine: bool) -> bool:
    """List what no state has; return whether every state could be read."""
    report = account.report()
    orphans = report.of(Kind.INTERRUPTED, Kind.UNATTRIBUTED)
    rows = [attributed(each, _now(account)) for each in orphans]
    unread = [{"stack": stack, "reason": why} for stack, why in report.states.unread.items()]
    click.echo(as_json(rows, unread_stacks=unread) if machine else as_table(rows, "orphaned"))
    for each in unread:
        click.echo(f"Error: state not read, it may have any of these: {each['stack']}: {each['reason']}", err=True)
    if report.of(Kind.INTERRUPTED) and not machine:
        click.echo("End the interrupted ones with `tavus-provider conversations --orphans --end`")
    return not unread


def _now(account: Account) -> float:
    """Return Tavus's time in seconds since 1970."""
    return time.time() + account.client.clock_skew
