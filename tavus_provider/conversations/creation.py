"""
Opening a conversation so that none is ever opened twice and none is ever lost.

Creating is not idempotent and has no key. So an intent is written before the call and completed with the id after it; where the
answer is lost, the conversation is searched for before another one is created; and where an earlier `pulumi up` was interrupted,
what it had opened is taken over, or ended where the program asks for something else by now.
"""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from ..api.client import Call, TavusClient
from ..api.errors import ApiError, ConcurrencyLimit, Gone, OutcomeUnknown, RoleNotAssumable, ServerError, TavusError
from ..api.notices import notify
from ..api.retry import retry_on
from ..journal.journal import Intent, Journal, digest
from ..journal.names import asks_account, marked, marked_name, name_for
from ..lifecycle.lifecycle import URN, Props
from ..lifecycle.settings import Settings
from .calls import PATH, created_at, describe_all, end_conversation, list_active, read_conversation, told
from .search import Found, doubles, search


class Unended(TavusError):
    """A conversation that cannot be taken over could not be ended either."""


_LOST = (OutcomeUnknown, ServerError)
"""After these the conversation may or may not have been opened."""


@dataclass
class Opening:
    """
    One conversation that is being opened.

    body: the request, with a name only where the user gave one. news: the resource's inputs. in_doubt: an answer was lost.
    """

    client: TavusClient
    settings: Settings
    journal: Journal
    body: Props
    news: Props
    in_doubt: bool = False

    def run(self) -> Props:
        """
        Return Tavus's answer to the creation, or the conversation that was opened already.

        Raises the error of the call that failed. Then nothing of ours is active, unless the error says that it may be; in that
        case the intent stays, and the next run looks for it first.
        """
        inputs = digest(self.body)
        earlier = self.journal.find(self.news.get(URN, ""), self.settings.base_url) or self._marked(inputs)
        found = self._recovered(earlier, inputs) if earlier else None
        if found:
            return found
        intent = self._begun(earlier, inputs)
        try:
            return self._created(intent)
        except TavusError:
            if not self.in_doubt:
                self.journal.forget(intent)
            raise

    def _begun(self, earlier: Intent | None, inputs: str) -> Intent:
        """Write the intent. A name that an earlier run chose is used again, so that whatever it opened can be told by it."""
        unique = "conversation_name" not in self.body
        name = self.body.setdefault("conversation_name", name_for(self.settings, self.news, inputs, earlier))
        intent = self._intent(name, unique, inputs)
        try:
            self.journal.begin(intent)
        except OSError as error:
            notify(f"the intent to open {name!r} could not be written ({error}): if this is interrupted, look for it by name")
        return intent

    def _intent(self, name: str, unique: bool, inputs: str, id_: str = "") -> Intent:
        return Intent(
            resource=self.news.get(URN, ""),
            base_url=self.settings.base_url,
            name=name,
            unique=unique,
            persona_id=self.body.get("persona_id", ""),
            replica_id=self.body.get("replica_id", ""),
            inputs=inputs,
            began=time.time(),
            id=id_,
        )

    def _marked(self, inputs: str) -> Intent | None:
        """Return, as an intent, what a run elsewhere left active under this resource's mark, if that is to be looked for."""
        if not asks_account(self.settings) or "conversation_name" in self.body:
            return None
        sought = marked_name(self.news, inputs)
        active = list_active(self.client, f"look for what an interrupted run opened, such as {sought!r}")
        left = next(marked(active, "conversation_name", "conversation_id", self.settings.base_url, self.news), None)
        if left is None:
            return None
        name = left["conversation_name"]
        return self._intent(name, True, inputs if name == sought else "", left["conversation_id"])

    def _recovered(self, earlier: Intent, inputs: str) -> Props | None:
        """Take over what an interrupted run opened, or end it where it is not what is asked for now."""
        left = self._left(earlier)
        if left is None:
            return None
        found = left.conversation
        if earlier.inputs == inputs and self._usable(left):
            self._end_doubles(earlier, found)
            self.journal.complete(earlier, found["conversation_id"])
            notify(f"taken over: conversation {told(found)}, which an interrupted run had opened")
            return found
        self._end(found, "which an interrupted run had opened, maybe with other inputs")
        return None

    def _left(self, earlier: Intent) -> Found | None:
        """Return what an interrupted run left active."""
        if not earlier.id:
            waited = max(0.0, time.time() - earlier.began)  # a clock that was put back since would have it negative
            return search(self.client, self.journal, earlier, max(0.0, self.settings.settle_timeout - waited))
        try:
            found = read_conversation(self.client, earlier.id)
        except Gone:
            return None
        return Found(found, certain=True) if found.get("status") == "active" else None

    def _created(self, intent: Intent) -> Props:
        """Create, again while the role is too young to be assumed, and while the account is full for as long as is wanted."""

        def with_role() -> Props:
            return retry_on(lambda: self._answered(intent), (RoleNotAssumable,), self.settings.role_timeout)

        try:
            return retry_on(with_role, (ConcurrencyLimit,), self.news.get("wait_for_slot", 0))
        except ConcurrencyLimit as full:
            raise self._explained(full) from None

    def _answered(self, intent: Intent) -> Props:
        """Create; where the answer is lost, find out what came of it before creating again."""

        def attempt() -> Props:
            try:
                return self._posted(intent)
            except _LOST:
                self.in_doubt = True
                found = search(self.client, self.journal, intent, self.settings.settle_timeout)
                if found is None:
                    raise
                if self._usable(found):
                    return found.conversation
                self._give_up(found.conversation, intent)
                raise

        answer = retry_on(attempt, _LOST, self.settings.retry_timeout)
        if self.in_doubt:
            self._end_doubles(intent, answer)
        return answer

    def _end_doubles(self, intent: Intent, kept: Props) -> None:
        for double in doubles(self.client, intent, kept["conversation_id"]):
            self._end(double, "a double whose answer had been lost")

    def _posted(self, intent: Intent) -> Props:
        """Create; a name that others may have as well is searched by nobody meanwhile."""
        doing = f"create conversation {intent.name!r}"
        with nullcontext() if intent.unique else self.journal.creating():
            answer = self.client.send(Call("POST", PATH, doing, repeatable=False), self.body)
            if not answer.get("conversation_id"):
                raise OutcomeUnknown(f"could not {doing}: Tavus answered without a conversation_id")
            self.journal.complete(intent, answer["conversation_id"])
        return answer

    def _usable(self, found: Found) -> bool:
        """Tell whether a conversation can be taken over: a private room's token comes only with the answer to its creation."""
        return found.certain and not self.body.get("require_auth")

    def _give_up(self, conversation: Props, intent: Intent) -> None:
        """
        End a conversation that cannot be taken over; nothing else is opened before that is done.

        Then its id is taken back, so that an interruption from here on leads to a search for its successor.
        """
        try:
            self._end(conversation, "whose answer was lost with what only it tells")
        except TavusError as error:
            raise Unended(f"{error}; it is active and billed: run `pulumi up` again, which ends it first") from error
        with suppress(OSError):
            self.journal.begin(intent)

    def _end(self, conversation: Props, why: str) -> None:
        try:
            end_conversation(self.client, conversation["conversation_id"])
        except Gone:
            return
        notify(f"ended: conversation {told(conversation)}, {why}")

    def _explained(self, full: ConcurrencyLimit) -> ApiError:
        """Name who holds the slots."""
        try:
            holders = describe_all(sorted(list_active(self.client), key=created_at)) or "none that this key can list"
        except TavusError:
            return full
        remedy = f"active: {holders}; end one with `tavus-provider conversations --end ID`, or wait (input wait_for_slot)"
        return ConcurrencyLimit(full.doing, full.status, full.answer, remedy)
