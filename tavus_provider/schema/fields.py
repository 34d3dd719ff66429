"""Field table: the one declaration of a resource's inputs, from which check, diff, request body and documentation are derived.

An input is a member of the resource's `TypedDict`. Its annotation has the type, which editors and type checkers see, and a
`Field` with everything else.

    class ConversationArgs(TypedDict, total=False):
        language: Annotated[Input[str], Field("Spoken language.", wire_path="properties")]

Files that declare such a `TypedDict` must not have `from __future__ import annotations`, which would turn the types into strings.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from .extra import EXTRA, merge

Validator = Callable[[Any], str | None]
"""Function that takes a known value of the right type and returns what is wrong and what to write instead, or None."""


@dataclass(frozen=True)
class Field:
    """Properties of one input besides its name and type.

    doc: one sentence for users.
    source: the document that states the facts, where it is not the resource's own source.
    wire_path: the member of the request body that contains the input; "" for the body itself; None if the service never sees it.
    default: the value that the service documents for an absent input. Writing it out is then no change.
    unit: "seconds", "days". minimum, maximum: bounds of a number. max_length: most characters of a string.
    normalize: function that returns the same string for strings with the same meaning.
    validator: function that returns a mistake. warning: function that returns a warning.
    replaces: whether a change needs a new resource; if not, the input changes in place.
    alias_of: the input for which this is another name.
    reference: the input of the id, or ids, for which this input takes a resource, or resources, of the program.
    reference_of_several: the input of the ids where the program gives a list, if one resource has an input of its own.
    secret: whether the state encrypts the value, even if the program gives it as plain text. No message shows it.
    write_only: whether the service may leave the input out of its answers, so that a missing value is not drift.
    deprecated: what to write instead.
    sensitive: whether the value may contain a secret. No message shows it.
    is_id: whether the value is the id of an object at Tavus, or a list of such ids.
    known: the strings that the service documents, where its list grows: any other is sent, with a warning.
    is_extra: whether the value holds members of the request body for which there is no input.
    superseded: strings that the service has deprecated, each with the one to write instead; they cause a warning.
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
    reference_of_several: str = ""
    secret: bool = False
    write_only: bool = False
    deprecated: str = ""
    sensitive: bool = False
    is_id: bool = False
    known: tuple[str, ...] = ()
    is_extra: bool = False
    superseded: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_redacted(self) -> bool:
        """Whether messages must not show the value."""
        return self.secret or self.sensitive


def instead_of(input_: str, doc: str, several: str = "") -> Field:
    """Return the field of an input that takes a resource of the program instead of its id in `input_`.

    several: the input of the ids, where it takes a list of resources of another class as well.
    """
    return Field(doc, wire_path=None, reference=input_, reference_of_several=several)


def extra(replaces: bool = False) -> Field:
    """Return the field of the input `extra`."""
    doc = (
        "Members of Tavus's request for which there is no input, under Tavus's names and at their places, as in "
        '{"layers": {"llm": {"new": 1}}}; none may set what an input sets.'
    )
    return Field(doc, is_extra=True, replaces=replaces, source="tavus_provider")


