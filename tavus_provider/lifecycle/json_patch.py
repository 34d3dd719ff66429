"""JSON Patch: the smallest one that turns one document into another.

Sources: RFC 6902 (operations), RFC 6901 (paths), RFC 7396 (JSON Merge Patch).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Operation = dict[str, Any]
"""One operation: `op`, `path`, and `value` if `op` is "add" or "replace"."""


def make_patch(document: Mapping[str, Any], desired: Mapping[str, Any], itemwise: Collection[str] = ()) -> list[Operation]:
    """Return the operations that turn `document` into `desired`, each with the longest possible path.

    `add` sets a member, whether it exists or not, and `remove` removes one that exists. An object that does not exist is added as
    a whole. A list that differs is set as a whole, except at the paths in `itemwise` ("/data"), where each item is patched.
    """
    return list(_patch_members(document, desired, "", itemwise))


def widen_paths(operations: Iterable[Operation], desired: Mapping[str, Any]) -> list[Operation]:
    """Return a patch to `desired` in which each path is a whole field: ["/rules"] for ["/rules/0/text", "/rules/1"]."""
    changed = dict.fromkeys(split_path(each["path"])[0] for each in operations)
    return [
        {"op": "add", "path": f"/{_escape(name)}", "value": desired[name]}
        if name in desired
        else {"op": "remove", "path": f"/{_escape(name)}"}
        for name in changed
    ]


def split_path(path: str) -> list[str]:
    """Return the names and indexes in a path: ["data", "0", "a/b"] for "/data/0/a~1b"."""
    # "~1" first: otherwise "~01", which is an escaped "~1", would become "/".
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def make_merge_patch(operations: Collection[Operation]) -> dict[str, Any]:
    """Return the JSON Merge Patch that does what these operations on members do: each value at its place, None to remove one."""
    patch: dict[str, Any] = {}
    for each in operations:
        *parents, name = split_path(each["path"])
        inner = functools.reduce(lambda holder, parent: holder.setdefault(parent, {}), parents, patch)
        inner[name] = each.get("value")
    return patch


def _patch_members(
    document: Mapping[str, Any], desired: Mapping[str, Any], path: str, itemwise: Collection[str]
) -> Iterator[Operation]:
    for name in document:
        if name not in desired:
            yield {"op": "remove", "path": f"{path}/{_escape(name)}"}
    for name, value in desired.items():
        member = f"{path}/{_escape(name)}"
        if name not in document:
            yield {"op": "add", "path": member, "value": value}
        else:
            yield from _patch_value(document[name], value, member, itemwise)


def _patch_value(actual: Any, desired: Any, path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    if _is_same(actual, desired):
        return
    if isinstance(actual, Mapping) and isinstance(desired, Mapping):
        yield from _patch_members(actual, desired, path, itemwise)
    elif isinstance(actual, list) and isinstance(desired, list) and path in itemwise:
        yield from _patch_items(actual, desired, path, itemwise)
    else:
        yield {"op": "add", "path": path, "value": desired}


def _patch_items(actual: list[Any], desired: list[Any], path: str, itemwise: Collection[str]) -> Iterator[Operation]:
    """Yield operations for the items that both lists have, then for those at the end of the longer one."""
    for index, (old, new) in enumerate(zip(actual, desired, strict=False)):
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _patch_members(old, new, f"{path}/{index}", itemwise)
        elif not _is_same(old, new):
            # In a list, `add` would insert the value and keep the old one.
            yield {"op": "replace", "path": f"{path}/{index}", "value": new}
    for value in desired[len(actual) :]:
        yield {"op": "add", "path": f"{path}/-", "value": value}
    # From the end, because each removal moves the items after it.
    for index in reversed(range(len(desired), len(actual))):
        yield {"op": "remove", "path": f"{path}/{index}"}


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON; to Python, True equals 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")  # in this order, or "~1" would become "~01"
