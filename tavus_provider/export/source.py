"""Python source of values, in lines that a person reads."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

_WIDTH = 100
_INDENT = "    "


class Code(str):
    """A Python expression, which is written as it is."""

    __slots__ = ()


def render_call(function: str, arguments: Mapping[str, Any]) -> str:
    """Return a call with keyword arguments, each on a line of its own; "" names an argument without a keyword."""
    lines = [f"{name}={render(value, 1)}" if name else render(value, 1) for name, value in arguments.items()]
    return f"{function}(\n" + "".join(f"{_INDENT}{line},\n" for line in lines) + ")"


def render(value: Any, level: int = 0) -> str:
    """Return the source of a value: on one line where it fits, `level` indents to the right otherwise."""
    line = _render_line(value)
    if len(line) + len(_INDENT) * level <= _WIDTH and "\n" not in str(value):
        return line
    if isinstance(value, str) and not isinstance(value, Code):
        return _render_block("(", ")", _split_text(value, _WIDTH - len(_INDENT) * (level + 1)), level, "")
    if isinstance(value, Mapping):
        items = [f"{_render_line(name)}: {render(each, level + 1)}" for name, each in value.items()]
        return _render_block("{", "}", items, level, ",")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _render_block("[", "]", [render(each, level + 1) for each in value], level, ",")
    return line


def _render_line(value: Any) -> str:
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        # Half of a surrogate pair cannot be written in UTF-8.
        return json.dumps(value, ensure_ascii=any("\ud800" <= each <= "\udfff" for each in value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_render_line(name)}: {_render_line(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_render_line, value)) + "]"
    return repr(value)


def _render_block(begin: str, end: str, items: Sequence[str], level: int, separator: str) -> str:
    inner = _INDENT * (level + 1)
    return f"{begin}\n" + "".join(f"{inner}{item}{separator}\n" for item in items) + _INDENT * level + end


def _split_text(text: str, width: int) -> list[str]:
    """Return the literals that make up a text: one for each of its lines, several for a long one."""
    # No character may get lost.
    wrapper = textwrap.TextWrapper(width, expand_tabs=False, replace_whitespace=False, drop_whitespace=False)
    return [_render_line(part) for line in text.splitlines(keepends=True) for part in (wrapper.wrap(line) or [line])]
