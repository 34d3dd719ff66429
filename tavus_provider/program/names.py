"""Names on both sides: camelCase in programs, schema and state, as in all of Pulumi, and Tavus's own in lifecycles.

The tables say which names are ours. The members of an object of any form, such as a JSON Schema, stay as they are.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.runtime import rpc

from ..lifecycle.base import Lifecycle
from ..schema.fields import InputSpec, Table, table
from ..schema.outputs import outputs_table

Rename = Callable[[Table, Mapping[str, Any]], dict[str, Any]]


@functools.cache
def all_rows(lifecycle: type[Lifecycle]) -> Table:
    """Return the table of all properties of a resource: its inputs, and the outputs that have other names."""
    inputs = table(lifecycle.args)
    return Table((*inputs, *(row for row in outputs_table(lifecycle.state) if row.name not in inputs.spellings)))


@functools.cache
def to_camel(name: str) -> str:
    """Return the name outside of a name inside: "maxCallDuration" for "max_call_duration"; internal names stay."""
    return name if name.startswith("__") else re.sub(r"(?<=.)_([a-z0-9])", lambda match: match[1].upper(), name)


def to_snake(name: str) -> str:
    """Return a name inside for one outside that no table has, so that it can be compared with those that one has."""
    return name if name.startswith("__") else re.sub(r"(?<=[a-z0-9])[A-Z]", lambda match: f"_{match[0].lower()}", name)


def rename_inside(rows: Table, props: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties with the names inside; states of dynamic providers have those already."""
    names = {to_camel(name): name for name in rows.spellings}
    renamed = {name: names.get(name) or (name if name in rows.spellings else to_snake(name)) for name in props}
    return {inside: _rename_value(rows.find(inside), props[name], rename_inside) for name, inside in renamed.items()}


def rename_outside(rows: Table, props: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties with the names outside, at any depth of what the tables know."""
    return {to_camel(name): _rename_value(rows.find(name), value, rename_outside) for name, value in props.items()}


def rename_path(rows: Table, path: str) -> str:
    """Return the path outside of a path inside: "llm.apiKey", "rules[0].tool.url"."""
    members: Table | None = rows
    row: InputSpec | None = None
    renamed = ""
    for step in re.findall(r"\[\d+\]|[^.[\]]+", path):
        if members is not None:
            row = members.find(step)
            renamed += f".{to_camel(step)}"
        else:
            row = row.item if row else None
            renamed += step if step.startswith("[") else f".{step}"
        members = row.all_members if row and row.shapes else None
    return renamed.removeprefix(".")


def rename_words(rows: Table, text: str) -> str:
    """Return a message with the names outside where it has names inside that consist of several words."""
    names = sorted(_collect_names(rows), key=len, reverse=True)
    return re.sub(rf"\b({'|'.join(names)})\b", lambda match: to_camel(match[0]), text) if names else text


def _collect_names(rows: Table) -> set[str]:
    own = {row.name for row in rows if "_" in row.name}
    return own.union(*(_collect_names(Table(tuple(row.inner))) for row in rows))


def _rename_value(row: InputSpec | None, value: Any, rename: Rename) -> Any:
    if row is None:
        return value
    if rpc.is_rpc_secret(value):
        return rpc.wrap_rpc_secret(_rename_value(row, rpc.unwrap_rpc_secret(value), rename))
    if isinstance(value, Mapping):
        if row.shapes:
            return rename(row.all_members, value)
        return {name: _rename_value(row.item, each, rename) for name, each in value.items()}
    return [_rename_value(row.item, each, rename) for each in value] if isinstance(value, list) else value
