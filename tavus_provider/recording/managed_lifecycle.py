"""The lifecycle that buckets and roles share: the journaled create, and settings that are compared and written one by one.

A setting is written if its last reported value differs from what the inputs ask for: after a refresh that saw somebody else's
change, the next `pulumi up` restores exactly that setting.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar, Generic

from ..api.errors import StorageError
from ..api.notices import notify
from ..journal.journal import Intent, Journal, digest
from ..lifecycle.lifecycle import URN, Diff, Lifecycle, Props, random_name, resource_name
from ..schema.unknowns import is_known
from . import aws
from .aws_errors import Missing, NotEmpty, Taken, Unanswered
from .handle import AnyHandle, Spec


class HalfMade(StorageError):
    """It was created, could not be completed, and could not be deleted again either."""


class ManagedLifecycle(Lifecycle, ABC, Generic[AnyHandle]):
    """Base of the lifecycles of buckets and roles.

    kind: "bucket" or "role". name_input: the input that names it. fixed_outputs: the outputs that are no settings.
    name_remedy: what to do if the name is in use.
    A location is a dict of `account_id` and `region`; an identity adds the name to it, and what else never changes.
    """

    kind: ClassVar[str]
    name_input: ClassVar[str]
    name_remedy: ClassVar[str]
    fixed_outputs: ClassVar[tuple[str, ...]]

    @abstractmethod
    def locate(self, news: Props) -> Props:
        """Return the location where it is to be created."""

    @abstractmethod
    def identify(self, name: str, location: Props) -> Props:
        """Return the identity of the one to create."""

    @abstractmethod
    def identify_recorded(self, id_: str, olds: Props) -> Props:
        """Return the identity of the one that the state has as `id_`, with the outputs `olds`."""

    @abstractmethod
    def handle(self, spec: Spec) -> AnyHandle:
        """Return the handle; an identity is enough of a spec."""

    @staticmethod
    @abstractmethod
    def sanitize_name(name: str) -> str:
        """Return a resource's name in a form with which a name at AWS may begin."""

    def create(self, news: Props) -> tuple[str, Props]:
        """Create it, or complete what an interrupted run began to create.

        Raises StorageError with AWS's refusal; then it is deleted again, or the error says that it was left.
        """
        location = self.locate(news)
        leftover = self._find_leftover(news, location)
        chosen = leftover.name if leftover else random_name(self.sanitize_name(resource_name(news)))
        spec = self.spec(news, self.identify(news.get(self.name_input) or chosen, location))
        handle = self.handle(spec)
        # Nothing that a failed create undoes may be somebody else's.
        if self.name_input in news and not leftover and handle.exists():
            raise Taken(f"could not create {handle}: this account has it already; {self.name_remedy}")
        intent = self._record_intent(handle.name, news, location)
        try:
            id_ = self._make(handle, spec, may_exist=leftover is not None)
        except HalfMade:
            raise
        except Exception:
            Journal().forget(intent)
            raise
        Journal().complete(intent, id_)
        spec = {**spec, **self.identify_recorded(id_, spec)}
        return id_, self.outputs(news, {**self.fixed(spec), **handle.desired(spec)})

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read all settings as they are now; None if it is gone."""
        self._mark_recorded(id_, olds)
        identity = self.identify_recorded(id_, olds)
        handle = self.handle({**olds, **identity})
        try:
            return id_, self.outputs(olds, {**self.fixed(identity), **handle.actual()})
        except Missing:
            handle.require_account()
            return None

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs, and the settings that AWS last reported with the desired ones."""
        self._mark_recorded(id_, olds)
        found = super().diff(id_, olds, self.with_default_tags(news))
        given = self.inputs.pick_given(news)
        # A name or region that the program no longer gives stays as it was chosen.
        settled = {row.name for row in self.inputs if row.field.replaces and row.field.default is None and row.name not in given}
        changes = [name for name in found.changes if name not in settled]
        replaces = tuple(name for name in found.replaces if name not in settled)
        spec = self.spec(news, self.identify_recorded(id_, olds))
        if is_known(spec):  # unknown inputs count as changed already
            handle = self.handle(spec)
            changes += handle.find_drift(handle.desired(spec), olds)
        same_name = self.name_input in given and given[self.name_input] == olds.get(self.name_input)
        return Diff(tuple(dict.fromkeys(changes)), replaces, delete_before_replace=same_name)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Write the settings that differ; return all outputs."""
        spec = self.spec(news, self.identify_recorded(id_, olds))
        handle = self.handle(spec)
        return self.outputs(news, {**self.fixed(spec), **handle.apply(handle.desired(spec), olds)})

    def delete(self, id_: str, olds: Props) -> None:
        """Delete it; that it is gone already is no error."""
        self._mark_recorded(id_, olds)
        handle = self.handle({**olds, **self.identify_recorded(id_, olds)})
        try:
            handle.destroy(olds)
        except Missing:
            handle.require_account()

    def spec(self, news: Props, identity: Props) -> Spec:
        """Return the inputs with their defaults and the stack's default tags, and the identity."""
        given = self.inputs.pick_given(self.with_default_tags(news))
        return {**{row.name: row.effective_value(given) for row in self.inputs}, **identity}

    def fixed(self, spec: Spec) -> Props:
        """Return the outputs that are no settings."""
        return {name: spec[name] for name in self.fixed_outputs if name in spec}

    def with_default_tags(self, news: Props) -> Props:
        """Return the inputs with the stack's default tags; a tag that the program gives wins."""
        default, given = aws.default_tags(self.settings.aws), news.get("tags") or {}
        return {**news, "tags": {**default, **given}} if default and isinstance(given, dict) else news

    def _mark_recorded(self, id_: str, olds: Props) -> None:
        """Tell the journal that the state has the id, since the engine names it."""
        Journal().mark_recorded(olds.get(URN, ""), _journal_address(self.identify_recorded(id_, olds)), id_)

    def _make(self, handle: AnyHandle, spec: Spec, may_exist: bool) -> str:
        """Create it and write its settings, or undo all of it."""
        with _undo_on(Unanswered, handle.delete):
            id_ = handle.retry(lambda: handle.create(spec, may_exist))
        with _undo_on(Exception, lambda: handle.undo_create(spec)):
            desired = handle.desired(spec)
            # AWS takes some seconds to know it everywhere: Missing is repeated, too.
            before = handle.retry(handle.actual, Missing) if may_exist else handle.initial(desired)
            handle.apply(desired, before, Missing)
        return id_

    def _record_intent(self, name: str, news: Props, location: Props) -> Intent:
        """Write to the journal what is about to be created, and under which name."""
        intent = Intent(
            resource=news.get(URN, ""),
            base_url=_journal_address(location),
            name=name,
            unique=self.name_input not in news,
            persona_id="",
            replica_id="",
            inputs=self._digest(news, location),
            began=time.time(),
            kind=self.kind,
            region=location["region"],
        )
        try:
            Journal().begin(intent)
        except OSError as error:
            notify(f"the intent to make {self.kind} {name!r} could not be written ({error}): if this is interrupted, look for it")
        return intent

    def _find_leftover(self, news: Props, location: Props) -> Intent | None:
        """Return what an interrupted run of this resource began with the inputs of now.

        What it began with others is deleted if we chose its name and it is half-made; otherwise somebody may need it.
        """
        found = Journal().find(news.get(URN, ""), _journal_address(location))
        if found is None or found.inputs == self._digest(news, location):
            return found
        what = f"{self.kind} {found.name!r}, which an interrupted run had begun with other inputs"
        try:
            if found.id or not found.unique:
                raise NotEmpty
            with suppress(Missing):
                self.handle(self.identify(found.name, {**location, "region": found.region})).delete()
                notify(f"deleted: {what}")
        except NotEmpty:
            notify(f"left alone: {what}: look whether it is there, and whether anybody needs it")
        Journal().forget(found)
        return None

    def _digest(self, news: Props, location: Props) -> str:
        """Return a digest of what an update cannot change."""
        given = self.inputs.pick_given(news)
        return digest([location["region"], {row.name: row.effective_value(given) for row in self.inputs if row.field.replaces}])


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


def _journal_address(location: Props) -> str:
    """Return the address under which the journal keeps what is created in an account."""
    return f"aws:{location['account_id']}"
