"""Secrets of one call about a resource: what of its outputs contains one, and messages without them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import InputSpec, Table
from .outputs import Out
from .secrets import Secret, find_input, find_values, is_covered, redact, wrap_secrets

Wrap = Callable[[Any], Any]
"""Function that returns a value marked as secret, in the form of the engine."""


@dataclass(frozen=True)
class Secrets:
    """Secrets of one call.

    rows: the resource's table. paths: those that the program passed. props: the inputs and outputs that have the values.
    """

    rows: Table
    paths: tuple[str, ...]
    props: tuple[Mapping[str, Any], ...]

    @functools.cached_property
    def values(self) -> frozenset[Secret]:
        """The values of all secrets, also of those that the table makes secret."""
        marked = (value for each in self.props for value in find_values(each, self.paths))
        return frozenset([*marked, *(value for each in self.props for value in self.rows.find_secrets(each) if value)])

    def redact(self, text: str) -> str:
        """Return `text` without secrets."""
        return redact(text, self.values)

    def mark(self, outs: Mapping[str, Any], declared: Mapping[str, Out], wrap: Wrap) -> dict[str, Any]:
        """Return outputs with `wrap` around each string or number that contains a secret, and around what derives from one.

        Those that have the name of a secret input stay as they are.
        """
        inputs = {*map(find_input, self.paths)}
        derived = {name for name, out in declared.items() if out.derives_from in inputs}
        return {
            **wrap_secrets(outs, self.values, wrap),
            **{name: wrap(value) for name, value in outs.items() if name in derived},
            **{name: value for name, value in outs.items() if name in inputs},
        }

    def mark_all(self, outs: Mapping[str, Any], declared: Mapping[str, Out], wrap: Wrap) -> dict[str, Any]:
        """Return inputs or outputs with `wrap` around every secret: also what the program or a table declares secret."""
        secret = {name: wrap(outs[name]) for name, out in declared.items() if out.secret and name in outs}
        inputs = {*map(find_input, self.paths), *(row.name for row in self.rows.secret_rows)}
        own = {name: self._wrap_at(self.rows.find(name), value, name, wrap) for name, value in outs.items() if name in inputs}
        return {**self.mark(outs, declared, wrap), **own, **secret}

    def _wrap_at(self, row: InputSpec | None, value: Any, path: str, wrap: Wrap) -> Any:
        """Return the value at `path` with `wrap` around what is secret in it."""
        if value is None:
            return None
        if is_covered(path, self.paths) or (row and row.field.secret):
            return wrap(value)
        if isinstance(value, Mapping):
            rows = {name: row and (row.item or row.all_members.find(name)) for name in value}
            return {name: self._wrap_at(rows[name], each, f"{path}.{name}", wrap) for name, each in value.items()}
        if isinstance(value, list):
            item = row.item if row else None
            return [self._wrap_at(item, each, f"{path}[{number}]", wrap) for number, each in enumerate(value)]
        return wrap_secrets(value, self.values, wrap)

    def describe_shown(self, id_: str) -> str | None:
        """Return which secrets an id contains, None where it has none: the engine keeps no id secret."""
        values = {path: {value for each in self.props for value in find_values(each, [path])} for path in self.paths}
        shown = [path for path, found in values.items() if redact(id_, found) != id_]
        where = "a part of the resource's id, which Pulumi stores and shows in clear text"
        return f"{', '.join(shown)} is secret, but {where}" if shown else None
