"""Pages that a test follows: what a reader types and writes, as one script for the shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"(?:^[^\n]*`(?P<file>[\w./-]+\.\w+)`[^`\n]*:\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```", flags=re.DOTALL | re.MULTILINE
)
_DONE_BY_FIXTURES = re.compile(
    r"CHECKOUT=|mkdir |python3 -m venv |\. \.venv/|pip install |tavus-provider sandbox|export (TAVUS|PULUMI)_B"
)
"""Beginnings of the lines that make an environment, a local Tavus and a state, which a test has."""


def write_script(page: str, addresses: dict[str, str] | None = None) -> str:
    """Return the commands of docs/PAGE.md, and a command that writes each file that a line before its block names.

    addresses: what stands for an address of the page, such as that of the local Tavus.
    """
    script = "".join(_write_steps((ROOT / "docs" / f"{page}.md").read_text()))
    for old, new in (addresses or {}).items():
        script = script.replace(old, new)
    return script


def _write_steps(page: str) -> Iterator[str]:
    for block in _BLOCK.finditer(page):
        if block["language"] == "sh":
            lines = block["text"].splitlines(keepends=True)
            yield "".join(line for line in lines if not _DONE_BY_FIXTURES.match(line))
        elif block["file"]:
            yield f"cat > {block['file']} <<'END_OF_FILE'\n{block['text']}END_OF_FILE\n"
