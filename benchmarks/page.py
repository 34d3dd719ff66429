"""Page docs/performance.md: its text is written by hand, its tables stand between markers and come from the samples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from .samples import Results
from .tables import TABLES

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
_BETWEEN = re.compile(r"<!-- begin (\w+) -->\n.*?<!-- end \1 -->", re.DOTALL)


def fill_tables(text: str, results: Results, tables: Mapping[str, Callable[[Results], str]] = TABLES) -> str:
    """Return the page with every table filled from the samples."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return f"<!-- begin {name} -->\n{tables[name](results)}\n<!-- end {name} -->"

    return _BETWEEN.sub(fill, text)


def write(results: Results, folder: Path = DOCS) -> None:
    """Write the page and the plots into `folder`."""
    from .plot import draw  # noqa: PLC0415  # tables need no matplotlib

    (folder / PAGE.name).write_text(fill_tables(PAGE.read_text(), results))
    draw(results, folder / "performance.png")
