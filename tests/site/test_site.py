"""The website as it was built: its links, its tabs, its navigation, its search, and that it loads nothing from elsewhere."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.site.html_page import HtmlPage
from tools.browser import SECONDS
from tools.site.__main__ import ROOT, build

RESOURCES = sorted(path.stem for path in ROOT.glob("docs/*.md") if "<details><summary>YAML</summary>" in path.read_text())
MADE_BY_SPHINX = {"search.html", "genindex.html"}
Pages = dict[str, HtmlPage]


def find_target(page: str, link: str) -> tuple[str, str]:
    """Return the path in the site and the anchor that a link of a page leads to."""
    file, _, anchor = link.partition("#")
    return os.path.normpath(Path(page).parent / unquote(file)) if file else page, unquote(anchor)


def test_every_link_leads_somewhere(site: Path, pages: Pages) -> None:
    """Each link within the site leads to a file of the site, and where it names an anchor, that page has it."""
    broken = []
    for page, parsed in pages.items():
        for link in parsed.links:
            if re.match(r"https?:|mailto:", link):
                continue
            file, anchor = find_target(page, link)
            if not (site / file).is_file() or (anchor and file in pages and anchor not in pages[file].anchors):
                broken.append((page, link))
    assert broken == []


def test_no_page_loads_anything_of_another_origin(site: Path, pages: Pages) -> None:
    """What pages, styles and pictures load is a file of the site, or written out in the page itself."""
    foreign = [(page, each) for page, parsed in pages.items() for each in parsed.loaded if re.match(r"(\w+:)?//", each)]
    for path in [*site.rglob("*.css"), *site.rglob("*.svg"), *site.rglob("*.html")]:
        loaded = re.findall(r"url\(\s*['\"]?((?:\w+:)?//[^)]*)|@import\s+['\"]?([^'\";]*)", path.read_text())
        foreign += [(path.name, "".join(each)) for each in loaded]
    assert foreign == []
    missing = [each for page, parsed in pages.items() for each in parsed.loaded if not is_there(site, page, each)]
    assert missing == []


def is_there(site: Path, page: str, address: str) -> bool:
    """Return whether what a page loads is a file of the site, or written out in the address."""
    return address.startswith("data:") or (site / find_target(page, address.partition("?")[0])[0]).is_file()


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_resource_has_a_tab_for_each_language(pages: Pages, resource: str) -> None:
    """Each block that GitHub folds up is a tab of the site."""
    assert pages[f"docs/{resource}.html"].labels == ["Python", "YAML", "TypeScript", "Go"]


def test_no_page_has_a_block_that_is_folded_up(site: Path) -> None:
    """The site has no folded block, only tabs."""
    folded = [str(path) for path in site.rglob("docs/*.html") if "<summary>YAML" in path.read_text()]
    assert folded == []


def test_the_navigation_has_every_page(pages: Pages) -> None:
    """From the front page one gets to each other one through the navigation or the list of examples."""
    reachable = {find_target(page, link)[0] for page in ("index.html", "examples/index.html") for link in pages[page].links}
    assert sorted(set(pages) - reachable - MADE_BY_SPHINX) == []


def test_every_page_of_the_repository_is_in_the_site(pages: Pages) -> None:
    """Each Markdown file of docs/ and each folder of an example has its page."""
    documents = {f"docs/{path.stem}.html" for path in ROOT.glob("docs/*.md") if path.stem != "README"}
    examples = {f"examples/{path.parent.name}.html" for path in ROOT.glob("examples/*/Pulumi.yaml")}
    assert sorted((documents | examples) - set(pages)) == []


def test_the_page_of_an_example_has_each_of_its_files(site: Path) -> None:
    """Three stacks of one program differ in their settings, which the page shows."""
    page = (site / "examples" / "persona-from-files.html").read_text()
    files = ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.stage.yaml", "Pulumi.prod.yaml", "prompt.md", "tools.json")
    assert [file for file in files if f'<span class="pre">{file}</span></code><a class="headerlink"' not in page] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[other](other.md)\n", "other"),
        ("[nowhere](page.md#nowhere)\n", "nowhere"),
        ("```python\nx = 1\n", "not in the list"),
    ],
)
def test_a_mistake_in_a_page_fails_the_build(tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, words: str) -> None:
    """A missing page, a missing heading, and a page that docs/README.md lacks each fail the build."""
    listed = "| [Page](page.md) |\n" if words != "not in the list" else "| [Other](elsewhere.md) |\n"
    for name, content in {
        "README.md": "# Project\n",
        "docs/README.md": f"# Documentation\n\n## Start\n\n| page |\n|---|\n{listed}",
        "docs/page.md": f"# Page\n\n{text}",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert build(tmp_path, tmp_path / "build") != 0
    assert (words if words != "not in the list" else "isn't included in any toctree") in capfd.readouterr().err


def test_a_browser_searches_the_site_in_the_file_system(browser: Chrome, site: Path) -> None:
    """A search for an input finds the page of its resource, and the browser has loaded files only."""
    browser.get(f"{(site / 'search.html').as_uri()}?q=participant_absent_timeout")
    links = (By.CSS_SELECTOR, "ul.search a")
    WebDriverWait(browser, SECONDS).until(lambda _: browser.find_elements(*links))
    WebDriverWait(browser, SECONDS).until(lambda _: "docs/conversation.html" in browser.page_source)
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
    assert [each for each in loaded if not each.startswith("file://")] == []


def test_a_tab_shows_its_language_on_the_next_page_too(browser: Chrome, site: Path) -> None:
    """A reader who chooses Go on one page sees Go on the next one."""
    browser.get((site / "docs" / "persona.html").as_uri())
    browser.find_element(By.XPATH, "//label[normalize-space()='Go']").click()
    assert "tavus.NewPersona" in browser.find_element(By.TAG_NAME, "article").text
    browser.get((site / "docs" / "voice.html").as_uri())
    assert "tavus.NewVoice" in browser.find_element(By.TAG_NAME, "article").text
