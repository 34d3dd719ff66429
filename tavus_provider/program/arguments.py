"""
What a program writes, made into what the engine takes: a resource that stands for its id becomes that id, a secret is marked.

Source: Pulumi docs, "Inputs and outputs" and "Secrets".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pulumi

from ..schema.fields import Input, Table, table


def to_properties(rows: Table, args: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return `args` as properties of a resource. Outputs stay outputs.

    Raises pulumi.RunError where a resource is of another class than is asked for, or stands where none can.
    """
    props: dict[str, Any] = {}
    for name, value in args.items():
        row = rows.row(name)
        if row is None or value is None:
            props[name] = value
        elif row.field.reference:
            given = args.get(row.field.reference) is not None  # both are passed on, and `check` says that they are
            props[name if given else row.field.reference] = _ids(row, value)
        else:
            _refuse_resource(row, value)
            props[name] = _marked(row, value)
    return props


def require_options(resource: str, opts: object) -> None:
    """Raise pulumi.RunError where an input was given by position, where Pulumi takes its options."""
    if not isinstance(opts, pulumi.ResourceOptions | None):
        got = type(opts).__name__
        raise pulumi.RunError(f"{resource}: opts must be pulumi.ResourceOptions(…), not {got}; give inputs by name")


def _refuse_resource(row: Input, value: object) -> None:
    """Refuse a resource in the place of an object: it would reach `check` as its URN, which says nothing about its cause."""
    if row.shapes and isinstance(value, pulumi.Resource):
        instead = "; give its `destination`" if hasattr(value, "destination") else ""
        raise pulumi.RunError(f"{row.name} takes an object, not {type(value).__name__}{instead}")


def _ids(row: Input, value: Any) -> Any:
    kind = row.item.kind if row.item else row.kind
    given = value if isinstance(value, list | tuple) else [value]
    for each in given:
        if not isinstance(each, kind):
            raise pulumi.RunError(f"{row.name} takes {kind.__name__}, not {type(each).__name__}")
    ids = [each.id for each in given]
    return ids if row.item else ids[0]


def _marked(row: Input, value: Any) -> Any:
    """Mark what is secret in a value, at any depth; what is an output is marked once it is known."""
    if row.field.secret:
        return pulumi.Output.secret(value)
    if not _concerned(row):
        return value
    if isinstance(value, Mapping):
        return to_properties(_all_members(row), value)
    if isinstance(value, list | tuple) and row.item:
        return [_marked(row.item, each) for each in value]
    return pulumi.Output.from_input(value).apply(functools.partial(_marked, row))


def _concerned(row: Input) -> bool:
    """Tell whether there can be anything to mark in a value."""
    inner = row.item and _concerned(row.item)
    return bool(row.field.secret or row.field.reference or inner or any(map(_concerned, _all_members(row))))


@functools.cache
def _all_members(row: Input) -> Table:
    """Return the members of all shapes of an object: which one it is may not be known yet."""
    return Table(tuple(member for shape in row.shapes for member in table(shape)))
