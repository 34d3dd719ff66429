"""Base of the lifecycles of documents, replicas and voices, on which Tavus works for minutes or hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..api.call import Call
from ..api.errors import Gone, InputError, TavusError
from ..api.notices import notify, notify_progress
from ..api.polling import poll
from ..journal.creation import Creation
from ..schema.unknowns import UNKNOWN
from .base import Diff, Props
from .processed_creation import ProcessedCreation
from .tavus_object import TavusObjectLifecycle

_REFRESH = "run `pulumi refresh`, and then `pulumi up`, which creates another one"


class WorkFailed(InputError):
    """Tavus could not do its work on an object."""


class ProcessedObjectLifecycle(TavusObjectLifecycle):
    """Base of these lifecycles. A create that was killed is taken over by the next run, as it is for conversations.

    name_input: the input that names it, by which it is found again; chosen where none is given. wait_input: the input with the
    seconds to wait until it is done. work: what Tavus does with it. done: the status after that. progress_field: how far it is.
    longest_pause: seconds between two looks at it. first_page: of the list. own_query: leaves Tavus's own objects out of the
    list. reasons: Tavus's error codes in words.
    """

    repeats_post = False
    honors_timeout = True
    name_input: ClassVar[str]
    wait_input: ClassVar[str]
    work: ClassVar[str]
    done: ClassVar[str]
    progress_field: ClassVar[str]
    longest_pause: ClassVar[float] = 10.0
    first_page: ClassVar[int] = 1
    own_query: ClassVar[Mapping[str, str]] = {}
    reasons: ClassVar[Mapping[str, str]] = {}

    def is_restarted(self, olds: Props, news: Props) -> bool:
        """Tell whether an update lets Tavus do its work once more."""
        return False

    def restart(self, id_: str, news: Props) -> Props:
        """Let Tavus do its work once more; return its answer."""
        raise NotImplementedError

    def discard(self, id_: str, found: Props, news: Props) -> None:
        """Delete what an interrupted run created and what differs from what is asked for now."""
        self.remove(id_)
        notify(f"deleted: {self.noun} {id_}, which an interrupted run had created, with other inputs or unsuccessfully")

    @property
    def place(self) -> str:
        """Where the journal has the intents of such objects: apart from those of conversations."""
        # The search for a conversation goes through all intents of one place.
        return f"{self.settings.base_url}{self.path}"

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; the next update waits for an object that is not done, and a failed one is replaced unless it was adopted."""
        self.mark_recorded(id_)
        found, status = super().diff(id_, olds, news), olds.get("status", self.done)
        has_failed = status == "error" and self.existing not in news and not self.is_restarted(olds, news)
        # A status that is not done counts as a change, because only an update can wait for it.
        has_to_wait = status not in (self.done, "error") and self.patience(news) > 0
        changes = (*found.changes, "status") if has_failed or has_to_wait else found.changes
        replaces = (*found.replaces, "status") if has_failed else found.replaces
        return Diff(changes, replaces, found.delete_before_replace)

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the object, or adopt the existing one, and wait until it is done.

        Raises WorkFailed where Tavus's work on it failed; then it is deleted again, or the error says that it is not.
        """
        is_adopting = self.existing in news
        id_, answer = self.adopt(news) if is_adopting else self._create_once(news)
        answer = {**answer, **self._read_missing(id_, self.wait_until_done(id_, answer, news), news)}
        if answer.get("status") == "error":
            self._report_failure(id_, answer, is_kept=is_adopting or not self.patience(news))
        return id_, self.outputs(news, self.select_outputs(id_, answer, news))

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the object; None where it is gone. A notice tells where Tavus's work on it has failed since."""
        self.mark_recorded(id_)
        found = super().read(id_, olds)
        if found and olds and found[1].get("status") == "error" and olds.get("status") != "error":
            notify(str(self._failure(id_, found[1])))
        return found

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Change what can be changed in place, and wait until the object is done.

        Raises WorkFailed where Tavus's work on it failed meanwhile.
        """
        outs = super().update(id_, olds, news)
        before = self.restart(id_, news) if self.is_restarted(olds, news) else outs
        after = self.wait_until_done(id_, before, news)
        if after.get("status") == "error" and before.get("status") != "error":
            remedy = "correct that, and the next `pulumi up` tries again" if self.is_restarted(olds, news) else _REFRESH
            raise WorkFailed(f"{self._failure(id_, after)}; {remedy}")
        return {**outs, **self.select_outputs(id_, after, news)}

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the object, unless `on_destroy` keeps it; gone already is fine."""
        super().delete(id_, olds)
        self.run.journal.mark_ended(self.context.urn, self.place, id_)

    def wait_until_done(self, id_: str, found: Props, news: Props) -> Props:
        """Return the object once Tavus's work on it is over, or as it is when the time is; notices tell of the progress.

        The object exists, so this never fails: where Tavus cannot be asked any more, a notice says so.
        """
        patience = self.patience(news)
        if not patience or self.is_over(found):
            return found
        notify_progress(f"{self.noun} {id_}: {self._progress(found)}; waiting for at most {patience} seconds ({self.wait_input})")
        try:
            found = poll(found, lambda before: self._look(id_, before, news), self.is_over, patience, self.longest_pause)
        except TavusError as error:
            notify(f"{error}; it exists, and the next `pulumi up` waits again")
            return found
        if not self.is_over(found):
            notify(f"{self.noun} {id_} is not {self.done} after {patience} seconds: the next `pulumi up` waits again")
        return found

    def find_unready(self, outs: Props) -> str:
        """Return that the object is not done after the wait, "" if it is done or nobody waited."""
        patience, status = self.patience(outs), outs.get("status", self.done)
        if not patience or status in (self.done, "error"):
            return ""
        return f"{self.noun} {outs.get(self.id_field)} is not {self.done} after {patience} seconds: run `pulumi up` to wait again"

    def is_over(self, found: Props) -> bool:
        """Tell whether Tavus's work on an object is done or has failed."""
        return found.get("status") in (self.done, "error")

    def patience(self, news: Props) -> int:
        """Return the seconds to wait, 0 where only `up` knows them; the option customTimeouts can shorten them."""
        row = self.inputs.find(self.wait_input)
        seconds: Any = row.effective_value(news) if row else UNKNOWN
        return 0 if seconds is UNKNOWN else int(min(seconds, self.context.timeout or seconds))

    def inputs_in_place(self) -> list[str]:
        """Return the inputs that Tavus can change in place."""
        return [row.name for row in self.inputs if row.field.wire_path is not None and not row.field.replaces]

    def list_own(self, doing: str) -> list[Props]:
        """Return the account's own objects of the kind."""
        return list(self.client.pages(Call("GET", self.path, doing), self.id_field, self.first_page, **self.own_query))

    def creation(self, news: Props) -> ProcessedCreation:
        """Return the strategy of the object's create."""
        return ProcessedCreation(self, news)

    def _create_once(self, news: Props) -> tuple[str, Props]:
        """Create it, or take over what an interrupted run created."""
        found = Creation(self.run, self.creation(news)).execute()
        return found.id, found.answer

    def _look(self, id_: str, before: Props, news: Props) -> Props:
        """Return the object as it is now; one that Tavus does not show yet is as it was."""
        try:
            found = self.get(id_, "wait for", news)
        except Gone:
            return before
        if self._progress(found) != self._progress(before) and not self.is_over(found):
            notify_progress(f"{self.noun} {id_}: {self._progress(found)}")
        return found

    def _read_missing(self, id_: str, found: Props, news: Props) -> Props:
        """Ask once for what the answer to a create leaves out; the object exists, so this never fails."""
        if "created_at" in found:
            return found
        try:
            return {**found, **self.get(id_, "read", news)}
        except TavusError:
            return found  # the next refresh fills the gap

    def _report_failure(self, id_: str, found: Props, is_kept: bool) -> None:
        """Delete an object that Tavus failed at and raise the reason; where it is kept, a notice says the reason."""
        failure = self._failure(id_, found)
        if is_kept:
            notify(str(failure))
            return
        # A dynamic provider cannot report a half-finished resource, so nothing may be left of it.
        try:
            self.delete(id_, {})
        except TavusError as error:
            raise WorkFailed(f"{failure}; then {error}: run `pulumi up` again, which deletes it first") from error
        raise failure

    def _failure(self, id_: str, found: Props) -> WorkFailed:
        code = str(found.get("error_message") or "Tavus gives no reason").rstrip(".")
        reason = f"{code}: {self.reasons[code]}" if code in self.reasons else code
        return WorkFailed(f"{self.noun} {id_} could not be {self.work}: {reason}")

    def _progress(self, found: Props) -> str:
        progress = found.get(self.progress_field)
        words = f"{progress} %" if isinstance(progress, int) else progress
        return f"{found.get('status')}" + (f", {words}" if words else "")
