"""Arguments of a program, converted to properties: a resource that is given for its id becomes that id, secrets are marked.

Source: Pulumi docs, "Inputs and outputs" and "Secrets".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pulumi

from ..schema.fields import InputSpec, Table


def to_properties(rows: Table, args: Mapping[str, Any]) -> dict[str, Any]:
    """Return `args` as properties of a resource. Outputs stay outputs.

    Raises pulumi.RunError where a resource is of the wrong class, or is given for an input that takes none.
    """
    props: dict[str, Any] = {}
    for name, value in args.items():
        row = rows.find(name)
        if row is None:
            props[name] = value
        elif _is_empty(value):
            # A resource may have given this id already.
            props.setdefault(name, None if row.field.reference else value)
        elif row.field.reference:
            reference = row.find_reference(value)
            has_id = not _is_empty(args.get(reference))  # `check` then reports that both are given
            props[name if has_id else reference] = _to_ids(row, value)
        else:
            _refuse_resource(row, value)
            props[name] = _mark_secrets(row, value)
    return props


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value)


def _refuse_resource(row: InputSpec, value: object) -> None:
    """Refuse a resource in the place of an object: it would reach `check` as its URN, and the error would not say why."""
    if row.shapes and isinstance(value, pulumi.Resource):
        instead = "; give its `destination`" if hasattr(value, "destination") else ""
        raise pulumi.RunError(f"{row.name} takes an object, not {type(value).__name__}{instead}")


def _to_ids(row: InputSpec, value: Any) -> Any:
    is_list = isinstance(value, list | tuple)
    item = row.item if is_list or not row.resource else None
    resource = item.resource if item else row.resource
    resources = value if is_list else [value]
    for each in resources:
        if resource not in (base.__name__ for base in type(each).__mro__):
            instead = f"write {row.find_reference(value)} for {'ids' if item else 'an id'}"
            raise pulumi.RunError(f"{row.name} takes {resource}, not {type(each).__name__}; {instead}{_other_form(row, is_list)}")
    ids = [each.id for each in resources]
    return ids if item else ids[0]


def _other_form(row: InputSpec, is_list: bool) -> str:
    """Return the rest of a sentence about the other class that an input takes, "" where there is none."""
    if not row.field.reference_of_several or not row.item:
        return ""
    return f", or {row.name}=… for one {row.resource}" if is_list else f", or {row.name}=[…] for a list of {row.item.resource}"


def _mark_secrets(row: InputSpec, value: Any) -> Any:
    """Mark the secrets in a value, at any depth; those in an output are marked once it is known."""
    if row.field.secret:
        return pulumi.Output.secret(value)
    if not _can_hold_secrets(row):
        return value
    if isinstance(value, Mapping):
        return to_properties(row.all_members, value)
    if isinstance(value, list | tuple) and row.item:
        return [_mark_secrets(row.item, each) for each in value]
    return pulumi.Output.from_input(value).apply(functools.partial(_mark_secrets, row))


def _can_hold_secrets(row: InputSpec) -> bool:
    inner = row.item and _can_hold_secrets(row.item)
    return bool(row.field.secret or row.field.reference or inner or any(map(_can_hold_secrets, row.all_members)))
