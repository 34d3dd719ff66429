"""Drift: the differences between the inputs that the program gave and the object that the service has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..schema.extra import EXTRA, merge, pick_current
from ..schema.fields import InputSpec, Table

_MASK = re.compile(r"\*{3,}")


def project(rows: Table, given: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs in `given` with the values in `actual`, the inputs from the service's answer, without removed ones."""
    # The service fills in defaults at any depth, so what the program did not give is not compared.
    found = {row.name: _find_current(row, given[row.name], actual.get(row.name)) for row in rows if row.name in given}
    if EXTRA in given:
        found[EXTRA] = _replace_masks(given[EXTRA], pick_current(given[EXTRA], actual.get(EXTRA)))
    return {name: value for name, value in found.items() if value is not None}


def merge_changes(document: Any, olds: Any, news: Any, is_replaced: bool = False) -> Any:
    """Return the service's `document` with the changes from `olds` to `news`: new values, without removed members.

    What did not change, and what is neither in `olds` nor in `news`, stays as it is in `document`. The items of a list that
    changed are replaced (`is_replaced`): all of `news` is written, and the members that only `document` has stay without masks.
    """
    if olds == news and not is_replaced:
        return document
    if isinstance(document, Mapping) and isinstance(news, Mapping):
        before = olds if isinstance(olds, Mapping) else {}
        # The whole list is sent, and the service would store the stars of a mask as a value.
        current = _remove_masks(document) if is_replaced else document
        kept = {name: value for name, value in current.items() if name not in before or name in news}
        changed = [name for name in news if is_replaced or name not in before or before[name] != news[name]]
        merged = {name: merge_changes(document.get(name), before.get(name), news[name], is_replaced) for name in changed}
        return {**kept, **merged}
    if isinstance(document, list) and isinstance(news, list):
        return [merge_changes(_at(document, index), _at(olds, index), value, True) for index, value in enumerate(news)]
    return news


def fill_in(rows: Table, document: dict[str, Any], known: Mapping[str, Any]) -> None:
    """Add to the service's `document` the inputs in `known` that an answer may leave out, so that a patch can remove them."""
    for row in rows:
        value = known.get(row.name)
        if value is None or row.field.wire_path is None:
            continue
        if row.field.is_extra:
            document.update(merge(value, document))
            continue
        parent = (document.get(row.field.wire_path) or {}) if row.field.wire_path else document
        if parent.get(row.name) is None and _may_be_absent(row):
            parent[row.name] = value
            document.update({row.field.wire_path: parent} if row.field.wire_path else {})
        elif isinstance(parent.get(row.name), dict) and isinstance(value, Mapping) and (members := row.members(value)):
            fill_in(members, parent[row.name], value)


def _find_current(row: InputSpec, known: Any, actual: Any) -> Any:
    """Return the current value of an input whose last known value is `known`; None if it was removed."""
    # Where both mean the same, the user's spelling is kept, so that no diff shows.
    if row.effective_value({row.name: known}) == row.effective_value({row.name: actual}):
        return known
    if actual is None:
        return known if _may_be_absent(row) else None
    if row.field.secret:
        return _replace_masks(known, actual)
    if isinstance(known, Mapping) and isinstance(actual, Mapping):
        return _find_current_members(row, known, actual)
    if isinstance(known, list) and isinstance(actual, list) and row.item:
        return [_find_current(row.item, *pair) for pair in zip(known, actual, strict=False)] + actual[len(known) :]
    return actual


def _find_current_members(row: InputSpec, known: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, Any]:
    """Return the current members: of a map all entries, of an object of any kind only those that the program gave."""
    members, item = row.members(known), row.item
    if members:
        return project(members, known, actual)
    if item:
        return {name: _find_current(item, known[name], value) if name in known else value for name, value in actual.items()}
    found: dict[str, Any] = _project_known(known, actual)
    return found


def _project_known(known: Any, actual: Any) -> Any:
    """Return the actual values of the members in `known`, at any depth, with the known value instead of a mask."""
    if isinstance(known, Mapping) and isinstance(actual, Mapping):
        return {name: _project_known(value, actual[name]) for name, value in known.items() if name in actual}
    if isinstance(known, list) and isinstance(actual, list):
        return [_project_known(*pair) for pair in zip(known, actual, strict=False)] + actual[len(known) :]
    return known if _is_mask(actual) else actual


def _replace_masks(known: Any, actual: Any) -> Any:
    """Return the actual value of a secret, with the known value instead of each mask."""
    if isinstance(actual, Mapping):
        before = known if isinstance(known, Mapping) else {}
        found = {name: _replace_masks(before.get(name), value) for name, value in actual.items()}
        return {name: value for name, value in found.items() if value is not None}
    # Of a secret, the service may show some letters beside the stars.
    return known if isinstance(actual, str) and _MASK.search(actual) else actual


def _is_mask(value: Any) -> bool:
    return isinstance(value, str) and bool(_MASK.fullmatch(value))


def _remove_masks(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _remove_masks(each) for name, each in value.items() if not _is_mask(each)}
    return [_remove_masks(each) for each in value] if isinstance(value, list) else value


def _may_be_absent(row: InputSpec) -> bool:
    """Return whether the service may leave an input out of its answers although the object has it."""
    return row.field.secret or row.field.write_only or row.field.wire_path is None


def _at(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None
