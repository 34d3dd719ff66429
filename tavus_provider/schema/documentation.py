"""
Documentation from the field table: the docstring of a resource class says of each input and output what is known of it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .fields import Field, InputSpec, table
from .outputs import find_outputs

Class = TypeVar("Class", bound=Any)

_NOUNS: dict[type, str] = {str: "str", int: "int", float: "float", bool: "bool", list: "list", dict: "object"}


def add_documentation(args: type, source: str) -> Callable[[Class], Class]:
    """Append to the docstring of the decorated class its inputs, from the table of `args`, its outputs, and the source."""

    def decorate(cls: Class) -> Class:
        inputs = [f"    {row.name} ({describe_type(row)}): {describe_input(row)}" for row in table(args)]
        outputs = [f"    {name}: {out.doc}{' Secret.' if out.secret else ''}" for name, out in find_outputs(cls).items()]
        told = ["", "Outputs:", *outputs] if outputs else []
        text = [inspect.cleandoc(cls.__doc__ or ""), "", "Args:", *inputs, *told, "", f"Source: {source}."]
        cls.__doc__ = "\n".join(text)
        cls.documented_args = args, source
        return cls

    return decorate


def describe_input(row: InputSpec, nested: bool = False) -> str:
    """Return what is known of an input, in words; of a member of an object, what makes sense there."""
    return " ".join(_sentences(row, nested))


def describe_type(row: InputSpec) -> str:
    """Return the name of an input's type, or the texts or objects that it may be."""
    if row.item:
        return f"{'list' if row.kind is list else 'map'} of {describe_type(row.item)}"
    named = [*map(repr, row.choices), *(shape.__name__ for shape in row.shapes)]
    return row.resource or " | ".join(named) or _NOUNS.get(row.kind, row.kind.__name__)


def _sentences(row: InputSpec, nested: bool) -> Iterator[str]:
    field = row.field
    yield field.doc
    if row.required:
        yield "Required."
    if field.deprecated:
        yield f"Deprecated: {field.deprecated}."
    yield from (words.format(value) for words, value in _limits(field) if value not in (None, ""))
    if field.secret:
        yield "Secret."
    if not (nested or field.reference):
        yield "A change replaces the resource." if field.replaces else "Changes in place."
    if field.source:
        yield f"Source: {field.source}."


def _limits(field: Field) -> Iterator[tuple[str, Any]]:
    yield "In {}.", field.unit
    yield "At least {}.", field.minimum
    yield "At most {}.", field.maximum
    yield "At most {} characters.", field.max_length
    yield "Default: `{}`.", field.default
    yield "Instead of {}.", field.reference
