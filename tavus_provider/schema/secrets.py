"""Secrets among the inputs of a resource, by their paths, and what contains them.

A path names an input or a member of one, as failures do: "callback_url", "llm.api_key", "data[0].callback_url".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

Secret = str | int | float
"""A value that no message and no output shows in clear. A boolean is none: each is shown by half of all settings."""


def find_input(path: str) -> str:
    """Return the name of the input that a path begins with."""
    return re.split(r"[.[]", path)[0]


def is_covered(path: str, secrets: Collection[str]) -> bool:
    """Return whether one of the paths in `secrets` is `path` or leads to something around it."""
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in secrets)


def find_values(value: Any, secrets: Collection[str], path: str = "") -> Iterator[Secret]:
    """Yield each secret in a value that is at `path`; without a path, in all inputs of a resource."""
    if is_covered(path, secrets):
        yield from find_leaves(value)
    elif secrets:
        for inner, each in list_members(value, path):
            yield from find_values(each, secrets, inner)


def find_leaves(value: Any) -> Iterator[Secret]:
    """Yield each string and number in a value."""
    if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        yield value
    for _, each in list_members(value):
        yield from find_leaves(each)


def list_members(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the members of an object, or the items of a list, each with its path; of other values nothing."""
    if isinstance(value, Mapping):
        yield from ((f"{path}.{name}" if path else name, each) for name, each in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"{path}[{number}]", each) for number, each in enumerate(value))


def wrap_secrets(value: Any, secrets: Collection[Secret], wrap: Callable[[Any], Any]) -> Any:
    """Return `value` with `wrap` around each string or number that contains one of `secrets`."""
    if isinstance(value, Mapping):
        return {name: wrap_secrets(each, secrets, wrap) for name, each in value.items()}
    if isinstance(value, list):
        return [wrap_secrets(each, secrets, wrap) for each in value]
    return wrap(value) if _contains(value, secrets) else value


def redact(text: str, secrets: Collection[Secret]) -> str:
    """Return `text` with stars in the place of each secret, also where it is written as in JSON or in Python."""
    spellings = {each for secret in map(str, secrets) for each in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])}
    # The longest first: one secret may contain another.
    for spelling in sorted(spellings, key=len, reverse=True):
        text = re.sub(_pattern(spelling), "***", text)
    return text


def _contains(value: Any, secrets: Collection[Secret]) -> bool:
    if isinstance(value, str):
        return any(isinstance(each, str) and re.search(_pattern(each), value) for each in secrets)
    return isinstance(value, int | float) and not isinstance(value, bool) and value in secrets


def _pattern(secret: str) -> str:
    # A short one is also a part of words that have nothing to do with it.
    return re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
