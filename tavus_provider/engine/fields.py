"""
The field table: each input of a resource is declared once.

An input is one member of the resource's `TypedDict`: its type, for editors and type checkers, and beside it a `Field` with
everything else that is known of it. check, diff, request body and documentation are derived from the table.

    class ConversationArgs(TypedDict, total=False):
        language: Annotated[pulumi.Input[str], Field("Spoken language.", under="properties")]

Files that declare such a `TypedDict` do without `from __future__ import annotations`, which would hide the types.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

Rule = Callable[[Any], str | None]
"""Takes a known value of the right type; returns what is wrong and what to write instead, or None."""


@dataclass(frozen=True)
class Field:
    """
    What is known of one input besides its name and type.

    doc: one sentence. source: where the facts are stated, if not where the resource's own are.
    under: the member of the request body that it stands in, "" for the body itself, None for what the service never sees.
    default: the value that the service documents for an absent input; absent and spelled out are then the same.
    unit: "seconds", "days". replaces: a change needs a new resource. alias_of: the input that this is another name of.
    rule: a further condition. advice: like a rule, but only warns. deprecated: what to write instead.
    """

    doc: str
    _: KW_ONLY
    source: str = ""
    under: str | None = ""
    default: Any = None
    unit: str = ""
    minimum: int | None = None
    rule: Rule | None = None
    advice: Rule | None = None
    replaces: bool = True
    alias_of: str = ""
    deprecated: str = ""


@dataclass(frozen=True)
class Input:
    """
    One row: name, kind (str, int, bool, list or dict), and what else is known.

    choices: the texts that a `Literal` admits. shapes: the `TypedDict`s that an object may be.
    """

    name: str
    kind: type
    required: bool
    field: Field
    choices: tuple[str, ...]
    shapes: tuple[type, ...]

    def settled(self, props: Mapping[str, Any]) -> Any:
        """Return this input's value, or its default where `props` gives none or an empty one."""
        value = props.get(self.name)
        return self.field.default if value in (None, "", []) else value


@dataclass(frozen=True)
class Table:
    """All inputs of one resource, in the order of their declaration."""

    inputs: tuple[Input, ...]

    def __iter__(self) -> Iterator[Input]:
        return iter(self.inputs)

    @functools.cached_property
    def spellings(self) -> dict[str, str]:
        """Each name that can be given, with the name that it stands for."""
        return {row.name: row.field.alias_of or row.name for row in self}

    def given(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs among `props` that have a value, each alias under the name that it stands for."""
        spellings = self.spellings
        return {spellings[name]: value for name, value in props.items() if name in spellings and value is not None}

    def body(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request body that says `props`, each input at its place on the wire."""
        body: dict[str, Any] = {}
        given = self.given(props)
        for row in self:
            if row.field.under is not None and row.name in given:
                place = body.setdefault(row.field.under, {}) if row.field.under else body
                place[row.name] = given[row.name]
        return body

    def changed(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[Input]:
        """Return the rows whose value differs between two sets of inputs; absent, None, empty and the default are equal."""
        old, new = self.given(olds), self.given(news)
        return [row for row in self if row.settled(old) != row.settled(new)]


@functools.cache
def table(args: type) -> Table:
    """Read the table off a `TypedDict` whose members are `Annotated[pulumi.Input[…], Field(…)]`."""
    return Table(tuple(_row(args, name, hint) for name, hint in inspect.get_annotations(args).items()))


def _row(args: type, name: str, hint: Any) -> Input:
    while typing.get_origin(hint) in (typing.Required, typing.NotRequired):
        (hint,) = typing.get_args(hint)
    declared, field = typing.get_args(hint)
    members = _members(declared)
    shapes = tuple(member for member in members if typing.is_typeddict(member))
    choices = typing.get_args(members[0]) if typing.get_origin(members[0]) is typing.Literal else ()
    required = name in args.__required_keys__  # type: ignore[attr-defined]  # every TypedDict has it
    return Input(name, dict if shapes else _plain(members[0]), required, field, choices, shapes)


def _members(hint: Any) -> list[Any]:
    """Take `pulumi.Input[T]`, a union of T with what only stands for a later T, apart: the plain types in it."""
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        later = isinstance(hint, typing.ForwardRef) or typing.get_origin(hint) is Awaitable
        return [] if later else [hint]
    return [plain for member in typing.get_args(hint) for plain in _members(member)]


def _plain(hint: Any) -> type:
    kinds = {None: hint, typing.Literal: str, Mapping: dict}
    return typing.cast("type", kinds.get(typing.get_origin(hint), list))
