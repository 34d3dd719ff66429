"""The one create that survives a kill and a lost answer.

A POST is not idempotent and has no key. So an intent is written before it and completed with the id after it; where the answer is
lost, the thing is searched before another one is created; and what an interrupted run created is taken over, or discarded where
the program asks for something else by now.
"""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any

from ..api.errors import TavusError
from ..api.notices import notify
from ..api.retry import retry_within
from .files import Unreadable
from .intent import Intent
from .journal import DOUBT
from .recovery_names import random_name, recovery_name, recovery_prefix
from .run import Run
from .search import Ambiguous, Search, find_traces
from .strategy import LOST, Found, Strategy
from .uptime import uptime


class Undiscarded(TavusError):
    """A thing that cannot be used could not be ended or deleted either."""


class OtherAccount(TavusError):
    """What an interrupted run created may be in the account of another API key."""


class InProgress(TavusError):
    """Another process creates the same resource."""


class Creation:
    """The create of one thing; see Strategy for what differs between kinds."""

    def __init__(self, run: Run, strategy: Strategy) -> None:
        self.run = run
        self.strategy = strategy
        self.target = strategy.target
        self.tries = 0
        self.lost = 0
        """How many calls that create it may have an effect that was not seen yet."""

    def execute(self) -> Found:
        """Return what was created, or what an interrupted run had created.

        Raises the error of the call that failed. Then nothing of ours exists, unless the error says that it may; in that case the
        intent stays, and the next run looks for the thing first.
        """
        target = self.target
        self.run.journal.require_access()
        with self.run.journal.holding(target.urn, target.place) as is_ours:
            if not is_ours:
                raise InProgress(
                    f"could not create a {target.kind} for {target.urn}: another run is creating it at this moment; wait until "
                    "that run has ended, then run `pulumi up` again"
                )
            return self._create_or_recover()

    def _create_or_recover(self) -> Found:
        earlier = self._find_earlier()
        found = self._recover(earlier) if earlier else None
        if found:
            return found
        # From here on a kill leaves a file by which the next run finds what was created.
        intent = self._record(earlier)
        try:
            found = self._post_until_done(intent, is_resumed=earlier is not None)
        except TavusError as error:
            # A refusal settles the question. After a lost answer the thing may still show up, also after a later refusal.
            if not (self.lost or isinstance(error, self.strategy.undecided)):
                self.run.journal.forget(intent)
            raise
        if self.lost and self.strategy.is_listed:
            self.run.journal.doubt(intent, found.id)
        return found

    def forget_earlier(self) -> None:
        """Remove the intent of an interrupted run, after a look whether what it created has to be discarded."""
        earlier = self._find_earlier()
        if earlier:
            self.run.journal.forget(earlier)

    def _find_earlier(self) -> Intent | None:
        """Return the intent of an interrupted run, from the journal or, where the settings say so, from the account."""
        found = self._find_in_journal() or self._find_in_account()
        return self.strategy.review(found) if found else None

    def _find_in_journal(self) -> Intent | None:
        """Return the intent in the journal; of one that cannot be read, make sure that it left nothing behind."""
        journal = self.run.journal
        try:
            return journal.find(self.target.urn, self.target.place)
        except Unreadable as error:
            self._require_no_trace(error)
            notify(f"{error}: it was set aside as {journal.set_aside(error).name}; {self._describe_trace_search()}")
            return None

    def _require_no_trace(self, unreadable: Unreadable) -> None:
        """Raise Ambiguous where something exists that the intent in an unreadable file may have been about."""
        traces = find_traces(self.strategy, self.run, f"look for what {unreadable.path.name} may be about")
        if traces:
            named = ", ".join(f"{each[self.strategy.name_field]!r} ({each[self.strategy.id_field]})" for each in traces)
            raise Ambiguous(
                f"could not create a {self.target.kind}: {unreadable}, and an interrupted run may have created {named}; end or "
                "delete what nobody needs, and remove that file"
            )

    def _describe_trace_search(self) -> str:
        kind = self.target.kind
        if self.strategy.is_listed:
            return f"no {kind} exists that it can be about"
        return f"if it was about a {kind}, its name begins with {self.strategy.name_prefix()!r}"

    def _find_in_account(self) -> Intent | None:
        """Return, as an intent, what a run on another machine created under a recovery name, if that is to be looked for."""
        strategy, target = self.strategy, self.target
        if not self._uses_account or target.given_name is not None:
            return None
        sought = recovery_name(target.urn, target.inputs)
        listed = strategy.list_items(f"look for what an interrupted run created, such as {target.kind} {sought!r}")
        left = strategy.choose_leftover([each for each in listed if self._is_leftover(each)], sought)
        if left is None:
            return None
        name = left[strategy.name_field]  # the name of other inputs differs in its last digits
        return self._intent(name, target.inputs if name == sought else "", str(left[strategy.id_field]))

    def _is_leftover(self, item: dict[str, Any]) -> bool:
        has_prefix = str(item.get(self.strategy.name_field)).startswith(recovery_prefix(self.target.urn))
        return has_prefix and not self.run.is_recorded(self.target.place, str(item[self.strategy.id_field]))

    def _recover(self, earlier: Intent) -> Found | None:
        """Take over what an interrupted run created, or discard it where the inputs are others by now."""
        found = self._find_leftover(earlier)
        if found is None:
            self._require_same_account(earlier)
            if not earlier.id:
                self._name_namesakes(earlier)
            self.lost += self.strategy.is_listed and not earlier.id and not self._is_too_late(earlier)
            return None
        if earlier.inputs == self.target.inputs and self.strategy.can_take_over(found):
            if earlier.unique:
                self._discard_duplicates(earlier, found.id)
            self.run.journal.complete(earlier, found.id)
            return self.strategy.take_over(found)
        self.strategy.discard(found, "which an interrupted run had created, maybe with other inputs")
        return None

    def _require_same_account(self, earlier: Intent) -> None:
        """Raise OtherAccount where this account cannot know what an interrupted run created, because that had another key."""
        account = self.strategy.account
        if earlier.account not in ("", account) and (earlier.account, account) not in self.run.accounts:
            raise OtherAccount(
                f"could not create {earlier.kind} {earlier.name!r}: an interrupted run with another API key may have created it, "
                "and the account of this key does not have it; run `pulumi up` with that key once, or, where both keys are of "
                f"one account, remove {self.run.journal.path(earlier)}"
            )

    def _name_namesakes(self, earlier: Intent) -> None:
        """Name each thing that has the given name of an interrupted run and is not provably ours."""
        if earlier.unique or not self.strategy.is_listed:
            return
        for item in Search(self.strategy, self.run, earlier).namesakes():
            notify(
                f"left alone: {earlier.kind} {earlier.name!r} ({item[self.strategy.id_field]}), which is not provably what an "
                f"interrupted run was creating for {earlier.resource}; if nobody needs it, {self.strategy.removal(item)}"
            )

    def settle_doubt(self, doubt: Intent, kept: str) -> None:
        """Look once more for what lost calls of `doubt` may have created beside `kept`, and discard it; this never fails.

        Every run looks until it is too late for an effect, and the first one after that looks for the last time.
        """
        is_last = self._is_too_late(doubt)  # as of before the look
        try:
            self._discard_duplicates(doubt, kept) if doubt.unique else self._name_namesakes(doubt)
        except TavusError as error:
            notify(str(error))
            return
        if is_last:
            self.run.journal.forget(doubt, DOUBT)

    def _is_too_late(self, intent: Intent) -> bool:
        """Tell whether the last call of an intent is so long ago that it has no effect any more."""
        return intent.seconds_since_tries()[1] >= self.run.settings.late_timeout

    def _find_leftover(self, earlier: Intent) -> Found | None:
        if earlier.id:
            answer = self.strategy.get(earlier.id)
            return None if answer is None else Found(earlier.id, answer)
        return self._search(earlier, max(0.0, self.strategy.settle_timeout - earlier.seconds_since_tries()[1]))

    def _search(self, intent: Intent, seconds: float) -> Found | None:
        return Search(self.strategy, self.run, intent).find(seconds) if self.strategy.is_listed else None

    def _record(self, earlier: Intent | None) -> Intent:
        """Write the intent."""
        intent = self._intent(self._choose_name(earlier), self.target.inputs)
        self.strategy.prepare(intent.name, earlier)
        try:
            self.run.journal.begin(intent)
        except OSError as error:
            notify(
                f"the intent to create {intent.kind} {intent.name!r} could not be written ({error}): if this is interrupted, "
                "look for it by name"
            )
        return intent

    def _choose_name(self, earlier: Intent | None) -> str:
        if self.target.given_name is not None:
            return self.target.given_name
        # A name that an earlier run chose is used again, so that whatever it created can be found by it.
        if earlier and earlier.unique and not (self._uses_account and earlier.id):
            return earlier.name
        if self._uses_account:
            return recovery_name(self.target.urn, self.target.inputs)
        return random_name(self.strategy.name_prefix())

    @property
    def _uses_account(self) -> bool:
        return self.strategy.is_listed and self.run.settings.recovers_from_account

    def _intent(self, name: str, inputs: str, id_: str = "") -> Intent:
        target = self.target
        return Intent(
            resource=target.urn,
            base_url=target.place,
            name=name,
            unique=target.given_name is None,
            inputs=inputs,
            began=time.time(),
            id=id_,
            kind=target.kind,
            region=target.region,
            match=target.match,
            account=self.strategy.account,
        )

    def _post_until_done(self, intent: Intent, is_resumed: bool) -> Found:
        """Create; again after each error that the strategy has patience with."""
        try:
            found = retry_within(lambda: self._post_or_find(intent, is_resumed), self.strategy.patience(), self.run.clock)
        except TavusError as error:
            raise self.strategy.explain(error) from error.__cause__
        if self.lost and intent.unique:
            self._discard_duplicates(intent, found.id)
        return found

    def _post_or_find(self, intent: Intent, is_resumed: bool) -> Found:
        """Create once; where the answer is lost, find out what came of it."""
        self.run.require_engine()
        intent = self._note_try(intent)
        try:
            return self._post(intent, is_resumed)
        except LOST:
            self.lost += 1
            found = self._search(intent, self.strategy.settle_timeout)
            is_usable = found is not None and self.strategy.can_use(found)
            if found and not is_usable:
                self._discard_unusable(found, intent)
            self.lost -= found is not None
            if found and is_usable:
                return found
            raise

    def _note_try(self, intent: Intent) -> Intent:
        """Return the intent with the time of this try, which is written where it is not the first."""
        self.tries += 1
        if self.tries == 1:
            return intent
        again = replace(intent, last_try=uptime())
        with suppress(OSError):
            self.run.journal.begin(again)
        return again

    def _post(self, intent: Intent, is_resumed: bool) -> Found:
        # Others may have the name too, so nobody may search for it before the id is written.
        with self.run.journal.creating() if self.strategy.is_listed and not intent.unique else nullcontext():
            found = self.strategy.post(intent, is_resumed)
            self.run.journal.complete(intent, found.id)
        return found

    def _discard_unusable(self, found: Found, intent: Intent) -> None:
        """Discard a thing that nobody can use without the lost answer, before anything else is created."""
        try:
            self.strategy.discard(found, "whose answer was lost with the token that only it has")
        except TavusError as error:
            raise Undiscarded(f"{error}; it is active and billed: run `pulumi up` again, which ends it first") from error
        with suppress(OSError):
            # The id goes again, so that an interruption from here on leads to a search for the successor.
            self.run.journal.begin(intent)

    def _discard_duplicates(self, intent: Intent, kept: str) -> None:
        """Discard all that has a name which only this resource chose, except what it keeps."""
        for item in Search(self.strategy, self.run, intent).candidates():
            id_ = str(item[self.strategy.id_field])
            if id_ != kept:
                self.strategy.discard(Found(id_, item), "a duplicate whose answer had been lost")
