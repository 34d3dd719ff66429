"""
Ending conversations: exactly those named, or those that interrupted runs left; one line each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import click

from ..api.errors import Gone, TavusError
from ..conversations.calls import end_conversation, told
from .account import Account
from .attribution import Attribution, Kind
from .report import Report, settle
from .terminal import ask, one_line


def end_given(account: Account, ids: Sequence[str], yes: bool) -> bool:
    """End the conversations of these ids, after asking where a state has one or may have it; return whether all are over."""
    report = account.cautious_report()
    doubts = [*_known(ids, report), *(f"state not read: {stack}: {why}" for stack, why in report.states.unread.items())]
    for each in doubts:
        click.echo(f"Warning: {each}", err=True)
    if doubts:
        ask(f"End {', '.join(ids)} all the same?", yes)
    return _end(account, ids, report)


def end_interrupted(account: Account, yes: bool) -> bool:
    """End what interrupted runs left, after asking; never what a state has or what cannot be attributed."""
    report = account.report()
    if report.states.unread:
        why = "; ".join(f"{stack}: {reason}" for stack, reason in report.states.unread.items())
        raise click.ClickException(
            one_line(f"nothing was ended: these states could not be read and may have any of the conversations: {why}")
        )
    chosen = report.of(Kind.INTERRUPTED)
    left = len(report.of(Kind.UNATTRIBUTED))
    if left:
        click.echo(f"{left} that cannot be attributed left alone; `tavus-provider conversations --orphans` lists them")
    if not chosen:
        click.echo("nothing to end: no interrupted run left anything active")
        return True
    return _end_agreed(account, report, chosen, yes)


def _end_agreed(account: Account, report: Report, chosen: Sequence[Attribution], yes: bool) -> bool:
    """Ask, and end what is still an orphan after the time that the answer took: another run may have taken it over."""
    if not yes:
        for each in chosen:
            click.echo(f"{told(each.conversation)}: {each.reason}")
        ask(f"End {'these conversations' if len(chosen) > 1 else 'this conversation'}?", yes)
        report = account.report()
    still = {each.id for each in report.of(Kind.INTERRUPTED)} if not report.states.unread else set()
    for each in chosen:
        if each.id not in still:
            click.echo(f"left alone: conversation {told(each.conversation)} is no orphan any more")
    return _end(account, [each.id for each in chosen if each.id in still], report)


def _end(account: Account, ids: Iterable[str], report: Report) -> bool:
    """End the conversations, remove from the journal what it has of them, and return whether all are over."""
    outcomes = {id_: _ended(account, id_, report.find(id_)) for id_ in ids}
    _forget(account, {id_ for id_, outcome in outcomes.items() if outcome}, report)
    return all(outcome is not False for outcome in outcomes.values())


def _ended(account: Account, id_: str, found: Attribution | None) -> bool | None:
    """
    End one conversation; return whether it is over.

    None where this account has no such conversation: nothing has to be done, but it may be one of another account.
    """
    try:
        end_conversation(account.client, id_)
    except Gone:
        click.echo(f"gone: conversation {id_}, this account has none of that id (any more)")
        return True if found else None
    except TavusError as error:
        click.echo(f"Error: {one_line(error)}", err=True)
        return False
    click.echo(f"ended: conversation {told(found.conversation) if found else id_}")
    return True


def _known(ids: Iterable[str], report: Report) -> list[str]:
    """Return what has to be said of those ids that a state has."""
    holders = {id_: report.states.holders[id_] for id_ in ids if id_ in report.states.holders}
    return [f"conversation {id_} is managed: {holder}" for id_, holder in holders.items()]


def _forget(account: Account, over: Collection[str], report: Report) -> None:
    """Remove from the journal what it has of conversations that are over, unless something else that is active goes by it."""
    left = {each.intent for each in report.attributions if each.id not in over}
    matched = {each.intent for each in report.attributions if each.id in over and each.intent}
    ours = (each for each in account.journal.intents() if each.base_url == account.settings.base_url)
    settle(account.journal, (matched | {each for each in ours if each.id in over}) - left)
