"""Ending of conversations, by id or all that interrupted runs left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from ...api.errors import Gone, TavusError
from ...conversations.calls import describe, end_conversation
from ..comparison.account_view import AccountView
from ..comparison.attribution import Attribution, Kind
from ..comparison.report import Report, forget
from ..terminal import confirm, make_failure, notify, print_json, track, warn


class Result(StrEnum):
    """What became of a conversation that was to be ended. gone: this account does not have it."""

    ENDED = "ended"
    GONE = "gone"
    LEFT_ALONE = "left alone"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """Result for one conversation, and what there is to say about it."""

    conversation_id: str
    result: Result
    message: str


@dataclass(frozen=True)
class Ending:
    """Ending of conversations of an account. yes: nobody is asked. as_json: the result is printed for programs."""

    account: AccountView
    yes: bool
    as_json: bool

    def end_by_id(self, ids: Sequence[str]) -> bool:
        """End these conversations, after asking where a state has or may have one; return whether all have ended."""
        report = self.account.report_on(ids)
        unread = [f"state not read: {stack}: {reason}" for stack, reason in report.states.unread.items()]
        doubts = [*_describe_managed(ids, report), *unread]
        for each in doubts:
            warn(each)
        if doubts:
            confirm(f"End {', '.join(ids)} nevertheless?", self.yes)
        return self._end_all(ids, report)

    def end_interrupted(self) -> bool:
        """End what interrupted runs left, after asking, and nothing else; return whether all have ended."""
        report = self.account.report()
        if report.states.unread:
            reasons = "; ".join(f"{stack}: {reason}" for stack, reason in report.states.unread.items())
            message = f"nothing was ended: these states could not be read and may have any of the conversations: {reasons}"
            raise make_failure(message)
        interrupted = report.of(Kind.INTERRUPTED)
        unattributed = len(report.of(Kind.UNATTRIBUTED))
        if unattributed:
            self._notify(f"{unattributed} unattributed left alone; `tavus-provider conversations --orphans` lists them")
        if interrupted:
            return self._confirm_and_end(report, interrupted)
        self._notify("nothing to end: no interrupted run left anything active")
        return self._end_all([], report)

    def _confirm_and_end(self, report: Report, chosen: Sequence[Attribution]) -> bool:
        if not self.yes:
            for each in chosen:
                notify(f"{describe(each.conversation)}: {each.reason}", err=True)
            confirm(f"End {'these conversations' if len(chosen) > 1 else 'this conversation'}?", self.yes)
            # Another run may have adopted one of them while the question waited for its answer.
            report = self.account.report()
        orphans = {each.id for each in report.of(Kind.INTERRUPTED)} if not report.states.unread else set()
        text = "left alone: conversation {} is not an orphan any more"
        left = [
            Outcome(each.id, Result.LEFT_ALONE, text.format(describe(each.conversation)))
            for each in chosen
            if each.id not in orphans
        ]
        return self._end_all([each.id for each in chosen if each.id in orphans], report, left)

    def _end_all(self, ids: Sequence[str], report: Report, left: Iterable[Outcome] = ()) -> bool:
        """End the conversations, remove their intents from the journal, and return whether all have ended."""
        outcomes = list(left)
        try:
            with track(ids, "Ending", len(ids)) as remaining:
                for id_ in remaining:
                    outcomes.append(_end(self.account, id_, report.find(id_)))
        finally:  # Ctrl-C may come in between
            _forget_intents(self.account, {each.conversation_id for each in outcomes if _has_ended(each, report)}, report)
            self._print(outcomes)
        return all(each.result != Result.FAILED for each in outcomes)

    def _print(self, outcomes: Sequence[Outcome]) -> None:
        for each in outcomes:
            if each.result == Result.FAILED:
                warn(each.message, "Error")
            else:
                self._notify(each.message)
        if self.as_json:
            print_json({"conversations": [asdict(each) for each in outcomes]})

    def _notify(self, text: str) -> None:
        if not self.as_json:
            notify(text)


def _end(account: AccountView, id_: str, attribution: Attribution | None) -> Outcome:
    try:
        end_conversation(account.client, id_)
    except Gone:
        return Outcome(id_, Result.GONE, f"gone: conversation {id_} does not exist in this account (any more)")
    except TavusError as error:
        return Outcome(id_, Result.FAILED, str(error))
    described = describe(attribution.conversation) if attribution else id_
    return Outcome(id_, Result.ENDED, f"ended: conversation {described}")


def _has_ended(outcome: Outcome, report: Report) -> bool:
    # One that is gone and was not listed may be active in another account, whose intent has to stay.
    was_listed = report.find(outcome.conversation_id) is not None
    return outcome.result == Result.ENDED or (outcome.result == Result.GONE and was_listed)


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
