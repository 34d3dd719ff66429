"""Pages of the website before the generator reads them: tabs, links, examples, navigation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.site.navigation import read_sections
from tools.site.pages import convert, find_files, find_pages, render_example, render_site

ROOT = Path(__file__).parents[2]


def write_tree(root: Path, files: dict[str, str]) -> Path:
    """Write files by their paths below `root`, and return the page docs/page.md."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root / "docs" / "page.md"


def test_blocks_that_are_folded_up_become_tabs(tmp_path: Path) -> None:
    """The block before them is the first tab; what follows stays as it is."""
    folded = "<details><summary>YAML</summary>\n\n```yaml\na: 1\n```\n\n</details>\n"
    page = write_tree(tmp_path, {"docs/page.md": f"```python\nA = 1\n```\n\n{folded}\nAfter.\n"})
    assert convert(page, tmp_path) == (
        "::::{tab-set}\n:sync-group: language\n\n"
        ":::{tab-item} Python\n:sync: Python\n\n```python\nA = 1\n```\n:::\n"
        ":::{tab-item} YAML\n:sync: YAML\n\n```yaml\na: 1\n```\n:::\n::::\n\nAfter.\n"
    )


@pytest.mark.parametrize(
    ("link", "becomes"),
    [
        ("other.md#part", "other.md#part"),
        ("../README.md", "../index.md"),
        ("README.md", "index.md"),
        ("../examples/call/program.py", "../examples/call.md"),
        ("../tool/schema.json", "../tool/schema.json"),
        ("#part", "#part"),
        ("https://example.com/README.md", "https://example.com/README.md"),
    ],
)
def test_links_lead_to_where_the_site_has_it(tmp_path: Path, link: str, becomes: str) -> None:
    """README.md is the index of its folder, a file of an example is on the example's page, everything else stays."""
    page = write_tree(tmp_path, {"docs/page.md": f"[text]({link})\n", "examples/call/program.py": ""})
    assert convert(page, tmp_path) == f"[text]({becomes})\n"


def test_code_stays_as_it_is(tmp_path: Path) -> None:
    """Text in a block of code stays, even if it looks like a link."""
    code = "```md\n[text](../README.md)\n```\n"
    assert convert(write_tree(tmp_path, {"docs/page.md": code}), tmp_path) == code


def test_an_example_shows_its_program_first(tmp_path: Path) -> None:
    """The page of an example has the project's description, and leaves out files that tools have made."""
    made = {"node_modules/b.py": "", ".venv/c.py": "", "package-lock.json": "{}\n"}
    write_tree(tmp_path, {"__main__.py": "A = 1\n", "Pulumi.yaml": "description: A call.\n", "a.txt": "", **made})
    shown = render_example(tmp_path)
    assert shown.startswith(f"# {tmp_path.name}\n\nA call.\n\n## `__main__.py`\n\n`````python\n")
    assert [line for line in shown.splitlines() if line.startswith("## ")] == [
        "## `__main__.py`",
        "## `Pulumi.yaml`",
        "## `a.txt`",
    ]


def test_an_example_shows_the_settings_of_its_stacks(tmp_path: Path) -> None:
    """The page shows the example's own settings, and leaves out files with a secret or a salt, which belong to a user."""
    used = "config:\n  tavus:apiKey:\n    secure: v1:abc\n"
    files = {"Pulumi.dev.yaml": "config:\n  a: 1\n", "Pulumi.me.yaml": used, "Pulumi.you.yaml": "encryptionsalt: v1:abc\n"}
    write_tree(tmp_path, files)
    shown = render_example(tmp_path)
    assert [line for line in shown.splitlines() if line.startswith("## ")] == ["## `Pulumi.dev.yaml`"]


def test_the_navigation_has_every_page_of_the_documentation() -> None:
    """docs/README.md lists every page, because its sections are the navigation."""
    sections = list(read_sections((ROOT / "docs" / "README.md").read_text()))
    assert [section.title for section in sections] == ["Start", "How-to", "Resources", "Reference", "Background"]
    listed = [(ROOT / "docs" / link).resolve() for section in sections for link in section.pages]
    assert sorted(listed) == sorted(set(find_pages(ROOT)) - {ROOT / "docs" / "README.md"})


def test_every_file_that_the_pages_link_to_is_in_the_site() -> None:
    """Pictures and other files are copied, pages and examples are rendered."""
    assert {path.name for path in find_files(ROOT)} >= {"preview.svg", "room.png", "dashboard.png", "schema.json"}
    assert {"index.md", "docs/index.md", "examples/index.md", "examples/first-call.md", "examples/ci.md"} <= render_site(
        ROOT
    ).keys()
