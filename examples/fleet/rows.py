"""Rows of rooms.csv: read, checked, and divided among stacks."""

import csv
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ["key", "persona_id", "language", "minutes", "greeting"]
_KEY = re.compile(r"[A-Za-z0-9._-]+")


class RowsError(Exception):
    """Mistakes in the file, one in each line, with the file and the line of each."""


@dataclass
class Row:
    """A room: its key, which no other row has; its persona and language; its length; and its greeting, which may be empty."""

    key: str
    persona_id: str
    language: str
    minutes: int
    greeting: str


def read_rows(path: Path) -> list[Row]:
    """Return the rows. Raises RowsError with all mistakes."""
    with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets put a mark at the beginning
        reader = csv.reader(file)
        if next(reader, None) != COLUMNS:
            raise RowsError(f"{path.name}, line 1: the columns must be {','.join(COLUMNS)}")
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if cells]
    seen: dict[str, int] = {}
    mistakes = [f"{path.name}, line {line}: {mistake}" for line, cells in lines for mistake in find_mistakes(cells, line, seen)]
    if mistakes:
        raise RowsError("\n".join(mistakes))
    return [Row(key, persona_id, language, int(minutes), greeting) for _, (key, persona_id, language, minutes, greeting) in lines]


def find_mistakes(cells: list[str], line: int, seen: dict[str, int]) -> Iterator[str]:
    """Yield what is wrong with a row; `seen` has the line of each key before it, and gets this one."""
    if len(cells) != len(COLUMNS):
        yield f"there must be {len(COLUMNS)} cells, not {len(cells)}"
        return
    key, persona_id, _, minutes, _ = cells
    if not key:
        yield "the key is empty"
    elif not _KEY.fullmatch(key):
        yield f"the key {key!r} must have letters, digits, dots, hyphens and underscores only"
    elif seen.setdefault(key, line) != line:
        yield f"the key {key!r} is in line {seen[key]} already"
    if not persona_id:
        yield "the persona_id is empty"
    if not re.fullmatch(r"[1-9][0-9]*", minutes):
        yield f"minutes must be a whole number from 1 on, not {minutes!r}"


def part_of(key: str, parts: int) -> int:
    """Return the part of a row, from 1 to `parts`: it depends on nothing but the key."""
    return zlib.crc32(key.encode()) % parts + 1
