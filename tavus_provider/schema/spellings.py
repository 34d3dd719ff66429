"""Names of inputs that are not in a table: what was meant, where letters and words leave no doubt.

Sources: Tavus docs, "What Is a PAL?" and "STT"; Tavus API reference, Create Face and Get Document.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from .fields import Table

_WORDS = {"pal": "persona", "pals": "personas", "face": "replica", "faces": "replicas", "uuid": "id"}
"""Words in the names of newer and older versions of Tavus's API, with ours."""

_RENAMED = {
    "pal_interruptibility": "replica_interruptibility",
    "crawl_config": "crawl",
}
"""Names of newer and older versions of Tavus's API that differ in more than a word, with ours."""

_ELSEWHERE = {
    "api_key": "set the key with `pulumi config set --secret tavus:apiKey KEY`",
    "stt.participant_pause_sensitivity": "Tavus has conversational_flow.turn_taking_patience instead",
    "stt.participant_interrupt_sensitivity": "Tavus has conversational_flow.replica_interruptibility instead",
    "stt.smart_turn_detection": "Tavus has conversational_flow.turn_detection_model instead",
}
"""Paths of names that Tavus's API does not have there, or not any more, with what to do."""

_SIMILAR_WORD, _SIMILAR_LETTERS = 0.7, 0.9
"""Least similarity of two words, and of two names that are written with other underscores; from 0 to 1."""


def find_meant(name: str, value: Any, rows: Table) -> str | None:
    """Return the input that the unknown `name` stands for, or None. A list is never meant for an input that takes none."""
    known = _find_renamed(name, rows)
    nearest = known or find_misspelled(name, rows.spellings)
    row = rows.find(nearest) if nearest else None
    return None if known is None and row and isinstance(value, list) and row.kind is not list else nearest


def describe_meant(name: str, value: Any, rows: Table, path: str = "") -> str:
    """Return what to write instead of the unknown `name` in the object at `path`, "" where nobody can know."""
    members = [row.name for row in rows if row.field.wire_path == name]
    if members:
        given = next((each for each in members if isinstance(value, dict) and each in value), members[0])
        return f"write its members directly, as in {given}=…"
    renamed = _find_renamed(name, rows)
    if renamed:
        return f"write {renamed}"
    meant = find_meant(name, value, rows)
    return _ELSEWHERE.get(path + _to_snake_case(name)) or (f"did you mean {meant}?" if meant else "")


def find_misspelled(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that is like `name` word by word, so that no word of another meaning takes its place."""
    alike = [each for each in names if _is_alike(name, each)]
    return max(alike, key=lambda each: _similarity(name, each), default=None)


def find_misspelled_key(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names`, which are in camel case, that is like `name` word by word."""
    by_words = {_to_snake_case(each): each for each in names}
    return by_words.get(find_misspelled(_to_snake_case(name), by_words) or "")


def _find_renamed(name: str, rows: Table) -> str | None:
    """Return the input that has `name` in camel case, or in another version of Tavus's API."""
    snake = _to_snake_case(name)
    ours = "_".join(_WORDS.get(word, word) for word in snake.split("_"))
    found = (each for each in (snake, ours, _RENAMED.get(snake), _RENAMED.get(ours)) if each in rows.spellings)
    return next(found, None)


def _to_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _is_alike(first: str, second: str) -> bool:
    pairs = first.split("_"), second.split("_")
    if len(pairs[0]) == len(pairs[1]):
        return all(_similarity(*words) >= _SIMILAR_WORD for words in zip(*pairs, strict=True))
    return _similarity(first.replace("_", ""), second.replace("_", "")) >= _SIMILAR_LETTERS


def _similarity(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first.lower(), second.lower()).ratio()
