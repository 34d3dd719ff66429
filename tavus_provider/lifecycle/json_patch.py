"""
The smallest JSON Patch that makes one document of another.

Source: RFC 6902 (operations) and RFC 6901 (paths).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

Operation = dict[str, Any]
"""One operation: `op`, `path`, and `value` where `op` is "add"."""


def patch(document: Mapping[str, Any], wanted: Mapping[str, Any], itemwise: Collection[str] = ()) -> list[Operation]:
    """
    Return the operations that make `document` into `wanted`, each member that differs named by the longest path to it.

    A member is set by `add`, which replaces one that is there, and taken away by `remove`; where an object is absent, it is added
    as a whole. So is a list that differs, except those at the paths `itemwise` ("/data"), whose items are patched on their own.
    """
    return list(_members(document, wanted, "", itemwise))


def names_in(path: str) -> list[str]:
    """Return the names and indexes that a path leads through: ["data", "0", "a/b"] for "/data/0/a~1b"."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _members(document: Mapping[str, Any], wanted: Mapping[str, Any], path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    for name in document:
        if name not in wanted:
            yield {"op": "remove", "path": f"{path}/{_escaped(name)}"}
    for name, value in wanted.items():
        where = f"{path}/{_escaped(name)}"
        if name not in document:
            yield {"op": "add", "path": where, "value": value}
        else:
            yield from _value(document[name], value, where, itemwise)


def _value(here: Any, wanted: Any, path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    if _same(here, wanted):
        return
    if isinstance(here, Mapping) and isinstance(wanted, Mapping):
        yield from _members(here, wanted, path, itemwise)
    elif isinstance(here, list) and isinstance(wanted, list) and path in itemwise:
        yield from _items(here, wanted, path, itemwise)
    else:
        yield {"op": "add", "path": path, "value": wanted}


def _items(here: list[Any], wanted: list[Any], path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    """Change what both have, then add at the end or remove from there; `add` in the middle of a list would insert."""
    for index, (old, new) in enumerate(zip(here, wanted, strict=False)):
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _members(old, new, f"{path}/{index}", itemwise)
        elif not _same(old, new):
            yield {"op": "replace", "path": f"{path}/{index}", "value": new}
    for value in wanted[len(here) :]:
        yield {"op": "add", "path": f"{path}/-", "value": value}
    for index in reversed(range(len(wanted), len(here))):
        yield {"op": "remove", "path": f"{path}/{index}"}


def _same(one: Any, other: Any) -> bool:
    """Compare as JSON does: to Python, True is 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
