"""Validation of inputs without the network: each mistake is reported on its own property, and all at once."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .fields import Field, InputSpec, Table, Validator, table
from .formats import validate_id
from .secrets import find_input, find_values, is_covered, list_members, redact
from .spellings import describe_meant, find_meant
from .unknowns import UNKNOWN, is_known

_NOUNS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "a boolean (True or False)",
    list: "a list",
    dict: "an object",
}
_PLURALS: dict[type, str] = {str: " of strings", dict: " of objects"}

# Pulumi sends inputs and outputs in one message of at most 400 MB: a far larger resource could be created, but not deleted.
_LONGEST = 4_000_000
"""
Most characters in all inputs of a resource together: about a million tokens, more than a model reads.

Sources: Tavus docs, "LLM" (models hosted by Tavus read 32,000 tokens); Pulumi SDK for Python, _grpc_settings.py.
"""


_FORMATTED_OUTPUT = "Calling __str__ on an Output[T] is not supported"
"""What an output becomes in an f-string. Source: Pulumi SDK for Python, Output.__str__."""


@dataclass(frozen=True)
class Failure:
    """One mistake in the inputs.

    property: where it is ("rules[1].type"), or "" for the resource as a whole. reason: what is wrong and what to write instead,
    as the rest of a sentence that begins with the property. is_sentence: whether the reason is a whole sentence itself.
    """

    property: str
    reason: str
    is_sentence: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return self.reason if self.is_sentence or not self.property else f"{self.property} {self.reason}"


def find_failures(
    rows: Table, props: Mapping[str, Any], owner: str, path: str = "", secrets: Collection[str] = ()
) -> Iterator[Failure]:
    """Yield every mistake that the table `rows` can find in `props`, the inputs of `owner` (a class name).

    Values that a preview does not know yet, and optional inputs that are missing, are not mistakes. secrets: the paths of the
    inputs that the program made secret: no reason shows their values, nor those of fields that are secret or sensitive.
    """
    yield from _find_misspelled(rows, props, owner, path)
    meant = {find_meant(name, props[name], rows) for name in _unknown_names(rows, props)}
    for row in rows:
        value = props.get(row.name)
        if row.field.reference:
            yield from _refuse_both(path, row, row.find_reference(value), value)
        # A misspelled name is reported already, so the input that was meant is not reported as missing, too.
        elif value is None and row.required and row.name not in meant:
            yield Failure(path + row.name, f"is required: {row.field.doc}")
        elif value == "" and row.required and row.kind is str:
            yield Failure(path + row.name, "must not be empty")
        elif value is not None:
            at = path + row.name
            yield from list(_find_formatted(value, at)) or _validate_value(row, value, at, secrets)
        if value is not None and props.get(row.field.alias_of) is not None:
            yield Failure(path + row.name, f"is an alias of {row.field.alias_of}: give only {row.field.alias_of}")


def shows_secret(rows: Table, props: Mapping[str, Any], path: str, secrets: Collection[str]) -> bool:
    """Return whether what is given at `path` is, has or may have a secret; nobody knows what a misspelled input has."""
    if not path or props.get(find_input(path)) is None:
        return False
    row = rows.find_at(path)
    return row is None or row.holds_redacted or is_covered(path, secrets) or any(is_covered(each, [path]) for each in secrets)


def find_oversize(props: Mapping[str, Any]) -> Iterator[Failure]:
    """Yield a failure that names the longest input if all inputs together are too long."""
    lengths = {name: _count_characters(value) for name, value in props.items()}
    if sum(lengths.values()) > _LONGEST:
        longest = max(lengths, key=lengths.__getitem__)
        reason = f"{longest} is too long: it has {lengths[longest]} characters, and all inputs together may have {_LONGEST}"
        # On its own property, Pulumi would print the whole value.
        yield Failure("", f"{reason}; models hosted by Tavus read 32000 tokens, about 130000 characters")


def _count_characters(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_count_characters, value.values()))
    return sum(map(_count_characters, value)) if isinstance(value, list) else len(value) if isinstance(value, str) else 0


def find_warnings(rows: Table, props: Mapping[str, Any], secrets: Collection[str] = (), path: str = "") -> Iterator[Failure]:
    """Yield a warning for each value that is allowed but probably a mistake, for `pulumi.log.warn`; `secrets` as for failures."""
    given = rows.drop_empty(props)
    for row in rows:
        value = given.get(row.name)
        if value is not None and value is not UNKNOWN:
            yield from _find_warnings(row, value, path + row.name, secrets)


def _find_warnings(row: InputSpec, value: Any, path: str, secrets: Collection[str]) -> Iterator[Failure]:
    """Yield the warnings of the value at `path`, then those of its members."""
    # `check` reports values of the wrong type; the functions that warn expect the right one.
    if _explain_type(row, value) is not None:
        return
    if row.field.deprecated:
        yield Failure(path, f"is deprecated: {row.field.deprecated}")
    reason = _explain(row, row.field.warning or functools.partial(_warn_of_unlisted, row.field), value, path, secrets)
    if reason:
        yield Failure(path, reason)
    if members := row.members(value) if row.shapes else None:
        yield from find_warnings(members, value, secrets, f"{path}.")
    elif row.item:
        for inner, each in list_members(value, path):
            yield from _find_warnings(row.item, each, inner, secrets)


def _warn_of_unlisted(field: Field, value: Any) -> str | None:
    """Warn of a string that is not in an open list, or that the service has deprecated there."""
    if not isinstance(value, str):
        return None
    if value in field.superseded:
        return f"is {value!r}, which is deprecated: write {field.superseded[value]!r}"
    if not field.known or value in field.known:
        return None
    meant = find_nearest(value, field.known)
    hint = f": did you mean {meant}?" if meant else ""
    return f"is {value!r}, which is sent unchanged but not among those that Tavus documents ({', '.join(field.known)}){hint}"


def find_nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of `words` that is most like `word`, or None where none is at least as similar as `cutoff` (0 to 1)."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)), None)


def _find_misspelled(rows: Table, props: Mapping[str, Any], owner: str, path: str) -> Iterator[Failure]:
    for name in _unknown_names(rows, props):
        instead = describe_meant(name, props[name], rows, path)
        hint = f": {instead}" if instead else ""
        yield Failure(path + name, f"{owner} has no input named {name}{hint}", is_sentence=True)


def _unknown_names(rows: Table, props: Mapping[str, Any]) -> list[str]:
    """Return the names in `props` that no row has."""
    # Names that begin with two underscores are Pulumi's and this package's own, such as `__provider`.
    return [name for name in props if name not in rows.spellings and not name.startswith("__")]


def _find_formatted(value: Any, path: str) -> Iterator[Failure]:
    """Yield a failure for each string, at any depth, into which the program formatted an output."""
    if isinstance(value, str) and _FORMATTED_OUTPUT in value:
        reason = "has an output in an f-string or str(), which only gives Pulumi's warning as text"
        yield Failure("", f"{path} {reason}: write pulumi.Output.concat(…), pulumi.Output.format(…) or output.apply(…)")
    for inner, each in list_members(value, path):
        yield from _find_formatted(each, inner)


def _refuse_both(path: str, row: InputSpec, other: str, value: Any) -> Iterator[Failure]:
    """Yield a failure where a resource is given together with an id in the input `other`."""
    if value is not None:
        yield Failure(path + row.name, f"cannot be combined with {other}: give only one of them")


def _validate_value(row: InputSpec, value: Any, path: str, secrets: Collection[str]) -> Iterator[Failure]:
    """Validate the value at `path`: its type, then its members, then its bounds."""
    if value is UNKNOWN:
        return
    is_hidden = row.holds_redacted or is_covered(path, secrets)
    reason = _explain_type(row, value, is_hidden)
    inner = list(_validate_members(row, value, path, secrets)) if reason is None else []
    yield from inner
    # A validator may read members, so it runs only where all of them are valid and known.
    if reason is None and not inner and is_known(value):
        reason = _explain_bound(row, value, is_hidden) or _explain(row, row.field.validator, value, path, secrets)
    if reason:
        yield Failure(path, reason)


def _validate_members(row: InputSpec, value: Any, path: str, secrets: Collection[str]) -> Iterator[Failure]:
    if row.shapes:
        yield from _validate_object(row, value, path, secrets)
    elif row.item:
        for inner, each in list_members(value, path):
            yield from _validate_value(row.item, each, inner, secrets)


def _explain(row: InputSpec, find_reason: Validator | None, value: Any, path: str, secrets: Collection[str]) -> str | None:
    """Return the reason that a validator or a warning finds, without values that the program made secret."""
    reason = find_reason and find_reason(value)
    if reason and is_covered(path, secrets):
        # The reason may show a part of the value, or what is similar to it.
        return f"has a value that does not fit, which is secret and therefore not shown: {row.field.doc}"
    return redact(reason, set(find_values(value, secrets, path))) if reason else None


def _explain_type(row: InputSpec, value: Any, is_hidden: bool = False) -> str | None:
    # To Python, True and False are integers.
    fits = isinstance(value, row.kind) and not (isinstance(value, bool) and row.kind in (int, float))
    if fits or (row.kind is float and isinstance(value, int) and not isinstance(value, bool)):
        return None
    unit = f" of {row.field.unit}" if row.field.unit else ""
    items = _PLURALS.get(row.item.kind, "") if row.item and row.kind is list else ""
    written = _NOUNS.get(type(value), "something else") if is_hidden else f"{_describe_value(value)}{_hint(row, value)}"
    return f"must be {_NOUNS[row.kind]}{items}{unit}, not {written}"


def _describe_value(value: Any) -> str:
    return f"the string {value!r}" if isinstance(value, str) else f"{value!r}"


def _hint(row: InputSpec, value: Any) -> str:
    """Return the correction where quotes or brackets are the only mistake."""
    if isinstance(value, str) and row.kind is int and value.strip().isdigit():
        return f": write {int(value)} without quotes"
    if isinstance(value, str) and row.kind is bool and value.lower() in ("true", "false"):
        return f": write {value.capitalize()} without quotes"
    if isinstance(value, str) and row.kind is list:
        return f": write [{value!r}]"
    return ""


def _explain_bound(row: InputSpec, value: Any, is_hidden: bool) -> str | None:
    written = "" if is_hidden else f", not {value!r}"
    if row.field.minimum is not None and value < row.field.minimum:
        return f"must be at least {_with_unit(row.field.minimum, row.field.unit)}{written}"
    if row.field.maximum is not None and value > row.field.maximum:
        return f"must be at most {_with_unit(row.field.maximum, row.field.unit)}{written}"
    if row.field.max_length is not None and len(value) > row.field.max_length:
        return f"must have at most {row.field.max_length} characters, not {len(value)}"
    if row.field.is_id and isinstance(value, str):
        return validate_id(value)
    if row.choices and value not in row.choices:
        meant = None if is_hidden else find_nearest(str(value), row.choices)
        return f"must be one of {', '.join(row.choices)}{written}" + (f": did you mean {meant}?" if meant else "")
    return None


def _with_unit(number: float, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}".rstrip()


def _validate_object(row: InputSpec, value: Mapping[str, Any], path: str, secrets: Collection[str]) -> Iterator[Failure]:
    """Validate an object against its shape. Of several shapes, the tag decides: the member that has a single choice."""
    tags = {(each.name, each.choices[0]): shape for shape in row.shapes for each in table(shape) if len(each.choices) == 1}
    if not tags:
        yield from find_failures(table(row.shapes[0]), value, path, f"{path}.", secrets)
        return
    tag = next(iter(tags))[0]
    given: Any = value.get(tag)
    if isinstance(given, str) and (tag, given) in tags:
        yield from find_failures(table(tags[tag, given]), value, f"{path} with {tag} {given}", f"{path}.", secrets)
    elif given is not UNKNOWN:
        names = ", ".join(choice for _, choice in tags)
        is_hidden = given is None or is_covered(f"{path}.{tag}", secrets)
        yield Failure(f"{path}.{tag}", f"must be one of {names}" + ("" if is_hidden else f", not {given!r}"))
