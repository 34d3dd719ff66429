"""Links, loaded addresses and anchors of an HTML page."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Self


@dataclass
class HtmlPage:
    """Page of the site.

    links: targets of `<a href>`.
    loaded: addresses of what a browser fetches to show the page: scripts, styles, pictures, frames.
    anchors: ids.
    labels: titles of the tabs.
    """

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Parse a file."""
        page = cls()
        _Parser(page).feed(path.read_text())
        return page


class _Parser(HTMLParser):
    """Parser that fills in a page."""

    def __init__(self, page: HtmlPage) -> None:
        super().__init__()
        self.page = page
        self.in_label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element refers to."""
        values = {name: value for name, value in attrs if value}
        if "id" in values:
            self.page.anchors.add(values["id"])
        if "href" in values:
            (self.page.links if tag == "a" else self.page.loaded).append(values["href"])
        self.page.loaded += [values[name] for name in ("src", "data", "poster", "srcset") if name in values]
        self.in_label = tag == "label" and "sd-tab-label" in values.get("class", "")

    def handle_data(self, data: str) -> None:
        """Take the title of a tab."""
        if self.in_label:
            self.page.labels.append(data.strip())
            self.in_label = False
