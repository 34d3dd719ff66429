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


def make_patch(document: Mapping[str, Any], desired: Mapping[str, Any], itemwise: Collection[str] = ()) -> list[Operation]:
    """
    Return the operations that make `document` into `desired`, each member that differs named by the longest path to it.

    A member is set by `add`, which replaces one that is there, and taken away by `remove`; where an object is absent, it is added
    as a whole. So is a list that differs, except those at the paths `itemwise` ("/data"), whose items are patched on their own.
    """
    return list(_patch_members(document, desired, "", itemwise))


def split_path(path: str) -> list[str]:
    """Return the names and indexes that a path leads through: ["data", "0", "a/b"] for "/data/0/a~1b"."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _patch_members(
    document: Mapping[str, Any], desired: Mapping[str, Any], path: str, itemwise: Collection[str]
) -> Iterator[Operation]:
    for name in document:
        if name not in desired:
            yield {"op": "remove", "path": f"{path}/{_escape(name)}"}
    for name, value in desired.items():
        where = f"{path}/{_escape(name)}"
        if name not in document:
            yield {"op": "add", "path": where, "value": value}
        else:
            yield from _patch_value(document[name], value, where, itemwise)


def _patch_value(here: Any, desired: Any, path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    if _is_same(here, desired):
        return
    if isinstance(here, Mapping) and isinstance(desired, Mapping):
        yield from _patch_members(here, desired, path, itemwise)
    elif isinstance(here, list) and isinstance(desired, list) and path in itemwise:
        yield from _patch_items(here, desired, path, itemwise)
    else:
        yield {"op": "add", "path": path, "value": desired}


def _patch_items(here: list[Any], desired: list[Any], path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    """Change what both have, then add at the end or remove from there; `add` in the middle of a list would insert."""
    for index, (old, new) in enumerate(zip(here, desired, strict=False)):
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _patch_members(old, new, f"{path}/{index}", itemwise)
        elif not _is_same(old, new):
            yield {"op": "replace", "path": f"{path}/{index}", "value": new}
    for value in desired[len(here) :]:
        yield {"op": "add", "path": f"{path}/-", "value": value}
    for index in reversed(range(len(desired), len(here))):
        yield {"op": "remove", "path": f"{path}/{index}"}


def _is_same(one: Any, other: Any) -> bool:
    """Compare as JSON does: to Python, True is 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
