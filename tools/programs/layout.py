"""Where lines are broken: a group stands in one line where it fits, and with one item a line where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 96


@dataclass(frozen=True)
class Item:
    """A value in a group. key: what stands before it, with its colon; "" in a list."""

    key: str
    value: str | Group


@dataclass(frozen=True)
class Group:
    """Items between brackets. padding: what stands inside of them in one line. always_broken: whether it never is in one line."""

    opening: str
    items: Sequence[Item]
    closing: str
    padding: str = ""
    always_broken: bool = False


@dataclass(frozen=True)
class Style:
    """How a language lays out. indent: one level. aligned: whether the values of neighboring lines begin in one column."""

    indent: str
    aligned: bool = False


def lay_out(node: str | Group, style: Style, indent: str = "", used: int = 0) -> str:
    """Return the text of a value that begins in column `used` of a line with that indent."""
    if isinstance(node, str):
        return node
    flat = _write_flat(node)
    if not _is_broken(node) and used + len(flat) <= WIDTH:
        return flat
    inside = indent + style.indent
    values = [lay_out(item.value, style, inside, len(inside) + len(item.key) + 1) for item in node.items]
    keys = _align([item.key for item in node.items], values) if style.aligned else [item.key for item in node.items]
    lines = [f"{inside}{key} {value}," if key else f"{inside}{value}," for key, value in zip(keys, values, strict=True)]
    return "\n".join([node.opening, *lines, indent + node.closing])


def _write_flat(node: str | Group) -> str:
    if isinstance(node, str):
        return node
    items = ", ".join(f"{item.key} {_write_flat(item.value)}".strip() for item in node.items)
    return f"{node.opening}{node.padding}{items}{node.padding}{node.closing}"


def _is_broken(node: str | Group) -> bool:
    return isinstance(node, Group) and (node.always_broken or any(_is_broken(item.value) for item in node.items))


def _align(keys: list[str], values: list[str]) -> list[str]:
    """Return keys filled up so that the values of neighboring lines begin in one column, as gofmt has it."""
    aligned: list[str] = []
    for at, key in enumerate(keys):
        first = last = at
        while first > 0 and "\n" not in values[first - 1]:
            first -= 1
        while last + 1 < len(keys) and "\n" not in values[last + 1]:
            last += 1
        width = max(len(each) for each in keys[first : last + 1])
        aligned.append(key if "\n" in values[at] else key.ljust(width))
    return aligned
