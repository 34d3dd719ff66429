"""Detailed diffs: the paths at which inputs or outputs differ, for the engine to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from ..lifecycle.base import Diff, Lifecycle, Props
from ..program.names import all_rows, rename_path, to_camel
from ..schema.secrets import is_covered
from .properties import Received

_Kind = provider_pb2.PropertyDiff


def detail(resource: Lifecycle, diff: Diff, olds: Props, news: Props) -> dict[str, provider_pb2.PropertyDiff]:
    """Return the paths that differ, outside, each with what happens there; `olds` are outputs and `news` inputs."""
    rows, before, after = all_rows(type(resource)), resource.previous_inputs(olds), resource.inputs.pick_given(news)
    details = {}
    # Beside an input, the settings that follow from it would show as removed: nobody tells the engine their new values.
    told = [name for name in diff.changes if name in before or name in after or name in news]
    for name in told or diff.changes:
        is_input = name in before or name in after
        whole = (name, before.get(name), after.get(name)) if is_input else (name, olds.get(name), None)
        for path, old, new in list(_find_paths(*whole)) or [whole]:
            kind = "ADD" if old is None else "DELETE" if new is None and is_input else "UPDATE"
            kind += "_REPLACE" if name in diff.replaces else ""
            details[rename_path(rows, path)] = _Kind(kind=_Kind.Kind.Value(kind), inputDiff=is_input)
    return details


def detail_spelling(received: Mapping[str, Any]) -> dict[str, provider_pb2.PropertyDiff]:
    """Return an update for a state that has a property under its name inside, as dynamic providers do."""
    name = next((each for each in received if "_" in each.strip("_") and not each.startswith("__")), None)
    return {to_camel(name): _Kind(kind=_Kind.UPDATE, inputDiff=False)} if name else {}


def detail_secrets(rows_of: type[Lifecycle], news: Received, olds: Received) -> dict[str, provider_pb2.PropertyDiff]:
    """Return an update for each input that the program has made secret since, which the state shows in clear."""
    since = [path for path in news.secrets if not is_covered(path, olds.secrets)]
    return {rename_path(all_rows(rows_of), path): _Kind(kind=_Kind.UPDATE, inputDiff=True) for path in since}


def _find_paths(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each path at which two values differ, with both."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                yield from _find_paths(f"{path}.{name}", old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            if one != other:
                yield from _find_paths(f"{path}[{index}]", one, other)
    else:
        yield path, old, new
