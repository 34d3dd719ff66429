"""The strategy by which the journaled create makes a bucket or role."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Generic

from ...api.errors import StorageError
from ...api.notices import notify
from ...journal.intent import Intent, digest
from ...journal.strategy import Found, Strategy, Target
from ...lifecycle.base import Props
from ..aws.errors import Missing, NotEmpty, Taken, Unanswered
from .handle import AnyHandle, Spec

if TYPE_CHECKING:
    from .lifecycle import ManagedLifecycle


class HalfMade(StorageError):
    """A bucket or role that was created, and could be neither completed nor deleted again."""


class ManagedCreation(Strategy, Generic[AnyHandle]):
    """The create of a bucket or role: AWS creates no second one of its name, so nothing has to be searched.

    location: account and region (see ManagedLifecycle). spec: what is created, known once it has a name.
    """

    undecided = (HalfMade,)

    def __init__(self, lifecycle: ManagedLifecycle[AnyHandle], news: Props, location: Props) -> None:
        self.lifecycle = lifecycle
        self.news = news
        self.location = location
        self.spec: Spec = {}

    @functools.cached_property
    def target(self) -> Target:
        """The bucket or role to create; the digest has the inputs that an update cannot change."""
        lifecycle, given = self.lifecycle, self.lifecycle.inputs.pick_given(self.news)
        rows = [row for row in lifecycle.inputs if row.field.replaces]
        return Target(
            urn=lifecycle.context.urn,
            place=journal_address(self.location),
            kind=lifecycle.kind,
            inputs=digest([self.location["region"], {row.name: row.effective_value(given) for row in rows}]),
            given_name=self.news.get(lifecycle.name_input),
            region=self.location["region"],
        )

    def name_prefix(self) -> str:
        """Return the resource's name in the form that AWS takes."""
        return self.lifecycle.sanitize_name(super().name_prefix())

    def review(self, earlier: Intent) -> Intent | None:
        """Return the intent of an interrupted run with the inputs of now.

        What it created with others is deleted if we chose its name and it is half-made; otherwise somebody may need it.
        """
        if earlier.inputs == self.target.inputs:
            return earlier
        what = f"{earlier.kind} {earlier.name!r}, which an interrupted run had created with other inputs"
        try:
            if earlier.id or not earlier.unique:
                raise NotEmpty
            with suppress(Missing):
                location = {**self.location, "region": earlier.region}
                self.lifecycle.handle(self.lifecycle.identify(earlier.name, location)).delete()
                notify(f"deleted: {what}")
        except NotEmpty:
            notify(f"left alone: {what}: check whether it exists, and delete it if nobody needs it")
        self.lifecycle.run.journal.forget(earlier)
        return None

    def prepare(self, name: str, earlier: Intent | None) -> None:
        """Refuse a given name that this account has already: nothing that a failed create undoes may be somebody else's."""
        self.spec = self.lifecycle.spec(self.news, self.lifecycle.identify(name, self.location))
        handle = self.lifecycle.handle(self.spec)
        if self.target.given_name is not None and not earlier and handle.exists():
            raise Taken(f"could not create {handle}: this account has it already; {self.lifecycle.name_remedy}")

    def post(self, intent: Intent, is_resumed: bool) -> Found:
        """Create it and write its settings, or undo all of it."""
        handle = self.lifecycle.handle(self.spec)
        # AWS may have created it without answering.
        with _undo_on(Unanswered, handle.delete):
            id_ = handle.retry(lambda: handle.create(self.spec, is_resumed))
        with _undo_on(Exception, lambda: handle.undo_create(self.spec)):
            desired = handle.desired(self.spec)
            # AWS takes some seconds to know it everywhere: Missing is repeated, too.
            before = handle.retry(handle.actual, Missing) if is_resumed else handle.initial(desired)
            handle.apply(desired, before, Missing)
        return Found(id_, {})


def journal_address(location: Props) -> str:
    """Return the address under which the journal keeps what is created in an account."""
    return f"aws:{location['account_id']}"


@contextmanager
def _undo_on(error_type: type[Exception], undo: Callable[[], None]) -> Iterator[None]:
    """Undo if the body fails with an error of that type; the error says so if undoing fails, too."""
    try:
        yield
    except error_type as error:
        try:
            undo()
        except Missing:
            pass
        except StorageError as second:
            remedy = "run `pulumi up` again, which completes it, or delete it by hand"
            raise HalfMade(f"{error}; then {second}: it was left half-made; {remedy}") from error
        raise
