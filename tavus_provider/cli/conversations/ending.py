"""Ending of conversations, by id or all that interrupted runs left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ...api.errors import Gone, TavusError
from ...conversations.calls import describe, end_conversation
from ..comparison.account_view import AccountView
from ..comparison.attribution import Attribution, Kind
from ..comparison.report import Report, forget
from ..terminal import confirm, make_failure, notify, warn


def end_by_id(account: AccountView, ids: Sequence[str], yes: bool) -> bool:
    """End the conversations of these ids, after asking where a state has or may have one; return whether all have ended."""
    report = account.report_on(ids)
    unread = [f"state not read: {stack}: {reason}" for stack, reason in report.states.unread.items()]
    doubts = [*_describe_managed(ids, report), *unread]
    for each in doubts:
        warn(each)
    if doubts:
        confirm(f"End {', '.join(ids)} nevertheless?", yes)
    return _end_all(account, ids, report)


def end_interrupted(account: AccountView, yes: bool) -> bool:
    """End what interrupted runs left, after asking, and nothing else; return whether all have ended."""
    report = account.report()
    if report.states.unread:
        reasons = "; ".join(f"{stack}: {reason}" for stack, reason in report.states.unread.items())
        message = f"nothing was ended: these states could not be read and may have any of the conversations: {reasons}"
        raise make_failure(message)
    interrupted = report.of(Kind.INTERRUPTED)
    unattributed = len(report.of(Kind.UNATTRIBUTED))
    if unattributed:
        notify(f"{unattributed} unattributed left alone; `tavus-provider conversations --orphans` lists them")
    if not interrupted:
        notify("nothing to end: no interrupted run left anything active")
        return True
    return _confirm_and_end(account, report, interrupted, yes)


def _confirm_and_end(account: AccountView, report: Report, chosen: Sequence[Attribution], yes: bool) -> bool:
    if not yes:
        for each in chosen:
            notify(f"{describe(each.conversation)}: {each.reason}")
        confirm(f"End {'these conversations' if len(chosen) > 1 else 'this conversation'}?", yes)
        # Another run may have adopted one of them while the question waited for its answer.
        report = account.report()
    orphans = {each.id for each in report.of(Kind.INTERRUPTED)} if not report.states.unread else set()
    for each in chosen:
        if each.id not in orphans:
            notify(f"left alone: conversation {describe(each.conversation)} is not an orphan any more")
    return _end_all(account, [each.id for each in chosen if each.id in orphans], report)


def _end_all(account: AccountView, ids: Iterable[str], report: Report) -> bool:
    """End the conversations, remove their intents from the journal, and return whether all have ended."""
    outcomes = {id_: _end(account, id_, report.find(id_)) for id_ in ids}
    _forget_intents(account, {id_ for id_, ended in outcomes.items() if ended}, report)
    return all(ended is not False for ended in outcomes.values())


def _end(account: AccountView, id_: str, attribution: Attribution | None) -> bool | None:
    """End one conversation; return whether it has ended, None where this account does not have it."""
    try:
        end_conversation(account.client, id_)
    except Gone:
        notify(f"gone: conversation {id_} does not exist in this account (any more)")
        # One that was not listed may be active in another account, whose intent has to stay.
        return True if attribution else None
    except TavusError as error:
        warn(error, "Error")
        return False
    notify(f"ended: conversation {describe(attribution.conversation) if attribution else id_}")
    return True


def _describe_managed(ids: Iterable[str], report: Report) -> list[str]:
    """Return a warning for each id that a state has."""
    holders = {id_: report.states.holders[id_] for id_ in ids if id_ in report.states.holders}
    return [f"conversation {id_} is managed: {holder}" for id_, holder in holders.items()]


def _forget_intents(account: AccountView, ended: Collection[str], report: Report) -> None:
    """Remove the intents of ended conversations from the journal."""
    matched = {each.intent for each in report.attributions if each.id in ended and each.intent}
    ours = (each for each in account.journal.intents() if each.base_url == account.settings.base_url)
    # Two conversations can have one name, and so one intent, which has to stay while one of them is active.
    needed = {each.intent for each in report.attributions if each.id not in ended}
    forget(account.journal, (matched | {each for each in ours if each.id in ended}) - needed)
