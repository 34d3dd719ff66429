"""Inputs of an existing object as a program writes them, with ids and secrets as expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..schema.fields import InputSpec, Table
from .kinds import find_references
from .source import Code


def find_ids(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each id that inputs hold, at any depth, with the class of what it refers to."""
    for name, each in value.items() if isinstance(value, Mapping) else ():
        resource = find_references().get(name)
        ids = each if isinstance(each, list) else [each]
        if resource:
            yield from ((resource, id_) for id_ in ids if isinstance(id_, str) and id_)
        yield from (found for inner in ids for found in find_ids(inner))


class Expressions:
    """Inputs of one object as a program writes them.

    variable: of the object, by which configuration keys begin. references: expressions for the ids of what the program has.
    keys: the configuration keys of secrets that were met.
    """

    def __init__(self, variable: str, references: Mapping[str, str]) -> None:
        self.variable = variable
        self.references = references
        self.keys: list[str] = []

    def write_inputs(self, rows: Table, props: Mapping[str, Any]) -> dict[str, Any]:
        """Return the inputs that the service's answer tells; `props` has them as read."""
        return self._write_members(rows, props, self.variable)

    def _write_members(self, rows: Table, props: Mapping[str, Any], path: str) -> dict[str, Any]:
        pairs = [(rows.find(name), value) for name, value in props.items()]
        # A default that is written out changes nothing, and would only lengthen the program.
        return {
            row.name: self._write(row, value, f"{path}_{row.name}")
            for row, value in pairs
            if row and value not in (None, "", [], {}) and value != row.field.default
        }

    def _write(self, row: InputSpec | None, value: Any, path: str) -> Any:
        if row and (row.field.secret or (row.field.sensitive and _may_be_secret(value))):
            return self._write_secret(value, path)
        members = row.members(value) if row and isinstance(value, Mapping) else None
        if members:
            return self._write_members(members, value, path)
        if isinstance(value, Mapping):
            return {name: self._write(row.item if row else None, each, f"{path}_{name}") for name, each in value.items()}
        if isinstance(value, list):
            return [self._write(row.item if row else None, each, f"{path}_{index}") for index, each in enumerate(value)]
        return Code(self.references[value]) if isinstance(value, str) and value in self.references else value

    def _write_secret(self, value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self._write_secret(each, f"{path}_{name}") for name, each in value.items()}
        key = re.sub(r"\W+", "_", path).lower()
        self.keys.append(key)
        return Code(f'config.require_secret("{key}")')


def _may_be_secret(value: Any) -> bool:
    """Tell whether an address has credentials or a query, which may be a token."""
    return not isinstance(value, str) or "@" in value or "?" in value
