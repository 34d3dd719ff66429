"""The site of this checkout, built once, and its pages as parsed HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.site.html_page import HtmlPage
from tools.browser import open_browser
from tools.site.__main__ import ROOT, build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site."""
    folder = tmp_path_factory.mktemp("build")
    assert build(ROOT, folder) == 0
    return folder / "site"


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, HtmlPage]:
    """Return the pages by their paths in the site."""
    return {str(path.relative_to(site)): HtmlPage.read(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Return a browser."""
    with open_browser() as chrome:
        yield chrome
