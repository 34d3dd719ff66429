"""Choice of the conversations that an import file is written for, by id or all that are unattributed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...api.errors import InputError
from ...conversations.calls import describe, read_conversation
from ...lifecycle.base import Props
from ..comparison.account_view import AccountView
from ..comparison.attribution import Kind
from ..comparison.report import Report
from ..terminal import confirm, make_failure, notify, print_json, track, warn


def write_import_file(account: AccountView, path: Path, ids: Sequence[str], yes: bool, as_json: bool) -> None:
    """Write the file for these conversations, by default for all unattributed ones after asking, and print how to use it."""
    # It loads Pulumi's SDK, which the other commands about conversations do without.
    from .import_file import describe_next_steps, make_command, make_entries, write_file, write_lines

    conversations = _read_by_id(account, ids) if ids else _find_unattributed(account, yes)
    if not conversations:
        if as_json:
            print_json({"file": None, "command": None, "program": []})
        else:
            notify("nothing to import: every active conversation is known")
        return
    with track(conversations, "Reading", len(conversations)) as remaining:
        entries = make_entries(account.settings, remaining)
    write_file(path, entries)
    if as_json:
        print_json({"file": str(path), "command": make_command(path), "program": write_lines(entries)})
    else:
        notify(*describe_next_steps(path, entries))


def _read_by_id(account: AccountView, ids: Sequence[str]) -> list[Props]:
    """Return the conversations of these ids. Raises InputError where a stack manages one already."""
    report = account.report_on(ids)
    _warn_about_unread(report)
    for id_ in ids:
        holder = report.states.holders.get(id_)
        # Two owners would end each other's conversation.
        if holder and holder.owned:
            raise InputError(f"could not import conversation {id_}, it is managed already: {holder}")
        attribution = report.find(id_)
        if attribution and attribution.kind is Kind.INTERRUPTED:
            warn(f"{id_}: {attribution.reason}; the next `pulumi up` there adopts it by itself")
    return [read_conversation(account.client, id_) for id_ in ids]


def _find_unattributed(account: AccountView, yes: bool) -> list[Props]:
    """Return all unattributed conversations, after asking."""
    report = account.report()
    if report.states.unread:
        _warn_about_unread(report)
        raise make_failure("nothing was written: a state that could not be read may have any of them; name the IDs")
    found = [each.conversation for each in report.of(Kind.UNATTRIBUTED)]
    if found and not yes:
        for each in found:
            notify(describe(each), err=True)
        confirm("Write these to the file? They may be somebody else's", yes)
    return found


def _warn_about_unread(report: Report) -> None:
    for stack, reason in report.states.unread.items():
        warn(f"state not read: {stack}: {reason}")
