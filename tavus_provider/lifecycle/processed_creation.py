"""Strategy of the journaled create for documents, replicas and voices."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..api.errors import ConnectionFailed, Gone, OutcomeUnknown, RateLimited, TavusError
from ..api.notices import notify
from ..api.retry import Allowance
from ..journal.intent import Intent, digest
from ..journal.strategy import LOST, Found, Strategy, Target
from ..schema.extra import EXTRA

if TYPE_CHECKING:
    from .base import Props
    from .processed_object import ProcessedObjectLifecycle


class ProcessedCreation(Strategy):
    """The create of an object that Tavus works on.

    After a lost answer it is only searched, and never created again by the same run: it costs quota, and a list may lag behind.
    """

    is_listed = True

    def __init__(self, lifecycle: ProcessedObjectLifecycle, news: Props) -> None:
        self.lifecycle = lifecycle
        self.news = news
        self.name_field = lifecycle.name_input
        self.id_field = lifecycle.id_field
        self.settle_timeout = lifecycle.settings.settle_timeout

    @functools.cached_property
    def target(self) -> Target:
        """The object to create; the digest leaves out the inputs that can change in place."""
        # An edit of a name or a tag between two runs must not cost another training.
        rows = [row for row in self.lifecycle.inputs if row.field.replaces and row.field.wire_path is not None]
        given = self.lifecycle.inputs.pick_given(self.news)
        return Target(
            urn=self.lifecycle.context.urn,
            place=self.lifecycle.place,
            kind=self.lifecycle.noun,
            inputs=digest({row.name: row.effective_value(given) for row in rows}),
            given_name=self.news.get(self.name_field),
        )

    def patience(self) -> list[Allowance]:
        """Wait for room within Tavus's limits as long as the user waits for the object."""
        seconds = self.lifecycle.settings.retry_timeout
        return [
            Allowance((ConnectionFailed,), seconds),
            Allowance((RateLimited,), max(seconds, self.lifecycle.patience(self.news))),
        ]

    def explain(self, error: TavusError) -> TavusError:
        """Say of a lost answer what the next run does."""
        if not isinstance(error, LOST):
            return error
        return OutcomeUnknown(f"{error}; {self.risk}: run `pulumi up` again, which looks for it first")

    def post(self, intent: Intent, is_resumed: bool) -> Found:
        """Create the object."""
        id_, answer = self.lifecycle.post({**self.news, self.name_field: intent.name})
        return Found(id_, {self.name_field: intent.name, **answer})  # not every answer repeats the name

    @property
    def account(self) -> str:
        """What tells the account of the API key from others."""
        return self.lifecycle.client.account

    @property
    def clock_skew(self) -> float:
        """Seconds by which Tavus's clock is ahead of ours."""
        return self.lifecycle.client.clock_skew

    def list_items(self, doing: str) -> Iterable[dict[str, Any]]:
        """Return the account's own objects."""
        return self.lifecycle.list_own(doing)

    def get(self, id_: str) -> dict[str, Any] | None:
        """Return the object, None where it is gone."""
        try:
            return {**self.lifecycle.get(id_, "read", {}), self.id_field: id_}
        except Gone:
            return None

    def describe(self, items: list[dict[str, Any]]) -> str:
        """Return the ids, and what to do."""
        ids = super().describe(items)
        return f"{ids}; delete those that nobody needs, or name one in {self.lifecycle.existing}"

    def choose_leftover(self, items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
        """Return the object for equal inputs; one for others may be what this one replaces, which is deleted after it."""
        found = super().choose_leftover(items, name)
        for item in items if found is None else ():
            notify(
                f"{self.lifecycle.noun} {item[self.id_field]} was created for {self.lifecycle.context.urn} with other inputs; "
                "if nobody needs it, delete it"
            )
        return found

    def can_take_over(self, found: Found) -> bool:
        """Tell whether Tavus's work on it has not failed."""
        return found.answer.get("status") != "error"

    def take_over(self, found: Found) -> Found:
        """Take the object over under the name and tags of now."""
        lifecycle, left = self.lifecycle, found.answer
        name = left.get(self.name_field)
        notify(f"taken over: {lifecycle.noun} {name!r} ({found.id}), which an interrupted run had created")
        in_place = lifecycle.inputs_in_place()
        actual = {name: value for name, value in lifecycle.inputs.from_wire(left).items() if name in in_place}
        given = lifecycle.inputs.pick_given(self.news)
        desired = {self.name_field: actual.get(self.name_field), **given}
        # Nobody knows what the interrupted run gave as `extra`, so all that Tavus does not show of it is sent.
        before = {name: value for name, value in {**given, **actual}.items() if name != EXTRA}
        lifecycle.bring_up_to_date(found.id, before, desired)
        return Found(found.id, {**left, **{name: desired[name] for name in in_place if name in desired}})

    def discard(self, found: Found, why: str) -> None:
        """Delete it, where the lifecycle allows that."""
        self.lifecycle.discard(found.id, found.answer, self.news)