@dataclass(frozen=True)
class InputSpec:
    """One row of a table.

    kind: str, int, float, bool, list or dict; object for any value. choices: the strings of a `Literal`.
    shapes: the `TypedDict`s that describe an object. item: the row for each item of a list, or each value of a map; None for any.
    resource: name of the class of the resource that the program may give instead of an id.
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
        """Return the input's value in `props`, at any depth with defaults for what is missing or empty."""
        return self._normalize(props.get(self.name))

    def find_reference(self, value: Any) -> str:
        """Return the input for whose id a resource is given, or for whose ids a list of resources is."""
        return (self.field.reference_of_several if isinstance(value, list | tuple) else "") or self.field.reference

    @functools.cached_property
    def all_members(self) -> Table:
        """The members of all shapes of an object: nobody may know yet which one it is."""
        return Table(tuple(member for shape in self.shapes for member in table(shape)))

    @property
    def inner(self) -> tuple[InputSpec, ...]:
        """The rows of what a value may contain: members, or items."""
        return (*self.all_members, self.item) if self.item else self.all_members.inputs

    @property
    def holds_redacted(self) -> bool:
        """Whether messages must not show the value, or something in it at any depth."""
        return self.field.is_redacted or any(each.holds_redacted for each in self.inner)

    @functools.cached_property
    def holds_secrets(self) -> bool:
        """Whether the value, or something in it at any depth, is secret."""
        return self.field.secret or any(each.holds_secrets for each in self.inner)

    @functools.cached_property
    def can_warn(self) -> bool:
        """Whether some value, or something in it at any depth, is allowed but probably a mistake."""
        field = self.field
        return bool(field.warning or field.deprecated or field.known or field.superseded) or any(
            each.can_warn for each in self.inner
        )

    def members(self, value: Mapping[str, Any]) -> Table | None:
        """Return the table of the shape that `value` has, or None if it has none of the shapes."""
        for shape in self.shapes:
            # A member with a single choice, such as `provider: Literal["s3"]`, distinguishes the shapes.
            tags = [row for row in table(shape) if len(row.choices) == 1]
            if all(value.get(tag.name) == tag.choices[0] for tag in tags):
                return table(shape)
        return None

    def find_secrets(self, value: Any) -> Iterator[str]:
        """Yield each secret string in a value of this input."""
        if self.field.secret:
            yield from _find_strings(value)
        elif isinstance(value, Mapping):
            yield from (self.members(value) or Table(())).find_secrets(value)
        elif isinstance(value, list) and self.item:
            yield from (secret for each in value for secret in self.item.find_secrets(each))

    def drop_empty(self, value: Any) -> Any:
        """Return `value` without the members of objects that `Table.drop_empty` drops."""
        if isinstance(value, list) and self.item:
            return [self.item.drop_empty(each) for each in value]
        members = self.members(value) if isinstance(value, Mapping) else None
        return members.drop_empty(value) if members else value

    def pick_readable(self, value: Any) -> Any:
        """Return `value` without the members that `Table.pick_readable` leaves out."""
        if isinstance(value, list) and self.item:
            return [self.item.pick_readable(each) for each in value]
        members = self.members(value) if isinstance(value, Mapping) else None
        return members.pick_readable(value) if members else value

    @functools.cached_property
    def _holds_aliases(self) -> bool:
        return any(each.field.alias_of or each._holds_aliases for each in self.inner)

    def rename_aliases(self, value: Any) -> Any:
        """Return `value` with the members of objects as `Table.rename_aliases` names them."""
        if not self._holds_aliases:
            return value
        if isinstance(value, list) and self.item:
            return [self.item.rename_aliases(each) for each in value]
        members = self.members(value) if isinstance(value, Mapping) else None
        return members.rename_aliases(value) if members else value

    def _normalize(self, value: Any) -> Any:
        if isinstance(value, list) and self.item:
            value = [self.item._normalize(each) for each in value]
        members = self.members(value) if isinstance(value, Mapping) else None
        if members:
            with_defaults = {**value, **{row.name: row.effective_value(value) for row in members}}
            defaults = {row.name: row.field.default for row in members}
            # Without its defaults, an object that only spells them out equals an empty one.
            value = {name: each for name, each in with_defaults.items() if each != defaults.get(name)}
        if self.field.normalize and isinstance(value, str):
            value = self.field.normalize(value)
        return self.field.default if value in (None, "", [], {}) else value


