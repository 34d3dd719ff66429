"""The sandbox lists every decision that Tavus's documents leave open, and marks each in the code."""

from __future__ import annotations

import re
from pathlib import Path

import tavus_provider.sandbox
from tavus_provider.sandbox import ASSUMPTIONS

PACKAGE = Path(tavus_provider.sandbox.__file__).parent
MARK = re.compile(r"# assumed: ([a-z-]+(?:, [a-z-]+)*)")


def find_marks() -> set[str]:
    """Return the names of all marks in the code."""
    sources = [source.read_text() for source in PACKAGE.rglob("*.py")]
    return {name for source in sources for names in MARK.findall(source) for name in names.split(", ")}


def test_every_assumption_is_marked_in_the_code_and_explained_in_the_list() -> None:
    """The marks in the code and the list of assumptions have the same names."""
    assert find_marks() == set(ASSUMPTIONS)
