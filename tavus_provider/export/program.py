"""Program for existing objects at Tavus, which declares what an object refers to before that object."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..api.client import TavusClient
from ..api.errors import Gone, InputError
from ..journal.run import Run
from ..lifecycle.tavus_object import TavusObjectLifecycle
from ..schema.extra import EXTRA
from ..schema.fields import table
from .inputs import Expressions, find_ids
from .kinds import Kind, find_kinds
from .source import render_call

_TAKEN = ("pulumi", "tavus", "config")


@dataclass(frozen=True)
class Declaration:
    """An object in the program. keys: configuration keys that it reads."""

    kind: Kind
    variable: str
    inputs: Mapping[str, Any]
    keys: tuple[str, ...]

    def render(self) -> str:
        """Return the statement that declares it."""
        return f"{self.variable} = " + render_call(
            f"tavus.{self.kind.resource}", {"": self.variable.replace("_", "-"), **self.inputs}
        )


class Program:
    """A program that grows by one object, and all that it refers to, at a time."""

    def __init__(self, run: Run, client: TavusClient) -> None:
        self._run = run
        self._client = client
        self._ids: dict[tuple[str, str], Declaration | None] = {}
        # Kept from object to object: an account may have thousands.
        self._references: dict[str, str] = {}
        self._variables, self._numbers = set(_TAKEN), Counter[str]()

    @property
    def declarations(self) -> list[Declaration]:
        """The objects, in the order in which they are declared."""
        return [each for each in self._ids.values() if each]

    @property
    def keys(self) -> list[str]:
        """The configuration keys that the program reads."""
        return [key for each in self.declarations for key in each.keys]

    def add(self, kind: Kind, id_: str) -> None:
        """Add an object. Raises InputError where the account has none of this id, else as `client.send` does."""
        if not self._ids.get((kind.resource, id_)):
            lifecycle = kind.lifecycle(self._run)
            props = _read(lifecycle, id_)
            for resource, other in find_ids(props):
                self._add_if_own(find_kinds().get(resource), other)
            # What refers to others comes after them.
            declared = self._ids[kind.resource, id_] = self._declare(kind, lifecycle, id_, props)
            self._references[id_] = f"{declared.variable}.{lifecycle.id_field}"

    def render(self) -> str:
        """Return the source of the program."""
        pulumi, config = ("import pulumi", "config = pulumi.Config()") if self.keys else ("", "")
        head = ['"""Objects that exist at Tavus, adopted as they are."""', pulumi, "import tavus_provider as tavus", config]
        parts = [*head, *self._render_comments(), *(each.render() for each in self.declarations)]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _render_comments(self) -> Iterator[str]:
        """Yield what Tavus does not tell of the kinds in the program."""
        for kind in dict.fromkeys(each.kind for each in self.declarations):
            told = {name for each in self.declarations if each.kind is kind for name in each.inputs}
            rows = [row for row in table(kind.lifecycle.args) if row.field.write_only and not row.field.alias_of]
            hidden = [row.name for row in rows if row.name not in told]
            if hidden:
                text = f"What Tavus does not tell of a {kind.lifecycle.noun} stays there as it is: {', '.join(hidden)}."
                yield textwrap.fill(text, 98, initial_indent="# ", subsequent_indent="# ")

    def _add_if_own(self, kind: Kind | None, id_: str) -> None:
        if kind and (kind.resource, id_) not in self._ids:
            # None stays where the object is not the account's own, so that Tavus is asked about it once.
            self._ids[kind.resource, id_] = None
            if kind.is_own(self._client, id_):
                del self._ids[kind.resource, id_]
                self.add(kind, id_)

    def _declare(self, kind: Kind, lifecycle: TavusObjectLifecycle, id_: str, props: Mapping[str, Any]) -> Declaration:
        variable = self._choose_variable(str(props.get(kind.lookup.name_field) or kind.word))
        expressions = Expressions(variable, self._references)
        inputs = {lifecycle.existing: id_, **expressions.write_inputs(lifecycle.inputs, props)}
        return Declaration(kind, variable, inputs, tuple(expressions.keys))

    def _choose_variable(self, name: str) -> str:
        """Return a name for a variable that is like the name of the object, and that no other object has."""
        base = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:40].rstrip("_") or "it"
        base = f"it_{base}" if base[0].isdigit() else base
        while True:
            self._numbers[base] += 1
            variable = base if self._numbers[base] == 1 else f"{base}_{self._numbers[base]}"
            if variable not in self._variables and not keyword.iskeyword(variable):
                self._variables.add(variable)
                return variable


def _read(lifecycle: TavusObjectLifecycle, id_: str) -> dict[str, Any]:
    """Return the inputs that Tavus tells of an object, and stars or values of its secrets."""
    try:
        told = lifecycle.inputs.from_wire(lifecycle.get_whole(id_, "export"))
    except Gone:
        raise InputError(f"could not export {lifecycle.noun} {id_}: it does not exist in this account") from None
    return {name: value for name, value in told.items() if name != EXTRA}
