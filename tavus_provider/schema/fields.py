"""
The field table: each input of a resource is declared once.

An input is one member of the resource's `TypedDict`: its type, for editors and type checkers, and beside it a `Field` with
everything else that is known of it. check, diff, request body and documentation are derived from the table.

    class ConversationArgs(TypedDict, total=False):
        language: Annotated[Input[str], Field("Spoken language.", wire_path="properties")]

Files that declare such a `TypedDict` do without `from __future__ import annotations`, which would hide the types.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

Validator = Callable[[Any], str | None]
"""Takes a known value of the right type; returns what is wrong and what to write instead, or None."""


@dataclass(frozen=True)
class Field:
    """
    What is known of one input besides its name and type.

    doc: one sentence. source: where the facts are stated, if not where the resource's own are.
    wire_path: the member of the request body that it stands in, "" for the body itself, None for what the service never sees.
    default: the value that the service documents for an absent input; absent and spelled out are then the same.
    unit: "seconds", "days". minimum, maximum: bounds of a number. max_length: most characters of a text.
    replaces: a change needs a new resource. alias_of: the input that this is another name of.
    reference: the input that takes the id of the resource, or the ids of the resources, that may be given here instead.
    secret: encrypted in the state and never shown, even where the program gives plain text.
    echoed: False for what the service need not tell when it is asked for the thing, so that its absence says nothing.
    normalize: returns what two texts have in common that mean the same. rule: a further condition. advice: like a rule, but only
    warns. deprecated: what to write instead.
    sensitive: it may hold a secret, so no message repeats it.
    """

    doc: str
    _: KW_ONLY
    source: str = ""
    wire_path: str | None = ""
    default: Any = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    normalize: Callable[[str], str] | None = None
    validator: Validator | None = None
    warning: Validator | None = None
    replaces: bool = True
    alias_of: str = ""
    reference: str = ""
    secret: bool = False
    write_only: bool = False
    deprecated: str = ""
    sensitive: bool = False

    @property
    def is_redacted(self) -> bool:
        """Whether no message repeats the value."""
        return self.secret or self.sensitive


def instead_of(input_: str, doc: str) -> Field:
    """Return the field of an input that takes a resource of the program instead of its id in `input_`."""
    return Field(doc, wire_path=None, reference=input_)


@dataclass(frozen=True)
class InputSpec:
    """
    One row: name, kind (str, int, float, bool, list or dict; object for anything), and what else is known.

    choices: the strings that a `Literal` admits. shapes: the `TypedDict`s that an object may be. item: what each item of a list,
    or each value of a map, is; None where it may be anything. resource: the class of the resource that may be given for its id.
    """

    name: str
    kind: type
    required: bool
    field: Field
    choices: tuple[str, ...]
    shapes: tuple[type, ...]
    item: InputSpec | None = None
    resource: str = ""

    def effective_value(self, props: Mapping[str, Any]) -> Any:
        """Return this input's value, or its default where `props` gives none or an empty one; so within objects."""
        return self._normalize(props.get(self.name))

    def members(self, value: Mapping[str, Any]) -> Table | None:
        """Return the table of the shape that an object is, told by its member with a single choice; None where it has none."""
        for shape in self.shapes:
            tags = [row for row in table(shape) if len(row.choices) == 1]
            if all(value.get(tag.name) == tag.choices[0] for tag in tags):
                return table(shape)
        return None

    def find_secrets(self, value: Any) -> Iterator[str]:
        """Yield each text in a value of this input that is a secret."""
        if self.field.secret:
            yield from _texts(value)
        elif isinstance(value, Mapping):
            yield from (self.members(value) or _NOTHING).find_secrets(value)
        elif isinstance(value, list) and self.item:
            yield from (text for each in value for text in self.item.find_secrets(each))

    def _normalize(self, value: Any) -> Any:
        if isinstance(value, list) and self.item:
            value = [self.item._normalize(each) for each in value]
        members = self.members(value) if isinstance(value, Mapping) else None
        if members:
            settled = {**value, **{row.name: row.effective_value(value) for row in members}}
            unsaid = {row.name: row.field.default for row in members}
            value = {name: each for name, each in settled.items() if each != unsaid.get(name)}
        if self.field.normalize and isinstance(value, str):
            value = self.field.normalize(value)
        return self.field.default if value in (None, "", [], {}) else value


