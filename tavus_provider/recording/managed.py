"""
What buckets and roles share: a table of settings that AWS keeps for them, each compared and written on its own.

A setting is written when what AWS last reported differs from what the inputs ask for: after a refresh that saw somebody else's
change, the next `pulumi up` puts exactly that back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from ..api.errors import StorageError
from ..api.retry import retrying
from ..engine.lifecycle import Diff, Lifecycle, Props
from ..engine.values import is_known
from .errors import Busy, Missing, Unset, asking

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Setting(Generic[Thing]):
    """
    One thing that AWS keeps for a bucket or role.

    name: the output that shows it. wanted: the value that facts ask for. read: the value that AWS reports, in the same form.
    write: makes it so. unset: the value where AWS reports none.
    """

    name: str
    wanted: Callable[[Props], Any]
    read: Callable[[Thing], Any]
    write: Callable[[Thing, Any], object]
    unset: Any = ""

    def reported(self, thing: Thing) -> Any:
        """Return what AWS reports now."""
        try:
            with asking(f"read {self.name} of {thing}"):
                return self.read(thing)
        except Unset:
            return self.unset

    def put(self, thing: Thing, value: Any) -> None:
        """Write the value."""
        with asking(f"set {self.name} of {thing}"):
            self.write(thing, value)


class ManagedLifecycle(Lifecycle, Generic[Thing]):
    """
    Base of what buckets and roles do.

    A subclass gives its settings in the order in which they are written, and the input that names the thing. Facts are all
    that is known of a thing without asking AWS: its inputs, defaults included, and what was settled when it was made.
    """

    kept: ClassVar[tuple[Setting[Any], ...]]
    name_input: ClassVar[str]

    def identity(self, id_: str, olds: Props) -> Props:
        """Return what was settled for good when the thing was made."""
        raise NotImplementedError

    def thing(self, identity: Props) -> Thing:
        """Return what settings are read from and written to."""
        raise NotImplementedError

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs, and what AWS last reported with what they ask for; a choice that is no longer spelled out stays."""
        found = super().diff(id_, olds, news)
        given = self.inputs.given(news)
        chosen = {row.name for row in self.inputs if row.field.replaces and row.field.default is None and row.name not in given}
        changes = [name for name in found.changes if name not in chosen]
        replaces = tuple(name for name in found.replaces if name not in chosen)
        changes += self._drifted(olds, self.facts(news, self.identity(id_, olds)))
        same_name = self.name_input in given and given[self.name_input] == olds.get(self.name_input)
        return Diff(tuple(dict.fromkeys(changes)), replaces, delete_before_replace=same_name)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Write the settings that differ; return all outputs."""
        identity = self.identity(id_, olds)
        facts = self.facts(news, identity)
        self.write(self.thing(identity), facts, olds)
        return self.told(news, facts)

    def facts(self, news: Props, identity: Props) -> Props:
        """Return the inputs with their defaults, and what was settled."""
        given = self.inputs.given(news)
        return {**{row.name: row.settled(given) for row in self.inputs}, **identity}

    def wanted(self, facts: Props) -> Props:
        """Return the value of each setting that the facts ask for."""
        return {each.name: each.wanted(facts) for each in self.kept}

    def reported(self, thing: Thing) -> Props:
        """Return the value of each setting that AWS reports."""
        return {each.name: each.reported(thing) for each in self.kept}

    def write(self, thing: Thing, facts: Props, olds: Props, also: tuple[type[Exception], ...] = ()) -> None:
        """Write each setting whose value in `olds` differs, again while AWS is busy or refuses with one of `also`."""
        for each in self.kept:
            value = each.wanted(facts)
            if olds.get(each.name) != value:
                retrying(functools.partial(each.put, thing, value), (Busy, *also), self.settings.retry_timeout)

    def told(self, known: Props, facts: Props) -> Props:
        """Return all outputs of a thing that is as the facts ask."""
        return self.outputs(known, {**self.shown(facts), **self.wanted(facts)})

    def shown(self, facts: Props) -> Props:
        """Return the outputs that are no settings."""
        raise NotImplementedError

    def _drifted(self, olds: Props, facts: Props) -> list[str]:
        if not is_known(facts):
            return []  # the inputs that are unknown count as changed already
        return [name for name, value in self.wanted(facts).items() if name in olds and olds[name] != value]


@contextmanager
def undoing(undo: Callable[[], None], after: type[Exception] = Exception) -> Iterator[None]:
    """Leave nothing half-made: where the body fails with an error of kind `after`, undo; the error tells if that fails, too."""
    try:
        yield
    except after as error:
        try:
            undo()
        except Missing:
            pass
        except StorageError as left:
            raise StorageError(f"{error}; then {left}: it was left half-made, delete it by hand") from error
        raise
