"""
What can be found wrong with inputs without the network, each mistake on its own property.

A value that is still unknown at preview is never a mistake; neither is a missing optional one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import Input, Table, table
from .values import UNKNOWN, is_known

_NOUNS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    list: "a list of texts",
    dict: "an object",
}


@dataclass(frozen=True)
class Failure:
    """One mistake: the property it is on (dotted, "" for the resource as a whole) and what to write instead."""

    property: str
    reason: str


def failures(rows: Table, props: Mapping[str, Any], owner: str, path: str = "") -> Iterator[Failure]:
    """Yield every mistake in `props` that the table `rows` of `owner` (a class name) knows to be one."""
    yield from _misspelt(rows, props, owner, path)
    for row in rows:
        value = props.get(row.name)
        if value is None and row.required:
            yield Failure(path + row.name, f"is required: {row.field.doc}")
        elif value is not None and value is not UNKNOWN:
            yield from _row_failures(row, value, path)
        if value is not None and props.get(row.field.alias_of) is not None:
            yield Failure(path + row.name, f"is another name of {row.field.alias_of}: give only the latter")


def advice(rows: Table, props: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what is allowed but probably not meant, for `pulumi.log.warn`."""
    for row in rows:
        value = props.get(row.name)
        if value is not None and value is not UNKNOWN and _type_reason(row, value) is None:
            if row.field.deprecated:
                yield Failure(row.name, f"is deprecated: {row.field.deprecated}")
            reason = row.field.advice and row.field.advice(value)
            if reason:
                yield Failure(row.name, reason)


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of `words` that `word` was probably meant to be."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)), None)


def _misspelt(rows: Table, props: Mapping[str, Any], owner: str, path: str) -> Iterator[Failure]:
    for name in props:
        if name not in rows.spellings and not name.startswith("__"):
            meant = nearest(name, rows.spellings)
            yield Failure(path + name, f"is no input of {owner}" + (f": did you mean {meant}?" if meant else ""))


def _row_failures(row: Input, value: Any, path: str) -> Iterator[Failure]:
    reason = _type_reason(row, value)
    if reason is None and row.shapes:
        yield from _object_failures(row, value, path)
        return
    if reason is None and is_known(value):
        reason = _bound_reason(row, value) or (row.field.rule and row.field.rule(value))
    if reason:
        yield Failure(path + row.name, reason)


def _type_reason(row: Input, value: Any) -> str | None:
    fits = isinstance(value, row.kind) and not (isinstance(value, bool) and row.kind in (int, float))
    if fits and row.kind is list:
        fits = all(isinstance(item, str) or item is UNKNOWN for item in value)
    if fits or (row.kind is float and isinstance(value, int) and not isinstance(value, bool)):
        return None
    unit = f" of {row.field.unit}" if row.field.unit else ""
    return f"must be {_NOUNS[row.kind]}{unit}, not {_written(value)}{_hint(row, value)}"


def _written(value: Any) -> str:
    return f"the text {value!r}" if isinstance(value, str) else f"{value!r}"


def _hint(row: Input, value: Any) -> str:
    """Show the value without its quotes where that is all that is wrong."""
    if isinstance(value, str) and row.kind is int and value.strip().isdigit():
        return f": write {int(value)} without quotes"
    if isinstance(value, str) and row.kind is bool and value.lower() in ("true", "false"):
        return f": write {value.capitalize()} without quotes"
    if isinstance(value, str) and row.kind is list:
        return f": write [{value!r}]"
    return ""


def _bound_reason(row: Input, value: Any) -> str | None:
    unit = f" {row.field.unit}" if row.field.unit else ""
    if row.field.minimum is not None and value < row.field.minimum:
        return f"must be at least {row.field.minimum}{unit}, not {value}"
    if row.choices and value not in row.choices:
        meant = nearest(str(value), row.choices)
        return f"must be one of {', '.join(row.choices)}, not {value!r}" + (f": did you mean {meant}?" if meant else "")
    return None


def _object_failures(row: Input, value: Mapping[str, Any], path: str) -> Iterator[Failure]:
    """Check an object against the one of its shapes whose tag, the member with a single choice, it carries."""
    tags = {(each.name, each.choices[0]): shape for shape in row.shapes for each in table(shape) if len(each.choices) == 1}
    path = f"{path}{row.name}."
    if not tags:
        yield from failures(table(row.shapes[0]), value, row.name, path)
        return
    tag = next(iter(tags))[0]
    given: Any = value.get(tag)
    if (tag, given) in tags:
        yield from failures(table(tags[tag, given]), value, f"{row.name} with {tag} {given}", path)
    elif given is not UNKNOWN:
        names = ", ".join(choice for _, choice in tags)
        yield Failure(path + tag, f"must be one of {names}" + ("" if given is None else f", not {given!r}"))
