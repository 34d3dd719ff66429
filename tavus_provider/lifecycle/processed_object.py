"""
What documents and replicas share: Tavus works on them after it was asked for them, for minutes or hours, and counts that.

So a create that is killed or whose answer is lost must not be repeated: as for conversations, an intent is written to the journal
first, and what was created then is taken over. What Tavus could not do is no resource: it is deleted again, and an error.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from typing import Any, ClassVar

from ..api.client import Call
from ..api.errors import Gone, InputError, OutcomeUnknown, RateLimited, ServerError, TavusError
from ..api.notices import notify
from ..api.polling import poll
from ..api.retry import retry_on
from ..conversations.search import Ambiguous, Unsearchable, fits
from ..journal.journal import Intent, Journal, digest, is_recorded
from ..journal.names import asks_account, marked, marked_name, name_for
from ..schema.unknowns import UNKNOWN
from .lifecycle import URN, Diff, Props
from .tavus_object import TavusObjectLifecycle

_LOST = (OutcomeUnknown, ServerError)
"""After these it may or may not have been created."""
_UNDECIDED = (*_LOST, Ambiguous, Unsearchable)
"""With these the question stays open, and so does the intent."""


_NOTED = "`pulumi refresh` takes note of it, and then `pulumi up` makes another one"


class WorkFailed(InputError):
    """Tavus could not do its work on an object."""


class ProcessedObjectLifecycle(TavusObjectLifecycle):
    """
    Base of what such objects do.

    name_input: the input that names it, by which it is found again; chosen where none is given. wait_input: the input with the
    seconds to wait until it is done. work: what Tavus does with it, done: the status after that. progress_field: how far it is.
    longest_pause: seconds between two looks at it. first_page: of the list. own: the query that leaves Tavus's own objects out
    of it. reasons: Tavus's error codes in words.
    """

    name_input: ClassVar[str]
    wait_input: ClassVar[str]
    work: ClassVar[str]
    done: ClassVar[str]
    progress_field: ClassVar[str]
    longest_pause: ClassVar[float] = 10.0
    first_page: ClassVar[int] = 1
    own: ClassVar[Mapping[str, str]] = {}
    reasons: ClassVar[Mapping[str, str]] = {}

    def restarts(self, olds: Props, news: Props) -> bool:
        """Tell whether an update lets Tavus do its work once more."""
        return False

    def restarted(self, id_: str, news: Props) -> Props:
        """Let Tavus do its work once more; return its answer."""
        raise NotImplementedError

    def discard(self, id_: str, found: Props, news: Props) -> None:
        """Delete what an interrupted run created and what is not what is asked for now."""
        with suppress(Gone):
            self.client.send(self.call("DELETE", id_, "delete"))
        notify(f"deleted: {self.noun} {id_}, which an interrupted run had begun, with other inputs or to no avail")

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; the next update waits for what is not done yet, and what failed is made anew unless it was adopted."""
        self._known(id_, olds)
        found, status = super().diff(id_, olds, news), olds.get("status", self.done)
        failed = status == "error" and self.existing not in news and not self.restarts(olds, news)
        waits = status not in (self.done, "error") and self._patience(news) > 0
        changes = (*found.changes, "status") if failed or waits else found.changes
        replaces = (*found.replaces, "status") if failed else found.replaces
        return Diff(changes, replaces, found.delete_before_replace)

    def create(self, news: Props) -> tuple[str, Props]:
        """
        Create the object, or adopt the existing one, and wait until it is done.

        Raises WorkFailed where Tavus's work on it failed; then it is deleted again, or the error says that it is not.
        """
        adopting = self.existing in news
        id_, answer = self._adopted(news) if adopting else self._made(news)
        answer = {**answer, **self._completed(id_, self.awaited(id_, answer, news), news)}
        if answer.get("status") == "error":
            self._failed(id_, answer, news, kept=adopting or not self._patience(news))
        return id_, self.outputs(news, self._outputs(id_, answer, news))

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the object; None where it is gone. That Tavus's work on it failed meanwhile is said."""
        self._known(id_, olds)
        found = super().read(id_, olds)
        if found and olds and found[1].get("status") == "error" and olds.get("status") != "error":
            notify(str(self._failure(id_, found[1])))
        return found

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """
        Change what can be changed in place, and wait until the object is done.

        Raises WorkFailed where Tavus's work on it failed meanwhile.
        """
        outs = super().update(id_, olds, news)
        before = self.restarted(id_, news) if self.restarts(olds, news) else outs
        after = self.awaited(id_, before, news)
        if after.get("status") == "error" and before.get("status") != "error":
            again = "correct that, and the next `pulumi up` tries again" if self.restarts(olds, news) else _NOTED
            raise WorkFailed(f"{self._failure(id_, after)}; {again}")
        return {**outs, **self._outputs(id_, after, news)}

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the object, unless `on_destroy` keeps it; gone already is fine."""
        super().delete(id_, olds)
        Journal().mark_ended(olds.get(URN, ""), self._where, id_)

    def awaited(self, id_: str, found: Props, news: Props) -> Props:
        """
        Return the object once Tavus's work on it is over, or as it is when the time is; how far it is, is said meanwhile.

        It exists, so this never fails: where Tavus cannot be asked any more, that is only said.
        """
        patience = self._patience(news)
        if not patience or self._over(found):
            return found
        notify(f"{self.noun} {id_}: {self._progress(found)}; waiting for at most {patience} seconds ({self.wait_input})")
        try:
            found = poll(found, lambda before: self._look(id_, before, news), self._over, patience, self.longest_pause)
        except TavusError as error:
            notify(f"{error}; it exists, and the next `pulumi up` waits again")
            return found
        if not self._over(found):
            notify(f"{self.noun} {id_} is not {self.done} after {patience} seconds: the next `pulumi up` waits again")
        return found

    def _look(self, id_: str, before: Props, news: Props) -> Props:
        """Return the object as it is now; one that Tavus does not show yet is as it was."""
        try:
            found = self._document(id_, "wait for", news)
        except Gone:
            return before
        if self._progress(found) != self._progress(before) and not self._over(found):
            notify(f"{self.noun} {id_}: {self._progress(found)}")
        return found

    def _completed(self, id_: str, found: Props, news: Props) -> Props:
        """Ask once for what the answer to a creation leaves out; the object exists, so this never fails."""
        if "created_at" in found:
            return found
        try:
            return {**found, **self._document(id_, "read", news)}
        except TavusError:
            return found  # the next refresh fills the gap

    def _failed(self, id_: str, found: Props, news: Props, kept: bool) -> None:
        """Delete what Tavus failed at and raise its reason; where it is `kept`, only say it."""
        failure = self._failure(id_, found)
        if kept:
            notify(str(failure))
            return
        try:
            self.delete(id_, {URN: news.get(URN, "")})
        except TavusError as error:
            raise WorkFailed(f"{failure}; then {error}: run `pulumi up` again, which deletes it first") from error
        raise failure

    def _failure(self, id_: str, found: Props) -> WorkFailed:
        code = str(found.get("error_message") or "Tavus gives no reason").rstrip(".")
        reason = f"{code}: {self.reasons[code]}" if code in self.reasons else code
        return WorkFailed(f"{self.noun} {id_} could not be {self.work}: {reason}")

    def _over(self, found: Props) -> bool:
        return found.get("status") in (self.done, "error")

    def _progress(self, found: Props) -> str:
        progress = found.get(self.progress_field)
        told = f"{progress} %" if isinstance(progress, int) else progress
        return f"{found.get('status')}" + (f", {told}" if told else "")

    def _patience(self, news: Props) -> int:
        """Return the seconds to wait, 0 where only `up` knows them."""
        row = self.inputs.row(self.wait_input)
        seconds: Any = row.effective_value(news) if row else UNKNOWN
        return 0 if seconds is UNKNOWN else int(seconds)

    @property
    def _where(self) -> str:
        """Where the journal has such objects: apart from conversations, which it is searched for."""
        return f"{self.settings.base_url}{self.path}"

    def _known(self, id_: str, olds: Props) -> None:
        """Mark the id as recorded: the engine names it, so the state has it and the journal's intent is done."""
        Journal().mark_recorded(olds.get(URN, ""), self._where, id_)

    def _made(self, news: Props) -> tuple[str, Props]:
        """Create it, or take over what an interrupted run created."""
        given = self.inputs.pick_given(news)
        inputs = digest(
            {
                row.name: row.effective_value(given)
                for row in self.inputs
                if row.field.replaces and row.field.wire_path is not None
            }
        )
        earlier = Journal().find(news.get(URN, ""), self._where) or self._marked(news, inputs)
        found = self._recovered(earlier, inputs, news) if earlier else None
        if found:
            return str(found[self.id_field]), found
        intent = self._begun(news, earlier, inputs)
        try:
            return self._posted(intent, news)
        except _UNDECIDED:
            raise
        except TavusError:
            Journal().forget(intent)
            raise

    def _begun(self, news: Props, earlier: Intent | None, inputs: str) -> Intent:
        """Write the intent. A name that an earlier run chose is used again, so that whatever it created can be told by it."""
        chosen = name_for(self.settings, news, inputs, earlier)
        intent = self._intent(news, news.get(self.name_input, chosen), inputs)
        try:
            Journal().begin(intent)
        except OSError as error:
            notify(f"the intent to make {self.noun} {intent.name!r} could not be written ({error}): if interrupted, look for it")
        return intent

    def _intent(self, news: Props, name: str, inputs: str, id_: str = "") -> Intent:
        return Intent(
            resource=news.get(URN, ""),
            base_url=self._where,
            name=name,
            unique=self.name_input not in news,
            persona_id="",
            replica_id="",
            inputs=inputs,
            began=time.time(),
            id=id_,
            kind=self.noun,
        )

    def _marked(self, news: Props, inputs: str) -> Intent | None:
        """
        Return, as an intent, what a run elsewhere created for equal inputs, if that is to be looked for.

        What carries the mark for other inputs is only named: it may be what this one replaces, which goes after it.
        """
        if not asks_account(self.settings) or self.name_input in news:
            return None
        sought = marked_name(news, inputs)
        call = Call("GET", self.path, f"look for what an interrupted run created as {self.noun} {sought!r}")
        items = self.client.pages(call, self.id_field, self.first_page, **self.own)
        found = list(marked(items, self.name_input, self.id_field, self._where, news))
        for each in found:
            if each[self.name_input] == sought:
                return self._intent(news, sought, inputs, str(each[self.id_field]))
        for each in found:
            notify(
                f"{self.noun} {each[self.id_field]} was created for {news[URN]} with other inputs; if nobody needs it, delete it"
            )
        return None

    def _posted(self, intent: Intent, news: Props) -> tuple[str, Props]:
        """Create it, once Tavus's limits leave room; where the answer is lost, find out what came of it and do not repeat."""
        try:
            id_, answer = retry_on(lambda: self._answered(intent, news), (RateLimited,), self._patience(news))
        except _LOST as error:
            left = self._searched(intent, self.settings.settle_timeout)
            if left is None:
                raise OutcomeUnknown(
                    f"{error}; it may have been created: run `pulumi up` again, which looks for it first"
                ) from error
            id_, answer = str(left[self.id_field]), left
        return id_, {self.name_input: intent.name, **answer}

    def _answered(self, intent: Intent, news: Props) -> tuple[str, Props]:
        """Create it; a name that others may have as well is searched by nobody meanwhile."""
        with nullcontext() if intent.unique else Journal().creating():
            id_, answer = self._created({**news, self.name_input: intent.name})
            Journal().complete(intent, id_)
        return id_, answer

    def _recovered(self, earlier: Intent, inputs: str, news: Props) -> Props | None:
        """Take over what an interrupted run created, under the name and tags of now; discard it where that is not enough."""
        left = self._left(earlier)
        if left is None:
            return None
        id_ = str(left[self.id_field])
        if earlier.inputs != inputs or left.get("status") == "error":
            self.discard(id_, left, news)
            return None
        notify(f"taken over: {self.noun} {left.get(self.name_input)!r} ({id_}), which an interrupted run had begun")
        told = {name: value for name, value in self.inputs.from_wire(left).items() if name in self._in_place()}
        wanted = {self.name_input: told.get(self.name_input), **self.inputs.pick_given(news)}
        self._brought(id_, {**self.inputs.pick_given(news), **told}, wanted)
        return {**left, **{name: wanted[name] for name in self._in_place() if name in wanted}}

    def _left(self, earlier: Intent) -> Props | None:
        """Return what an interrupted run left."""
        if not earlier.id:
            waited_already = max(0.0, time.time() - earlier.began)  # a clock that was put back since would have it negative
            return self._searched(earlier, max(0.0, self.settings.settle_timeout - waited_already))
        with suppress(Gone):
            return {**self._document(earlier.id, "read", {}), self.id_field: earlier.id}
        return None

    def _searched(self, intent: Intent, seconds: float) -> Props | None:
        """Return what an intent led to; None where nothing of it showed within `seconds`, for a list may lag behind."""
        return poll(self._claimed(intent), lambda _: self._claimed(intent), bool, seconds, longest=1.0)

    def _claimed(self, intent: Intent) -> Props | None:
        """Find what an intent led to, and write its id down before anybody else can take it for theirs."""
        with nullcontext() if intent.unique else Journal().claiming():
            others = Journal().find_others(intent)
            found = [item for item in self._candidates(intent) if item[self.id_field] not in {each.id for each in others}]
            rivals = [each for each in others if not (each.id or intent.unique) and each.name == intent.name]
            if len(found) > 1 or (found and rivals):
                ids = ", ".join(str(item[self.id_field]) for item in found)
                raise Ambiguous(
                    f"could not create {self.noun} {intent.name!r}: an answer of Tavus was lost, and it may be any of {ids}; "
                    f"delete those that nobody needs, or name one in {self.existing}"
                )
            if found:
                Journal().complete(intent, str(found[0][self.id_field]))
        return found[0] if found else None

    def _candidates(self, intent: Intent) -> list[Props]:
        """Return what may be meant by an intent: a name that we chose is nobody else's, with any other one time has to fit."""
        call = Call("GET", self.path, f"find out whether {self.noun} {intent.name!r} was created")
        try:
            listed = list(self.client.pages(call, self.id_field, self.first_page, **self.own))
        except TavusError as error:
            raise Unsearchable(f"{error}; it may have been: run `pulumi up` again, which looks for it first") from error
        return [item for item in listed if self._fits(item, intent)]

    def _fits(self, item: Props, intent: Intent) -> bool:
        named = {**item, "conversation_name": item.get(self.name_input)}
        return fits(named, intent, self.client.clock_skew) and not is_recorded(self._where, str(item[self.id_field]))

    def _in_place(self) -> list[str]:
        return [row.name for row in self.inputs if row.field.wire_path is not None and not row.field.replaces]
