"""The lifecycle that buckets and roles share: the journaled create, and settings that are compared and written one by one.

A setting is written if its last reported value differs from what the inputs ask for: after a refresh that saw somebody else's
change, the next `pulumi up` restores exactly that setting.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic

from ...api.errors import SettingsError, StorageError
from ...aws_settings import find_mistakes
from ...journal.creation import Creation
from ...lifecycle.base import IDENTITY, Diff, Lifecycle, Props
from ...schema.outputs import find_outputs
from ...schema.unknowns import is_known
from ...schema.validation import Failure
from ..aws import clients
from ..aws.errors import Missing
from ..aws.tags import default_tags, drop_ignored_tags
from .creation import ManagedCreation, journal_address
from .handle import AnyHandle, Spec


class ManagedLifecycle(Lifecycle, Generic[AnyHandle]):
    """Base of the lifecycles of buckets and roles.

    kind: "bucket" or "role". name_input: the input that names it. id_output: the output that is its id.
    name_remedy: what to do if the name is in use.
    A location is a dict of `account_id` and `region`; an identity adds the name to it, and what else never changes.
    """

    kind: ClassVar[str]
    name_input: ClassVar[str]
    id_output: ClassVar[str]
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

    def check(self, news: Props) -> Iterator[Failure]:
        """Yield every mistake in the inputs and in the stack's configuration of AWS, and an account that may not be used.

        Only a stack that says which accounts may be used has AWS asked, before anything is created at Tavus, too.
        """
        mistakes = list(find_mistakes(self.settings.aws)) or list(self._find_refused_account(news))
        yield from (Failure("", each) for each in mistakes)
        yield from super().check(news)

    def _find_refused_account(self, news: Props) -> Iterator[str]:
        given = (news.get(name) for name in ("region", "bucket_region"))
        region = next((each for each in given if isinstance(each, str)), "")
        try:
            clients.require_allowed_account(self.settings.aws, region)
        except (SettingsError, StorageError) as error:
            yield str(error)

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

    def read_inputs(self, outs: Props) -> Props:
        """Return the inputs as they are now: those that were given, and each setting that differs from them, under its name.

        Inputs that would cause the difference show it, too: `retention_days` beside `lifecycle_rules`.
        """
        given, identity = self.previous_inputs(outs), self.identify_recorded(str(outs[self.id_output]), outs)
        spec = self.spec(given, identity)
        handle = self.handle(spec)
        drifted = handle.find_drift(handle.desired(spec), outs)
        if not drifted:
            return given
        causes = {name: value for each in drifted for name, value in self._find_causes(spec, each, outs[each]).items()}
        found = {**given, **causes, **{name: outs[name] for name in drifted}, IDENTITY: identity}
        return {name: value for name, value in found.items() if value is not None}

    def complete_inputs(self, olds: Props, news: Props) -> Props:
        """Return the tags with the stack's, and after a refresh that found drift, the values that settings will have."""
        return {**self._complete_tags(news), **(self._complete_settings(olds, news) if IDENTITY in olds else {})}

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs, and the settings that AWS last reported with the desired ones."""
        self._mark_recorded(id_, olds)
        olds = self.without_ignored_tags(olds)
        found = super().diff(id_, olds, self.with_default_tags(news))
        given = self.inputs.pick_given(news)
        # A name or region that the program no longer gives stays as it was chosen.
        settled = {row.name for row in self.inputs if row.field.replaces and row.field.default is None and row.name not in given}
        changes = [name for name in found.changes if name not in settled]
        replaces = tuple(name for name in found.replaces if name not in settled)
        spec = self.spec(news, self.identify_recorded(id_, olds))
        if is_known(spec):  # unknown inputs count as changed already
            handle = self.handle(spec)
            desired = self._find_desired(handle, spec, olds, news)
            # To give an input the value that somebody set at AWS changes nothing.
            in_place = {name for each in handle.table if desired[each.name] == olds.get(each.name) for name in each.inputs}
            changes = [*(name for name in changes if name not in in_place), *handle.find_drift(desired, olds)]
        same_name = self.name_input in given and given[self.name_input] == olds.get(self.name_input)
        return Diff(tuple(dict.fromkeys(changes)), replaces, delete_before_replace=same_name)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Write the settings that differ; return all outputs."""
        spec = self.spec(news, self.identify_recorded(id_, olds))
        handle, before = self.handle(spec), self.without_ignored_tags(olds)
        settings = handle.apply(self._find_desired(handle, spec, before, news), before)
        return self.outputs(news, {**self.fixed_outputs(spec), **settings})

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
        """Return the inputs with the stack's default tags, without the tags that it ignores; one that the program gives wins."""
        default, given = default_tags(self.settings.aws), news.get("tags") or {}
        return self.without_ignored_tags({**news, "tags": {**default, **given}} if default and isinstance(given, dict) else news)

    def without_ignored_tags(self, props: Props) -> Props:
        """Return inputs or outputs without the tags that the stack ignores."""
        tags = props.get("tags")
        return {**props, "tags": drop_ignored_tags(self.settings.aws, tags)} if tags and isinstance(tags, dict) else props

    def outputs(self, known: Props, answer: Mapping[str, Any]) -> Props:
        """Return the outputs; the identity is an input only."""
        return super().outputs({name: value for name, value in known.items() if name != IDENTITY}, answer)

    def _find_desired(self, handle: AnyHandle, spec: Spec, olds: Props, news: Props) -> Props:
        """Return the value of each setting that the inputs ask for.

        Those that `ignore_changes` keeps stay as a refresh found them.
        """
        return {**handle.desired(spec), **_find_kept(handle, olds, news)}

    def _find_causes(self, spec: Spec, name: str, value: Any) -> Props:
        """Return the inputs that would give a setting its value, {} if none would."""
        (setting,) = (each for each in self.handle(spec).table if each.name == name)
        found = {input_: find(value) for input_, find in setting.inputs.items()}
        causes = {input_: each for input_, each in found.items() if each != spec[input_]}
        given = self.inputs.pick_given({**spec, **causes})
        return causes if setting.desired({**spec, **causes}) == value and not any(self.check(given)) else {}

    def _complete_tags(self, news: Props) -> Props:
        """Return the tags with the default ones, and without ignored ones, where that differs from what is given."""
        tags = self.with_default_tags(news).get("tags")
        return {"tags": tags} if tags != news.get("tags") and is_known(tags) else {}

    def _complete_settings(self, olds: Props, news: Props) -> Props:
        """Return the settings that drifted, as they will be: as desired, or as they are if `ignore_changes` keeps them."""
        spec = self.spec(news, olds[IDENTITY])
        if not is_known(spec):
            return {}
        handle = self.handle(spec)
        names = [each.name for each in handle.table if each.name in olds and each.name != "tags"]
        kept = _find_kept(handle, olds, news)
        shown = {
            name: value for name, value in handle.desired(spec).items() if name in names and name not in self.inputs.spellings
        }
        return {**shown, **kept, **({IDENTITY: olds[IDENTITY]} if kept else {})}

    def _mark_recorded(self, id_: str, olds: Props) -> None:
        """Note that the state has the id, since the engine named it."""
        self.run.mark_recorded(self.context.urn, journal_address(self.identify_recorded(id_, olds)), id_)


def _find_kept(handle: AnyHandle, olds: Props, news: Props) -> Props:
    """Return the settings that `ignore_changes` keeps: it makes an input of them, with the value in `olds`."""
    names = [each.name for each in handle.table if each.name != "tags" and each.name in news and each.name in olds]
    return {name: olds[name] for name in names if news[name] == olds[name]}
