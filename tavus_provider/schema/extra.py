"""The input `extra`: members of a request for which there is no input, merged into it at the places of the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fields import Table

EXTRA = "extra"
"""Name of the input."""


def merge(body: Any, extra: Any) -> Any:
    """Return `body` with the members of `extra`, at any depth; of two lists with as many items, each item is merged."""
    if isinstance(body, Mapping) and isinstance(extra, Mapping):
        return {**body, **{name: merge(body[name], value) if name in body else value for name, value in extra.items()}}
    return [merge(*pair) for pair in zip(body, extra, strict=True)] if _are_parallel(body, extra) else extra


def pick_current(known: Any, document: Any) -> Any:
    """Return `known`, the members last given, with their values in the service's `document`; what that lacks is as known."""
    if isinstance(known, Mapping) and isinstance(document, Mapping):
        return {name: pick_current(value, document[name]) if name in document else value for name, value in known.items()}
    return [pick_current(*pair) for pair in zip(known, document, strict=True)] if _are_parallel(known, document) else document


def find_overlaps(rows: Table, given: Mapping[str, Any], always: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each input, or member of one ("llm.model"), whose place in the request `extra` has, too.

    always: inputs that count as given, because the lifecycle has to know their values.
    """
    for row in rows:
        if row.field.is_extra or row.field.wire_path is None or not (row.name in given or row.name in always):
            continue
        parent = given[EXTRA].get(row.field.wire_path, {}) if row.field.wire_path else given[EXTRA]
        if not isinstance(parent, Mapping):
            yield row.name
        elif row.name in parent:
            yield from _find_overlaps(given.get(row.name), parent[row.name], row.name)


def _find_overlaps(value: Any, extra: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping) and isinstance(extra, Mapping):
        for name in value.keys() & extra.keys():
            yield from _find_overlaps(value[name], extra[name], f"{path}.{name}")
    elif _are_parallel(value, extra):
        for index, pair in enumerate(zip(value, extra, strict=True)):
            yield from _find_overlaps(*pair, f"{path}[{index}]")
    else:
        yield path


def _are_parallel(one: Any, other: Any) -> bool:
    """Return whether both are lists of objects, with as many items."""
    return all(isinstance(each, list) and each and all(isinstance(item, Mapping) for item in each) for each in (one, other)) and (
        len(one) == len(other)
    )
