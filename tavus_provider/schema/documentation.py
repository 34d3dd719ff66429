"""Documentation from the field table: inputs and outputs in the docstrings of resource classes and on the pages of docs/."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .fields import Field, InputSpec, table
from .outputs import find_outputs

Class = TypeVar("Class", bound=Any)

_NOUNS: dict[type, str] = {str: "str", int: "int", float: "float", bool: "bool", list: "list", dict: "object"}


def add_documentation(args: type, source: str) -> Callable[[Class], Class]:
    """Return a decorator that appends inputs (from the table of `args`), outputs and source to the docstring of a class."""

    def decorate(cls: Class) -> Class:
        inputs = [f"    {row.name} ({describe_type(row)}): {describe_input(row)}" for row in table(args)]
        outputs = [f"    {name}: {out.doc}{' Secret.' if out.secret else ''}" for name, out in find_outputs(cls).items()]
        section = ["", "Outputs:", *outputs] if outputs else []
        lines = [inspect.cleandoc(cls.__doc__ or ""), "", "Args:", *inputs, *section, "", f"Source: {source}."]
        cls.__doc__ = "\n".join(lines)
        cls.documented_args = args, source  # tools/docs.py writes the page from these
        return cls

    return decorate


def describe_class(documented: type) -> str:
    """Return what the docstring of a class says before its example and its inputs."""
    return re.split(r"\n\n(?:Example|Args):\n", inspect.cleandoc(documented.__doc__ or ""))[0]


def find_example(documented: type) -> str:
    """Return the program of the section `Example:` of a class's docstring, "" where it has none."""
    found = re.search(r"\nExample:\n(.*?)(?=\n\n\w|\Z)", inspect.cleandoc(documented.__doc__ or ""), flags=re.DOTALL)
    return textwrap.dedent(found[1]).strip() if found else ""


def describe_input(row: InputSpec, nested: bool = False) -> str:
    """Return the sentences about an input, or about a member of an object (`nested`)."""
    return " ".join(_list_sentences(row, nested))


def describe_type(row: InputSpec) -> str:
    """Return the name of an input's type, or its choices, such as "'keep' | 'recreate'"."""
    if row.item and row.resource:
        return f"{row.resource} | list of {row.item.resource}"
    if row.item:
        return f"{'list' if row.kind is list else 'map'} of {describe_type(row.item)}"
    alternatives = [*map(repr, row.choices), *(shape.__name__ for shape in row.shapes)]
    return row.resource or " | ".join(alternatives) or _NOUNS.get(row.kind, row.kind.__name__)


def _list_sentences(row: InputSpec, nested: bool) -> Iterator[str]:
    field = row.field
    yield field.doc
    if row.required:
        yield "Required."
    if field.deprecated:
        yield f"Deprecated: {field.deprecated}."
    yield from (sentence.format(value) for sentence, value in _list_limits(field) if value not in (None, ""))
    if field.secret:
        yield "Secret."
    # A member changes as its input does, and a resource as the input of its id.
    if not (nested or field.reference):
        yield "A change replaces the resource." if field.replaces else "Changes in place."
    if field.source:
        yield f"Source: {field.source}."


def _list_limits(field: Field) -> Iterator[tuple[str, Any]]:
    yield "In {}.", field.unit
    yield "At least {}.", field.minimum
    yield "At most {}.", field.maximum
    yield "At most {} characters.", field.max_length
    yield "Tavus documents {}.", ", ".join(f"`{each}`" for each in field.known)
    yield "Default: `{}`.", field.default
    yield "Instead of {}.", " or ".join(filter(None, (field.reference, field.reference_of_several)))
