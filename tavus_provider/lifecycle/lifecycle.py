"""
What a resource does, over plain dicts: check, diff, create, read, update, delete.

Nothing here knows of `pulumi.dynamic`; `engine.dynamic` adapts it, and another kind of plugin could.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..schema.fields import Table, table
from ..schema.unknowns import UNKNOWN
from ..schema.validation import Failure, find_failures, find_oversize
from .settings import Settings

Props = dict[str, Any]

COMPUTED = "__computed"
"""Output that names the inputs which the user left out and we or the service chose, so that a diff can tell them apart."""

URN = "__urn"
"""Input that carries the resource's URN, which the engine does not tell a dynamic provider."""


@dataclass(frozen=True)
class Diff:
    """What changed: all changed properties, and among them those that need a new resource."""

    changes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = True


class Lifecycle:
    """
    Base of what resources do. A subclass names its `TypedDict` of inputs in `args` and overrides what is its own.

    Methods take and return plain values: no None, no internal keys but `URN` and `COMPUTED`, `UNKNOWN` for what only `up` knows.
    """

    args: ClassVar[type]
    name: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def inputs(self) -> Table:
        """The field table."""
        return table(self.args)

    def check(self, news: Props) -> Iterator[Failure]:
        """Yield every mistake in the inputs that can be found without the network."""
        yield from find_failures(self.inputs, news, self.name)
        yield from find_oversize(news)
        yield from self._broken_rules(self.inputs.pick_given(news))

    def _broken_rules(self, given: Props) -> Iterator[Failure]:
        """Yield what `validate_together` yields whether or not what is unknown yet turns out to be there."""
        known = {name: value for name, value in given.items() if value is not UNKNOWN}
        certain = list(self.validate_together(known))
        if len(known) < len(given):
            properties = {each.property for each in certain}
            certain = [each for each in self.validate_together(given) if each.property in properties]
        yield from certain

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input; override where there are such rules."""
        return iter(())

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs behind the outputs `olds` with the inputs `news`; to spell out what is there anyway is no change."""
        given = self.inputs.pick_given(news)
        changed = self.inputs.find_changes(self.previous_inputs(olds), news)
        rows = [
            row for row in changed if row.effective_value(given) is UNKNOWN or row.effective_value(given) != olds.get(row.name)
        ]
        return Diff(tuple(row.name for row in rows), tuple(row.name for row in rows if row.field.replaces))

    def create(self, news: Props) -> tuple[str, Props]:
        """Make the thing; return its id and outputs. After the service made it, this returns and never raises."""
        raise NotImplementedError

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Return id and outputs as they are now, or None where the thing is gone."""
        raise NotImplementedError

    def read_inputs(self, outs: Props) -> Props | None:
        """Return the inputs that the outputs `outs`, just read, stand for; None where reading leaves inputs as they are."""
        return None

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Carry out what changes in place; return all outputs."""
        raise NotImplementedError

    def delete(self, id_: str, olds: Props) -> None:
        """Remove the thing; gone already is fine, anything else that goes wrong raises."""
        raise NotImplementedError

    def previous_inputs(self, olds: Mapping[str, Any]) -> Props:
        """Return the inputs that the user had written when `olds` came about."""
        computed = set(olds.get(COMPUTED, ()))
        return {name: value for name, value in olds.items() if name in self.inputs.spellings and name not in computed}

    def outputs(self, known: Props, answer: Mapping[str, Any]) -> Props:
        """Return the inputs or outputs `known` so far with what the service answered, noting which inputs it filled in."""
        answered = {name: value for name, value in answer.items() if value is not None}
        filled = [name for name in answered if name in self.inputs.spellings and name not in known]
        return {**known, **answered, COMPUTED: [*known.get(COMPUTED, ()), *filled]}


def random_name(resource_name: str) -> str:
    """Return a name nobody else chose: the resource's name and seven random hexadecimal digits."""
    return f"{resource_name}-{secrets.token_hex(4)[:7]}"


def resource_name(props: Mapping[str, Any]) -> str:
    """Return the name by which the program knows the resource, the last part of its URN."""
    return str(props.get(URN, "")).rpartition("::")[2]
