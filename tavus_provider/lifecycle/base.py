"""What a resource does, over plain values: check, diff, create, read, update, delete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..journal.run import Run
from ..schema.extra import EXTRA, find_overlaps
from ..schema.fields import Table, table
from ..schema.secrets import find_input
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure, find_failures, find_oversize, shows_secret
from ..settings import Settings
from .context import NO_CONTEXT, Context

Props = dict[str, Any]

COMPUTED = "__computed"
"""Output that names the inputs which the user left out and we or the service chose, so that a diff can tell them apart."""


ACCOUNT = "__account"
"""Output that tells accounts apart: digits of a digest of the API key that created the object or read it last."""

IDENTITY = "__identity"
"""Input that a refresh adds if settings drifted: what `check` needs to say what they will be."""

INTERNAL = (COMPUTED, ACCOUNT, IDENTITY)
"""Properties of ours that lifecycles store beside those that users see."""


@dataclass(frozen=True)
class Diff:
    """What changed: all changed properties, and among them those that need a new resource."""

    changes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = True


class Lifecycle(ABC):
    """Base of what resources do.

    Methods take and return plain values: no None, no internal keys but `INTERNAL`, `UNKNOWN` for what only `pulumi up` knows,
    and no empty strings for optional inputs.

    args, state: the classes that declare inputs and outputs. name: the resource's class. run, context: what this process knows,
    and what the engine says of the call. needed: inputs whose values it has to know, so that `extra` cannot say them.
    honors_timeout: whether it heeds the context's time limit.
    """

    args: ClassVar[type]
    state: ClassVar[type]
    name: ClassVar[str]
    needed: ClassVar[tuple[str, ...]] = ()
    honors_timeout: ClassVar[bool] = False

    def __init__(self, run: Run, context: Context = NO_CONTEXT) -> None:
        self.run = run
        self.context = context

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.run.settings

    @property
    def inputs(self) -> Table:
        """The field table."""
        return table(self.args)

    def check(self, news: Props) -> Iterator[Failure]:
        """Yield every mistake in the inputs that can be found without the network.

        A mistake in what is or may be secret concerns the resource as a whole: Pulumi prints the value of a property that has a
        problem, even if it is secret.
        """
        for each in self._find_failures(news):
            yield Failure("", str(each)) if shows_secret(self.inputs, news, each.property, self.context.secrets) else each

    def _find_failures(self, news: Props) -> Iterator[Failure]:
        yield from find_failures(self.inputs, news, self.name, secrets=self.context.secrets)
        yield from find_oversize(news)
        given = self.inputs.pick_given(news)
        yield from self._find_overlaps(given)
        yield from self._validate_known(given)

    def complete_inputs(self, olds: Props, news: Props) -> Props:
        """Return what the state keeps beside the inputs that the program gives; `olds` are the previous inputs."""
        return {}

    def _find_overlaps(self, given: Props) -> Iterator[Failure]:
        if isinstance(given.get(EXTRA), dict):
            for path in find_overlaps(self.inputs, given, self.needed):
                instead = "remove one of them" if find_input(path) in given else f"write {path}=…"
                yield Failure(EXTRA, f"sets what the input {path} sets: {instead}")

    def _validate_known(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes of `validate_together` that stay whatever the unknown inputs turn out to be."""
        known = {name: value for name, value in given.items() if value is not UNKNOWN}
        # An unknown input may turn out to be absent or given: only what is wrong in both cases is reported.
        certain = list(self.validate_together(known))
        if len(known) < len(given):
            properties = {each.property for each in certain}
            certain = [each for each in self.validate_together(given) if each.property in properties]
        yield from certain

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input; override where there can be any."""
        return iter(())

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs behind the outputs `olds` with the inputs `news`; spelling out an existing value is no change."""
        given = self.inputs.pick_given(news)
        changed = self.inputs.find_changes(self.previous_inputs(olds), news)
        # A value that Tavus or we had filled in is no change where the user writes it out.
        rows = [
            row for row in changed if row.effective_value(given) is UNKNOWN or row.effective_value(given) != olds.get(row.name)
        ]
        replaces = () if self._only_moves(olds, news) else tuple(row.name for row in rows if row.field.replaces)
        return Diff(tuple(row.name for row in rows), replaces)

    def _only_moves(self, olds: Props, news: Props) -> bool:
        """Tell whether a member has moved from `extra` to an input of its own, or back, and Tavus would see the same."""
        old = self.previous_inputs(olds)
        return old.get(EXTRA) != news.get(EXTRA) and self.inputs.to_wire(old) == self.inputs.to_wire(news)

    @abstractmethod
    def create(self, news: Props) -> tuple[str, Props]:
        """Create the thing; return its id and outputs. Once the service has created it, this returns and never raises."""

    @abstractmethod
    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Return id and outputs as they are now, or None where the thing is gone."""

    def import_existing(self, id_: str) -> tuple[Props, Props] | None:
        """Return inputs and outputs of a thing that no state has, for `pulumi import`; None where there is none."""
        found = self.read(id_, {})
        if not found:
            return None
        inputs = {name: value for name, value in found[1].items() if name in self.inputs.spellings and value not in ("", [], {})}
        return inputs, self.outputs(inputs, {name: value for name, value in found[1].items() if name != COMPUTED})

    def find_unready(self, outs: Props) -> str:
        """Return why a thing that was created or updated is not ready yet, "" where it is."""
        return ""

    def read_inputs(self, outs: Props) -> Props | None:
        """Return the inputs that the outputs `outs`, just read, stand for; None where reading leaves inputs as they are."""
        return None

    @abstractmethod
    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Carry out what changes in place; return all outputs."""

    @abstractmethod
    def delete(self, id_: str, olds: Props) -> None:
        """Delete the thing; gone already is fine, any other failure raises."""

    def previous_inputs(self, olds: Mapping[str, Any]) -> Props:
        """Return the inputs that the user had written when `olds` came about."""
        computed = set(olds.get(COMPUTED, ()))
        written = {name: value for name, value in olds.items() if name in self.inputs.spellings and name not in computed}
        return self.inputs.drop_empty(written)  # states of earlier versions have them

    def outputs(self, known: Props, answer: Mapping[str, Any]) -> Props:
        """Return the inputs or outputs `known` so far with what the service answered, noting which inputs it filled in."""
        answered = {name: value for name, value in answer.items() if value is not None}
        filled = [name for name in answered if name in self.inputs.spellings and known.get(name, "") == ""]
        return {**known, **answered, COMPUTED: list(dict.fromkeys([*known.get(COMPUTED, ()), *filled]))}
