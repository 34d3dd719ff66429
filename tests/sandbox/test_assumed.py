"""What the sandbox decides because the contract leaves it open is written down, each in its place."""

from __future__ import annotations

import re
from pathlib import Path

import tavus_provider.sandbox
from tavus_provider.sandbox import ASSUMED

PACKAGE = Path(tavus_provider.sandbox.__file__).parent
MARK = re.compile(r"# assumed: ([a-z-]+(?:, [a-z-]+)*)")


def marked() -> set[str]:
    """Return the names that the code marks."""
    sources = [source.read_text() for source in PACKAGE.glob("*.py")]
    return {name for source in sources for names in MARK.findall(source) for name in names.split(", ")}


def test_every_decision_is_marked_in_the_code_and_explained_in_the_list() -> None:
    """The marks in the code and the list of decisions are the same."""
    assert marked() == set(ASSUMED)
