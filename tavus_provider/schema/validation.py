"""
What can be found wrong with inputs without the network, each mistake on its own property.

A value that is still unknown at preview is never a mistake; neither is a missing optional one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .fields import InputSpec, Table, table
from .unknowns import UNKNOWN, is_known

_NOUNS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    list: "a list",
    dict: "an object",
}
_PLURALS: dict[type, str] = {str: " of texts", dict: " of objects"}


_LONGEST = 4_000_000
"""
Characters of all inputs of a resource together: about a million tokens, more than a model reads.

Far beyond that, a resource could be made but never be deleted: Pulumi carries its inputs and outputs in one message of at most
400 MB. Sources: Tavus docs, "LLM" (models hosted by Tavus read 32,000 tokens); Pulumi SDK for Python, _grpc_settings.py.
"""


@dataclass(frozen=True)
class Failure:
    """One mistake: the property it is on ("rules[1].type", "" for the resource as a whole) and what to write instead."""

    property: str
    reason: str


def find_failures(rows: Table, props: Mapping[str, Any], owner: str, path: str = "") -> Iterator[Failure]:
    """Yield every mistake in `props` that the table `rows` of `owner` (a class name) knows to be one."""
    yield from _find_misspelt(rows, props, owner, path)
    meant = {find_nearest(name, rows.spellings) for name in _unknown_names(rows, props)}
    for row in rows:
        value = props.get(row.name)
        if row.field.reference:
            yield from _refuse_both(path, row, row.field.reference, value)
        elif value is None and row.required and row.name not in meant:
            yield Failure(path + row.name, f"is required: {row.field.doc}")
        elif value is not None:
            yield from _validate_value(row, value, path + row.name)
        if value is not None and props.get(row.field.alias_of) is not None:
            yield Failure(path + row.name, f"is another name of {row.field.alias_of}: give only the latter")


def find_oversize(props: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield that the inputs are longer than anybody can use, naming the longest; not on it, for Pulumi would print its value."""
    lengths = {name: _count_characters(value) for name, value in props.items()}
    if sum(lengths.values()) > _LONGEST:
        longest = max(lengths, key=lengths.__getitem__)
        reason = f"{longest} is too long: it has {lengths[longest]} characters, and all inputs together may have {_LONGEST}"
        yield Failure("", f"{reason}; models hosted by Tavus read 32000 tokens, about 130000 characters")


def _count_characters(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_count_characters, value.values()))
    return sum(map(_count_characters, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 0


def find_warnings(rows: Table, props: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield what is allowed but probably not meant, for `pulumi.log.warn`."""
    for row in rows:
        value = props.get(row.name)
        if value is not None and value is not UNKNOWN and _explain_type(row, value) is None:
            if row.field.deprecated:
                yield Failure(row.name, f"is deprecated: {row.field.deprecated}")
            reason = row.field.warning and row.field.warning(value)
            if reason:
                yield Failure(row.name, reason)


def find_nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of `words` that `word` was probably meant to be."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)), None)


def _find_misspelt(rows: Table, props: Mapping[str, Any], owner: str, path: str) -> Iterator[Failure]:
    for name in _unknown_names(rows, props):
        meant = find_nearest(name, rows.spellings)
        yield Failure(path + name, f"is no input of {owner}" + (f": did you mean {meant}?" if meant else ""))


def _unknown_names(rows: Table, props: Mapping[str, Any]) -> list[str]:
    """Return the names in `props` that no row has."""
    return [name for name in props if name not in rows.spellings and not name.startswith("__")]


def _refuse_both(path: str, row: InputSpec, other: str, value: Any) -> Iterator[Failure]:
    """Refuse a resource whose id is given, too."""
    if value is not None:
        yield Failure(path + row.name, f"cannot be given beside {other}: give only one of them")


def _validate_value(row: InputSpec, value: Any, path: str) -> Iterator[Failure]:
    """Check the value at `path`, and what is in it first."""
    if value is UNKNOWN:
        return
    reason = _explain_type(row, value)
    inner = list(_validate_members(row, value, path)) if reason is None else []
    yield from inner
    if reason is None and not inner and is_known(value):
        reason = _explain_bound(row, value) or (row.field.validator and row.field.validator(value))
    if reason and row.field.is_redacted:
        yield Failure("", f"{path} {reason}")  # Pulumi prints the value of a property that has a problem, even of a secret one
    elif reason:
        yield Failure(path, reason)


def _validate_members(row: InputSpec, value: Any, path: str) -> Iterator[Failure]:
    if row.shapes:
        yield from _validate_object(row, value, path)
    elif row.item:
        inner = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, each in inner:
            yield from _validate_value(row.item, each, f"{path}.{key}" if isinstance(value, Mapping) else f"{path}[{key}]")


def _explain_type(row: InputSpec, value: Any) -> str | None:
    fits = isinstance(value, row.kind) and not (isinstance(value, bool) and row.kind in (int, float))
    if fits or (row.kind is float and isinstance(value, int) and not isinstance(value, bool)):
        return None
    unit = f" of {row.field.unit}" if row.field.unit else ""
    items = _PLURALS.get(row.item.kind, "") if row.item and row.kind is list else ""
    written = "something else" if row.field.is_redacted else f"{_describe_value(value)}{_hint(row, value)}"
    return f"must be {_NOUNS[row.kind]}{items}{unit}, not {written}"


def _describe_value(value: Any) -> str:
    return f"the text {value!r}" if isinstance(value, str) else f"{value!r}"


def _hint(row: InputSpec, value: Any) -> str:
    """Show the value without its quotes where that is all that is wrong."""
    if isinstance(value, str) and row.kind is int and value.strip().isdigit():
        return f": write {int(value)} without quotes"
    if isinstance(value, str) and row.kind is bool and value.lower() in ("true", "false"):
        return f": write {value.capitalize()} without quotes"
    if isinstance(value, str) and row.kind is list:
        return f": write [{value!r}]"
    return ""


def _explain_bound(row: InputSpec, value: Any) -> str | None:
    if row.field.minimum is not None and value < row.field.minimum:
        return f"must be at least {_with_unit(row.field.minimum, row.field.unit)}, not {value}"
    if row.field.maximum is not None and value > row.field.maximum:
        return f"must be at most {_with_unit(row.field.maximum, row.field.unit)}, not {value}"
    if row.field.max_length is not None and len(value) > row.field.max_length:
        return f"must have at most {row.field.max_length} characters, not {len(value)}"
    if row.choices and value not in row.choices:
        meant = find_nearest(str(value), row.choices)
        return f"must be one of {', '.join(row.choices)}, not {value!r}" + (f": did you mean {meant}?" if meant else "")
    return None


def _with_unit(number: float, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}".rstrip()


def _validate_object(row: InputSpec, value: Mapping[str, Any], path: str) -> Iterator[Failure]:
    """Check an object against the one of its shapes whose tag, the member with a single choice, it carries."""
    tags = {(each.name, each.choices[0]): shape for shape in row.shapes for each in table(shape) if len(each.choices) == 1}
    if not tags:
        yield from find_failures(table(row.shapes[0]), value, path, f"{path}.")
        return
    tag = next(iter(tags))[0]
    given: Any = value.get(tag)
    if (tag, given) in tags:
        yield from find_failures(table(tags[tag, given]), value, f"{path} with {tag} {given}", f"{path}.")
    elif given is not UNKNOWN:
        names = ", ".join(choice for _, choice in tags)
        yield Failure(f"{path}.{tag}", f"must be one of {names}" + ("" if given is None else f", not {given!r}"))
