"""Command `tavus-provider conversations`: list the account's conversations and find, end or import orphans."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ...journal.search import created_at
from ...schema.formats import validate_id
from ..comparison.account_view import AccountView
from ..comparison.attribution import Kind
from ..completion import stack_option
from ..terminal import cwd_option, format_examples, json_option, notify, print_json, report_errors, track, warn
from .ending import Ending
from .importing import write_import_file
from .listing import attribution_row, conversation_row, to_table


@dataclass(frozen=True)
class Options:
    """The options of the command line, except stacks and folder."""

    ids: tuple[str, ...]
    all: bool
    as_json: bool
    orphans: bool
    end: bool
    import_file: Path | None
    yes: bool

    def __post_init__(self) -> None:
        """Raise click.UsageError for options that exclude each other."""
        acts = self.end or self.import_file is not None
        mistakes = {
            "--end and --import-file cannot be given together": self.end and self.import_file is not None,
            "an ID needs --end or --import-file": bool(self.ids) and not acts,
            "say what to end: an ID, or --orphans": self.end and not (self.ids or self.orphans),
            "--all is for the plain list": self.all and (acts or self.orphans),
        }
        for message, is_wrong in mistakes.items():
            if is_wrong:
                raise click.UsageError(message)


def _parse_ids(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return each id once. Raises click.BadParameter for what cannot be an id."""
    for each in values:
        if validate_id(each):
            raise click.BadParameter(f"{each!r} is not the id of a conversation")
    return tuple(dict.fromkeys(values))


@click.command(
    epilog=format_examples(
        "conversations",
        {
            "": "what is active and what it has cost so far",
            "--orphans": "what no stack of the backend has",
            "--orphans --end": "end what interrupted runs left, after asking",
            "--end --yes c1234567": "end this conversation",
            "--all --json": "everything, for programs",
        },
    )
)
@click.argument("ids", nargs=-1, metavar="[ID]...", callback=_parse_ids)
@click.option("--all", is_flag=True, help="List ended conversations too.")
@click.option("--orphans", is_flag=True, help="List only active ones that no stack's state has.")
@click.option("--end", is_flag=True, help="End the conversations of these IDs; with --orphans, those that interrupted runs left.")
@click.option(
    "--import-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file that `pulumi import --file` reads, for these IDs or all unattributed ones.",
)
@stack_option("Stack that has the key, or to compare with; repeatable.")
@cwd_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
def conversations(stacks: tuple[str, ...], cwd: Path, **options: Any) -> None:
    """List the conversations of the account, oldest first, with their age and what they have cost so far.

    The account is that of TAVUS_API_KEY and TAVUS_BASE_URL, or with --stack that of the stack's configuration.

    --orphans compares what is active with the states of the stacks named by --stack, or of all stacks of the backend, and with
    the journal of this machine. An orphan is `interrupted` if a run on this machine created it and was stopped before the state
    had it, or `unattributed`: it may be somebody else's, or that of a run in progress. Only interrupted ones are ended without
    their ID.
    """
    checked = Options(**options)
    with report_errors():
        if not _run(AccountView.load(cwd, stacks), checked):
            sys.exit(1)


def _run(account: AccountView, options: Options) -> bool:
    """Do what the options say; return whether all of it was done."""
    if options.end:
        ending = Ending(account, options.yes, options.as_json)
        return ending.end_by_id(options.ids) if options.ids else ending.end_interrupted()
    if options.import_file:
        write_import_file(account, options.import_file, options.ids, options.yes, options.as_json)
        return True
    if options.orphans:
        return _list_orphans(account, options.as_json)
    with track(account.conversations(options.all), "Reading") as listed:
        ordered = sorted(listed, key=created_at)
    rows = [conversation_row(each, _tavus_time(account)) for each in ordered]
    if options.as_json:
        print_json({"conversations": rows})
    else:
        notify(*to_table(rows, "active"))
    return True


def _list_orphans(account: AccountView, as_json: bool) -> bool:
    """List what no state has; return whether every state could be read."""
    report = account.report()
    rows = [attribution_row(each, _tavus_time(account)) for each in report.of(Kind.INTERRUPTED, Kind.UNATTRIBUTED)]
    unread = [{"stack": stack, "reason": reason} for stack, reason in report.states.unread.items()]
    if as_json:
        print_json({"conversations": rows, "unread_stacks": unread})
    else:
        notify(*to_table(rows, "orphaned"))
    for each in unread:
        warn(f"state not read, it may have any of these: {each['stack']}: {each['reason']}", "Error")
    for file in account.journal.find_unreadable():
        warn(f"{file}: an interrupted run may have created any of these")
    if report.of(Kind.INTERRUPTED) and not as_json:
        notify("End the interrupted ones with `tavus-provider conversations --orphans --end`")
    return not unread


def _tavus_time(account: AccountView) -> float:
    """Return Tavus's time in seconds since 1970."""
    return time.time() + account.client.clock_skew
