"""The pages that people read: links lead somewhere, quoted programs and errors exist, and each page can be found."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tavus_provider.cli.main import cli
from tavus_provider.sandbox.control.client import ControlClient

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    """Return a page's path in the repository."""
    return str(path.relative_to(ROOT))


@functools.cache
def prose(path: Path) -> str:
    """Return a page without its blocks of code, in which nothing is a link or a heading."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def links(path: Path) -> list[str]:
    """Return the targets of a page's links within the repository."""
    return [link for link in LINK.findall(prose(path)) if "://" not in link]


@functools.cache
def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    slugs = [re.sub(r"[^\w\- ]", "", LINK.sub("]", heading).lower()).replace(" ", "-") for heading in headings]
    seen: Counter[str] = Counter()
    for slug in slugs:
        seen[slug] += 1
    return {slug if count == 0 else f"{slug}-{count}" for slug, total in seen.items() for count in range(total)}


def test_keys_and_objects_are_where_tavus_has_them_today() -> None:
    """No message, program or page sends anybody to a page that Tavus's platform had before PAL Maker."""
    texts = [*PAGES, *ROOT.glob("tavus_provider/**/*.py"), *ROOT.glob("examples/**/*.py"), *ROOT.glob("tools/**/*.py")]
    before = re.compile(r"platform\.tavus\.io/(api-keys|billing|personas|replicas|dev)")
    assert [name(path) for path in texts if before.search(path.read_text())] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    """The file exists, and where a heading is named, the file has that heading."""
    broken = []
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("index", ["README.md", "docs/README.md"])
def test_every_page_is_one_click_away(index: str) -> None:
    """Both the front page and the index of the documentation link to every other page."""
    page = ROOT / index
    linked = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
    others = {*PAGES} - {page, ROOT / "README.md"}
    assert sorted(map(name, others - linked)) == []


def test_the_program_of_the_readme_is_an_example() -> None:
    """The first program that people read is one that the tests run."""
    programs = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    assert programs[0] == (ROOT / "examples" / "recorded-call" / "__main__.py").read_text()


def test_the_list_of_examples_is_complete() -> None:
    """Every example has a row in examples/README.md."""
    listed = {
        link.split("/")[0]
        for link in links(ROOT / "examples" / "README.md")
        if link.count("/") == 1 and link.endswith((".py", ".yaml", ".ts", ".go"))
    }
    assert listed == {path.parent.name for path in ROOT.glob("examples/*/Pulumi.yaml")}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    """A path that ends in `.py`, and one that begins with `tests/`, is that of a file or folder."""
    paths = re.findall(r"(?<![\w/<>.-])(?:[\w-]+/)+\w+\.py\b|\btests/[\w/.-]*\w(?![<\w])", prose(page))
    roots = (ROOT, ROOT / "tavus_provider", page.parent)
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    """Words after `-k` are part of the name of a test in the file before them."""
    named = re.findall(r"`(?:pytest )?(?:tests/)?([\w/]+\.py) -k (\w+)`", prose(page))
    tests = {file: re.findall(r"def (test_\w+)", (ROOT / "tests" / file).read_text()) for file, _ in named}
    assert [(file, words) for file, words in named if not any(words in test for test in tests[file])] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_python_name_that_a_page_names_exists(page: Path) -> None:
    """`tavus_provider.…` is a module, or a name in the source of one; nothing is imported, since pulumi-aws takes seconds."""
    missing = []
    for dotted in re.findall(r"`(tavus_provider(?:\.\w+)+)", prose(page)):
        path = ROOT.joinpath(*dotted.split("."))
        sources = [path.parent.with_suffix(".py"), path.parent / "__init__.py", path.parent / "__init__.pyi"]
        names = {word for source in sources if source.exists() for word in re.findall(r"\w+", source.read_text())}
        if not (path.exists() or path.with_suffix(".py").exists() or path.name in names):
            missing.append(dotted)
    assert missing == []


def test_the_page_of_the_sandbox_names_what_its_control_has() -> None:
    """Each function on the page is one of `control`."""
    page = (ROOT / "docs" / "sandbox.md").read_text()
    functions = {*re.findall(r"`(?:control\.)?([a-z_]+)\(", page), *re.findall(r"tavus\.control\.(\w+)", page)}
    assert {function for function in functions if not hasattr(ControlClient, function)} == set()


def texts(filled_in: str = "…") -> Iterator[str]:
    """Yield each text in the code of the package, its tests and tools, with this for what an f-string fills in."""
    for folder in ("tavus_provider", "tests", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else filled_in for part in node.values)


def test_the_errors_on_the_page_of_errors_are_those_of_the_code() -> None:
    """Each quoted error is part of a message in the package or in a test, but for the last, which is Pulumi's own."""
    rows = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs" / "troubleshooting.md").read_text(), flags=re.MULTILINE)
    known = "\n".join(texts())
    # What varies in a message is left out: `…`, the status, and the quotes around what Tavus said.
    parts = {row: re.split(r" … |(?<=Tavus answered) \d+ ?|'", row) for row in rows[:-1]}
    assert [row for row, fixed in parts.items() if not all(part in known for part in fixed)] == []


def test_the_page_of_commands_names_every_option() -> None:
    """Each command has a heading, and its section names each of the command's options."""
    page = (ROOT / "docs" / "commands.md").read_text()
    for command, options in cli.commands.items():
        section = page.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
        flags = [flag for option in options.params for flag in option.opts if flag.startswith("--")]
        assert [flag for flag in flags if flag not in section] == [], command


COMMAND = r"(?:tools/pulumi/)?(?:pulumi|tavus-provider|make|pip|python|pytest|aws|curl|export|ln) "


def commands(page: str) -> list[str]:
    """Return the commands of a page: in its text, and lines of its blocks for a shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    return [*re.findall(f"`({COMMAND}[^`]*)`", page), *"".join(blocks).splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_on_a_page_can_be_copied(page: Path) -> None:
    """None has an ellipsis; what the reader has to fill in is in capitals."""
    assert [command for command in commands(page.read_text()) if "…" in command] == []


def test_every_command_in_a_message_can_be_copied() -> None:
    """None has an ellipsis: in the text of the package, its tests and tools, and in the Makefile."""
    messages = [*texts(filled_in="VALUE"), (ROOT / "Makefile").read_text()]
    assert [command for text in messages for command in re.findall(rf"\b{COMMAND}[^`\n]*…", text)] == []
