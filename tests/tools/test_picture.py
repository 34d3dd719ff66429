"""Picture of a preview, docs/preview.svg: how it is rendered, and that the kept one shows a replacement."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree as ET

from tools.picture import EDITS, EXAMPLE, PICTURE, render


def visible_text(svg: str) -> str:
    """Return the text of a picture, joined with spaces."""
    texts = [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    return " ".join(" ".join(texts).split())


def test_the_picture_shows_what_the_terminal_shows() -> None:
    """Colors become styles, spaces stay, and the picture loads nothing from elsewhere."""
    picture = render("\x1b[38;5;13m+-replace\x1b[0m\n    4 unchanged\n")
    assert visible_text(picture) == "pulumi preview --diff +-replace 4 unchanged"
    assert "\u00a0\u00a0\u00a0\u00a04" in html.unescape(picture)
    assert "url(http" not in picture
    assert 'url("' not in picture


def test_the_kept_picture_shows_the_replacement_of_the_example() -> None:
    """The example still contains what the picture's command edits, and the picture shows both values of each edit."""
    program, picture = (EXAMPLE / "__main__.py").read_text(), visible_text(PICTURE.read_text())
    assert [edit for edit in EDITS if program.count(edit) != 1] == []
    for shown in ("tavus:Conversation: (replace)", "1800 => 3600", "~ language", "+-1 to replace", "4 unchanged"):
        assert shown in picture


def test_the_kept_picture_is_well_formed() -> None:
    """The picture is well-formed SVG."""
    assert ET.fromstring(PICTURE.read_text()).tag.endswith("svg")  # noqa: S314 - a file of this repository
