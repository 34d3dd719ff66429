"""The lifecycle that buckets and roles share: the journaled create, and settings that are compared and written one by one.

A setting is written if its last reported value differs from what the inputs ask for: after a refresh that saw somebody else's
change, the next `pulumi up` restores exactly that setting.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic

from ..journal.creation import Creation
from ..lifecycle.base import Diff, Lifecycle, Props
from ..schema.outputs import find_outputs
from ..schema.unknowns import is_known
from . import aws
from .aws_errors import Missing
from .handle import AnyHandle, Spec
from .managed_creation import ManagedCreation, journal_address


class ManagedLifecycle(Lifecycle, Generic[AnyHandle]):
    """Base of the lifecycles of buckets and roles.

    kind: "bucket" or "role". name_input: the input that names it.
    name_remedy: what to do if the name is in use.
    A location is a dict of `account_id` and `region`; an identity adds the name to it, and what else never changes.
    """

    kind: ClassVar[str]
    name_input: ClassVar[str]
    name_remedy: ClassVar[str]

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
        creation = ManagedCreation(self, news, self.locate(news))
        id_ = Creation(self.run, creation).execute().id
        spec = {**creation.spec, **self.identify_recorded(id_, creation.spec)}
        return id_, self.outputs(news, {**self.fixed_outputs(spec), **self.handle(spec).desired(spec)})

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read all settings as they are now; None if it is gone."""
        self._mark_recorded(id_, olds)
        identity = self.identify_recorded(id_, olds)
        handle = self.handle({**olds, **identity})
        try:
            return id_, self.outputs(olds, {**self.fixed_outputs(identity), **handle.actual()})
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
        return self.outputs(news, {**self.fixed_outputs(spec), **handle.apply(handle.desired(spec), olds)})

    def delete(self, id_: str, olds: Props) -> None:
        """Delete it; that it is gone already is no error."""
        self._mark_recorded(id_, olds)
        handle = self.handle({**olds, **self.identify_recorded(id_, olds)})
        try:
            handle.destroy(olds, self.context.urn)
        except Missing:
            handle.require_account()

    def spec(self, news: Props, identity: Props) -> Spec:
        """Return the inputs with their defaults and the stack's default tags, and the identity."""
        given = self.inputs.pick_given(self.with_default_tags(news))
        return {**{row.name: row.effective_value(given) for row in self.inputs}, **identity}

    def fixed_outputs(self, spec: Spec) -> Props:
        """Return the outputs that are no settings."""
        return {name: spec[name] for name in find_outputs(self.state) if name in spec}

    def with_default_tags(self, news: Props) -> Props:
        """Return the inputs with the stack's default tags; a tag that the program gives wins."""
        default, given = aws.default_tags(self.settings.aws), news.get("tags") or {}
        return {**news, "tags": {**default, **given}} if default and isinstance(given, dict) else news

    def _mark_recorded(self, id_: str, olds: Props) -> None:
        """Note that the state has the id, since the engine named it."""
        self.run.mark_recorded(self.context.urn, journal_address(self.identify_recorded(id_, olds)), id_)