@dataclass(frozen=True)
class Table:
    """All inputs of one resource, in the order of their declaration."""

    inputs: tuple[InputSpec, ...]

    def __iter__(self) -> Iterator[InputSpec]:
        return iter(self.inputs)

    @functools.cached_property
    def spellings(self) -> dict[str, str]:
        """Each name that can be given, with the name that it stands for."""
        return {row.name: row.field.alias_of or row.name for row in self}

    def find(self, name: str) -> InputSpec | None:
        """Return the row of an input, None where there is none of that name."""
        return next((row for row in self if row.name == name), None)

    def pick_given(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs among `props` that have a value, each alias under the name that it stands for."""
        spellings = self.spellings
        return {spellings[name]: value for name, value in props.items() if name in spellings and value is not None}

    def to_wire(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request body that says `props`, each input at its place on the wire."""
        body: dict[str, Any] = {}
        given = self.pick_given(props)
        for row in self:
            if row.field.wire_path is not None and row.name in given:
                place = body.setdefault(row.field.wire_path, {}) if row.field.wire_path else body
                place[row.name] = given[row.name]
        return body

    def from_wire(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs that a service's `document` of a thing tells: what `body` is the other way round."""
        told: dict[str, Any] = {}
        for row in self:
            place = document.get(row.field.wire_path) if row.field.wire_path else document
            if row.field.wire_path is not None and isinstance(place, Mapping) and row.name in place:
                told[row.name] = place[row.name]
        return told

    def find_secrets(self, props: Mapping[str, Any]) -> Iterator[str]:
        """Yield each text among `props` that is a secret, at any depth."""
        for row in self:
            yield from row.find_secrets(props.get(row.name))

    def find_changes(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[InputSpec]:
        """Return the rows whose value differs between two sets of inputs; absent, None, empty and the default are equal."""
        old, new = self.pick_given(olds), self.pick_given(news)
        return [row for row in self if row.effective_value(old) != row.effective_value(new)]


_NOTHING = Table(())


@functools.cache
def table(args: type) -> Table:
    """Read the table off a `TypedDict` whose members are `Annotated[Input[…], Field(…)]`."""
    return Table(tuple(_row(args, name, hint) for name, hint in inspect.get_annotations(args).items()))


def _row(args: type, name: str, hint: Any) -> InputSpec:
    while typing.get_origin(hint) in (typing.Required, typing.NotRequired):
        (hint,) = typing.get_args(hint)
    declared, field = typing.get_args(hint)
    return _input(name, declared, field, name in args.__required_keys__)  # type: ignore[attr-defined]  # every TypedDict has it


def _input(name: str, declared: Any, field: Field, required: bool = False) -> InputSpec:
    if isinstance(declared, str | typing.ForwardRef):  # a class of the program's side, which a table does not load
        resource = declared if isinstance(declared, str) else declared.__forward_arg__
        return InputSpec(name, object, required, field, (), (), resource=resource)
    plain = _plain_types(declared)
    shapes = tuple(each for each in plain if typing.is_typeddict(each))
    origin, parts = typing.get_origin(plain[0]), typing.get_args(plain[0])
    choices = parts if origin is typing.Literal else ()
    item = _item(parts[-1], field) if origin in (Sequence, Mapping) else None
    return InputSpec(name, dict if shapes else _kind(plain[0]), required, field, choices, shapes, item)


def _item(hint: Any, holder: Field) -> InputSpec | None:
    """Return what each item of a list, or each value of a map, is; None for anything."""
    return None if hint is Any else _input("", hint, Field("", secret=holder.secret))


def _plain_types(hint: Any) -> list[Any]:
    """Return the members of a union, or the one type; a type variable stands for its bound."""
    if isinstance(hint, typing.TypeVar):
        return _plain_types(hint.__bound__)
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return [each for member in typing.get_args(hint) for each in _plain_types(member)] if is_union else [hint]


def _kind(hint: Any) -> type:
    kinds = {None: object if hint is Any else hint, typing.Literal: str, Mapping: dict}
    return typing.cast("type", kinds.get(typing.get_origin(hint), list))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))
