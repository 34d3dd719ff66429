"""Values of properties: the mark for those that a preview does not know yet, and a form in which values can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final


class Unknown:
    """A value that only `pulumi up` will know. Source: Pulumi docs, "Inputs and outputs", previews."""

    def __repr__(self) -> str:
        return "<unknown until pulumi up>"


UNKNOWN: Final = Unknown()


def to_plain(value: Any) -> Any:
    """Return `value` with whole floats as integers, tuples as lists, and objects without None."""
    # Most values are strings, and asking whether one is a Mapping takes seven times as long.
    if isinstance(value, str):
        return value
    # The engine passes every number as a float.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, Sequence):
        return [to_plain(item) for item in value]
    return value


def is_known(value: Any) -> bool:
    """Return whether `value` contains no `UNKNOWN` at any depth."""
    if isinstance(value, Mapping):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return value is not UNKNOWN
