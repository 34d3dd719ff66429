"""Navigation of the site: the headings of docs/README.md are its sections, and the links of their tables its pages.

So readers at GitHub and readers of the site have one list, and nobody writes a second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ROW = re.compile(r"^\| \[(?P<title>[^\]]+)\]\((?P<link>[^)#\s]+)\) \|", flags=re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """Section of the navigation.

    title: its heading.
    pages: links of its pages, relative to docs/, with the title of each.
    """

    title: str
    pages: dict[str, str]


def read_sections(index: str) -> Iterator[Section]:
    """Yield the sections of the text of docs/README.md."""
    for part in index.split("\n## ")[1:]:
        title = part.partition("\n")[0]
        yield Section(title, {row["link"]: row["title"].replace("`", "") for row in _ROW.finditer(part)})


def render_toctree(title: str, pages: dict[str, str]) -> str:
    """Return a section as Sphinx's directive; `pages` has the title of each path that is relative to the page with it."""
    entries = "\n".join(f"{text} <{path.removesuffix('.md')}>" for path, text in pages.items())
    caption = f":caption: {title}\n" if title else ""
    return f"\n```{{toctree}}\n:hidden:\n{caption}\n{entries}\n```\n"