@dataclass(frozen=True)
class Table:
    """Inputs of one resource, or members of one object, in the order of their declaration."""

    inputs: tuple[InputSpec, ...]

    def __iter__(self) -> Iterator[InputSpec]:
        return iter(self.inputs)

    @functools.cached_property
    def spellings(self) -> dict[str, str]:
        """Each accepted name, aliases included, and the name of its input."""
        return {row.name: row.field.alias_of or row.name for row in self}

    @functools.cached_property
    def _by_name(self) -> dict[str, InputSpec]:
        # Shapes of one object may have members of one name: the first one counts.
        return {row.name: row for row in reversed(self.inputs)}

    def find(self, name: str) -> InputSpec | None:
        """Return the row of the input `name`, or None."""
        return self._by_name.get(name)

    def find_at(self, path: str) -> InputSpec | None:
        """Return the row of what is at a path such as "data[0].modality"; that of the object if it may have any members."""
        first, *names = re.findall(r"[^.[\]]+", path)
        row = self.find(first)
        for name in names:
            if row and (row.item or row.shapes):
                row = row.item or row.all_members.find(name)
        return row

    def pick_given(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs in `props` that have a value, without unknown names and with inputs' names for aliases."""
        return self.rename_aliases({name: props[name] for name in props if name in self.spellings and props[name] is not None})

    def rename_aliases(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return `props` with the input's name instead of each alias, at any depth; unknown names stay."""
        rows = {name: self.find(name) for name in props}
        renamed = {name: row.rename_aliases(props[name]) if row else props[name] for name, row in rows.items()}
        return {self.spellings.get(name, name): value for name, value in renamed.items()}

    def drop_empty(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return `props` without the optional inputs that are an empty string, at any depth: they count as not given."""
        rows = {name: self.find(name) for name in props}
        empty = {name for name, row in rows.items() if row and row.kind is str and not row.required and props[name] == ""}
        return {name: row.drop_empty(props[name]) if row else props[name] for name, row in rows.items() if name not in empty}

    def pick_readable(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a program can say of `props`, read from the service: inputs, at any depth, that are not secret or None."""
        rows = {name: self.find(name) for name in props if props[name] is not None}
        return {name: row.pick_readable(props[name]) for name, row in rows.items() if row and not row.field.secret}

    def to_wire(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request body for `props`: each input at its `wire_path`, merged with those that `extra` has."""
        body: dict[str, Any] = {}
        given = self.pick_given(props)
        for row in self:
            if row.field.wire_path is not None and row.name in given and not row.field.is_extra:
                parent = body.setdefault(row.field.wire_path, {}) if row.field.wire_path else body
                parent[row.name] = given[row.name]
        merged: dict[str, Any] = merge(body, given.get(EXTRA, {}))
        return merged

    def from_wire(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs in a service's `document` of an object; the inverse of `to_wire`, but `extra` has all of it."""
        inputs: dict[str, Any] = {}
        for row in self:
            parent = document.get(row.field.wire_path) if row.field.wire_path else document
            if row.field.is_extra:
                inputs[row.name] = document
            elif row.field.wire_path is not None and isinstance(parent, Mapping) and row.name in parent:
                inputs[row.name] = row.rename_aliases(parent[row.name])
        return inputs

    def find_secrets(self, props: Mapping[str, Any]) -> Iterator[str]:
        """Yield each secret string in `props`, at any depth."""
        for row in self.secret_rows:
            yield from row.find_secrets(props.get(row.name))

    @functools.cached_property
    def secret_rows(self) -> tuple[InputSpec, ...]:
        """The rows whose value, or something in it at any depth, is secret."""
        return tuple(row for row in self if row.holds_secrets)

    def find_changes(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[InputSpec]:
        """Return the rows whose value differs between two sets of inputs; absent, None, empty and the default are equal."""
        old, new = self.pick_given(olds), self.pick_given(news)
        return [row for row in self if row.effective_value(old) != row.effective_value(new)]


@functools.cache
def table(args: type) -> Table:
    """Return the table that a `TypedDict` declares; its members are `Annotated[Input[…], Field(…)]`."""
    return Table(tuple(_to_row(args, name, hint) for name, hint in inspect.get_annotations(args).items()))


def _to_row(args: type, name: str, hint: Any) -> InputSpec:
    while typing.get_origin(hint) in (typing.Required, typing.NotRequired):
        (hint,) = typing.get_args(hint)
    declared, field = typing.get_args(hint)
    return to_spec(name, declared, field, name in args.__required_keys__)  # type: ignore[attr-defined]  # every TypedDict has it


def to_spec(name: str, declared: Any, field: Field, required: bool = False) -> InputSpec:
    """Return the row of an input or output that is declared with a type."""
    # A resource class is only named: loading it would load Pulumi.
    if isinstance(declared, str | typing.ForwardRef):
        resource = declared if isinstance(declared, str) else declared.__forward_arg__
        one, _, several = resource.partition(" | Sequence")
        item = InputSpec("", object, False, field, (), (), resource=several.strip("[]")) if several else None
        return InputSpec(name, object, required, field, (), (), item, resource=one)
    plain = _split_union(declared)
    shapes = tuple(each for each in plain if typing.is_typeddict(each))
    origin, parts = typing.get_origin(plain[0]), typing.get_args(plain[0])
    choices = parts if origin is typing.Literal else ()
    item = _to_item(parts[-1], field) if origin in (Sequence, Mapping, list, dict) else None
    return InputSpec(name, dict if shapes else _find_kind(plain[0]), required, field, choices, shapes, item)


def _to_item(hint: Any, holder: Field) -> InputSpec | None:
    """Return the row for each item of a list, or each value of a map; None for any value."""
    if hint is Any:
        return None
    shared = Field("", secret=holder.secret, is_id=holder.is_id, known=holder.known, superseded=holder.superseded)
    return to_spec("", hint, shared)


def _split_union(hint: Any) -> list[Any]:
    """Return the members of a union, or the one type; a type variable stands for its bound."""
    if isinstance(hint, typing.TypeVar):
        return _split_union(hint.__bound__)
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return [each for member in typing.get_args(hint) for each in _split_union(member)] if is_union else [hint]


def _find_kind(hint: Any) -> type:
    kinds = {None: object if hint is Any else hint, typing.Literal: str, Mapping: dict, dict: dict, Sequence: list, list: list}
    return typing.cast("type", kinds[typing.get_origin(hint)])


def _find_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (found for each in value.values() for found in _find_strings(each))
    elif isinstance(value, list):
        yield from (found for each in value for found in _find_strings(each))
