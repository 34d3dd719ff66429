"""
What a service tells of a thing, held against what was given: drift is what differs there, and nothing else.

A service fills in defaults at any depth and keeps some of what it was given to itself. So only the members that the user gave
are compared, and of what it need not tell the known value stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..schema.fields import InputSpec, Table

_MASK = re.compile(r"\*{3,}")


def project(rows: Table, given: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs `given` with the values that the service has `told` of them; those that are gone are left out."""
    found = {row.name: _current(row, given[row.name], told.get(row.name)) for row in rows if row.name in given}
    return {name: value for name, value in found.items() if value is not None}


def merge_changes(document: Any, olds: Any, news: Any, whole: bool = False) -> Any:
    """
    Return `document` with what changes from `olds` to `news`: members that were given and are no longer go, new values come.

    What neither of the two names is the service's own and stays; so does what did not change, unless it is part of a list that
    did, or `whole` asks for all of `news`. Then masks are left out of the service's own: they would be written as values.
    """
    if olds == news and not whole:
        return document
    if isinstance(document, Mapping) and isinstance(news, Mapping):
        before = olds if isinstance(olds, Mapping) else {}
        own = _without_masks(document) if whole else document
        kept = {name: value for name, value in own.items() if name not in before or name in news}
        changed = [name for name in news if whole or name not in before or before[name] != news[name]]
        return {**kept, **{name: merge_changes(document.get(name), before.get(name), news[name], whole) for name in changed}}
    if isinstance(document, list) and isinstance(news, list):
        return [merge_changes(_at(document, index), _at(olds, index), value, whole=True) for index, value in enumerate(news)]
    return news


def fill_in(rows: Table, document: dict[str, Any], known: Mapping[str, Any]) -> None:
    """Put into a service's `document` what it need not tell of the inputs `known`, so that it can be taken out again."""
    for row in rows:
        value = known.get(row.name)
        if value is None or row.field.wire_path is None:
            continue
        place = (document.get(row.field.wire_path) or {}) if row.field.wire_path else document
        if place.get(row.name) is None and _may_be_absent(row):
            place[row.name] = value
            document.update({row.field.wire_path: place} if row.field.wire_path else {})
        elif isinstance(place.get(row.name), dict) and isinstance(value, Mapping) and (members := row.members(value)):
            fill_in(members, place[row.name], value)


def _current(row: InputSpec, known: Any, told: Any) -> Any:
    """Return what stands for a known value now, None where it is gone."""
    if row.effective_value({row.name: known}) == row.effective_value({row.name: told}):
        return known
    if told is None:
        return known if _may_be_absent(row) else None
    if row.field.secret:
        return _keep_masked(known, told)
    if isinstance(known, Mapping) and isinstance(told, Mapping):
        members = row.members(known)
        return project(members, known, told) if members else told if row.item else _project_known(known, told)
    if isinstance(known, list) and isinstance(told, list) and row.item:
        return [_current(row.item, *pair) for pair in zip(known, told, strict=False)] + told[len(known) :]
    return told


def _project_known(known: Any, told: Any) -> Any:
    """Return what is told of the members that are known, at any depth; of a mask, what is known."""
    if isinstance(known, Mapping) and isinstance(told, Mapping):
        return {name: _project_known(value, told[name]) for name, value in known.items() if name in told}
    if isinstance(known, list) and isinstance(told, list):
        return [_project_known(*pair) for pair in zip(known, told, strict=False)] + told[len(known) :]
    return known if _is_mask(told) else told


def _keep_masked(known: Any, told: Any) -> Any:
    """Return what is told of a secret; where it is masked, what is known of it."""
    if isinstance(told, Mapping):
        before = known if isinstance(known, Mapping) else {}
        found = {name: _keep_masked(before.get(name), value) for name, value in told.items()}
        return {name: value for name, value in found.items() if value is not None}
    return known if isinstance(told, str) and _MASK.search(told) else told


def _is_mask(told: Any) -> bool:
    return isinstance(told, str) and bool(_MASK.fullmatch(told))


def _without_masks(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {name: _without_masks(value) for name, value in told.items() if not _is_mask(value)}
    return [_without_masks(each) for each in told] if isinstance(told, list) else told


def _may_be_absent(row: InputSpec) -> bool:
    """Tell whether that a service says nothing of an input means nothing."""
    return row.field.secret or row.field.write_only or row.field.wire_path is None


def _at(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None
