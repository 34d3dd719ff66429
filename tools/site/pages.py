"""Pages of the site, from the repository's Markdown and its examples: a dict of text by path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from tools.programs.usage import NAMES

from .navigation import read_sections, render_toctree

_LANGUAGES = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n(?P<others>(?:\n<details><summary>[^<]+</summary>\n.*?\n</details>\n)+)",
    flags=re.DOTALL | re.MULTILINE,
)
_OTHER = re.compile(r"<details><summary>(?P<title>[^<]+)</summary>\n(?P<block>.*?)\n</details>", flags=re.DOTALL)
_CODE = re.compile(r"^(`{3,}|:{3,}).*?^\1", flags=re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
_LEXERS = {
    ".py": "python",
    ".ts": "typescript",
    ".js": "javascript",
    ".go": "go",
    ".sh": "sh",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".toml": "toml",
    ".html": "html",
    ".css": "css",
    ".md": "markdown",
    ".txt": "text",
    ".mod": "text",
}
"""Files of examples that are shown, with the language in which they are highlighted."""
_MADE = re.compile(r"node_modules|__pycache__|\..+|package-lock\.json")
"""Names of folders and files that tools have made."""
_SETTINGS = re.compile(r"Pulumi\..+\.yaml")
"""Names of files with the settings of a stack."""
_OF_A_USER = re.compile(r"^(encryptionsalt|encryptedkey|secretsprovider):|\bsecure:", flags=re.MULTILINE)
"""What Pulumi writes into the settings of a stack that somebody has used: an example's own settings have no secret."""
_FIRST = {"__main__.py": 0, "index.ts": 0, "main.go": 0, "Pulumi.yaml": 1}
"""Files that an example's page begins with."""


def find_pages(root: Path) -> list[Path]:
    """Return the Markdown files that are pages."""
    return sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("examples/*.md")])


def find_examples(root: Path) -> list[Path]:
    """Return the folders of examples."""
    return sorted(path for path in root.glob("examples/*") if path.is_dir() and any(_find_sources(path)))


def render_site(root: Path) -> dict[str, str]:
    """Return the text of each page by its path below `root`; README.md of a folder becomes index.md."""
    pages = {_name(path.relative_to(root)): convert(path, root) for path in find_pages(root)}
    pages["index.md"] += "".join(_render_navigation((root / "docs" / "README.md").read_text()))
    examples = find_examples(root)
    if examples:
        pages["examples/index.md"] += render_toctree("", {f"{folder.name}.md": folder.name for folder in examples})
    return pages | {f"examples/{folder.name}.md": render_example(folder) for folder in examples}


def find_files(root: Path) -> Iterator[Path]:
    """Yield pictures and other files, relative to `root`, that pages link to and that are no pages."""
    for page in find_pages(root):
        targets = (
            _resolve(page, link, root) for link in re.findall(r'(?:\]\(|src=")([^)"\s]+)', _CODE.sub("", page.read_text()))
        )
        yield from (each for each in targets if each and each.suffix != ".md" and not _is_in_example(each, root))


def convert(page: Path, root: Path) -> str:
    """Return a page's text with tabs for languages, and links to where the site has what they lead to."""
    text = _LANGUAGES.sub(lambda found: render_tabs(found["language"], found["code"], found["others"]), page.read_text())
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [_convert_links(text[end : code.start()], page, root), code[0]]
        end = code.end()
    return "".join([*parts, _convert_links(text[end:], page, root)])


def render_tabs(language: str, code: str, others: str) -> str:
    """Return one tab for the block of a language, and one for each of those that `<details>` folds up at GitHub."""
    blocks = {NAMES.get(language, language): f"```{language}\n{code}```"}
    blocks |= {other["title"]: other["block"].strip() for other in _OTHER.finditer(others)}
    tabs = "\n".join(f":::{{tab-item}} {title}\n:sync: {title}\n\n{block}\n:::" for title, block in blocks.items())
    return f"::::{{tab-set}}\n:sync-group: language\n\n{tabs}\n::::\n"


def render_example(folder: Path) -> str:
    """Return a page with what an example is and with its files, its program first."""
    project = folder / "Pulumi.yaml"
    description = yaml.safe_load(project.read_text()).get("description", "") if project.exists() else ""
    sources = sorted(_find_sources(folder), key=lambda path: (_FIRST.get(path.name, len(_FIRST)), path))
    blocks = (f"## `{path.relative_to(folder)}`\n\n`````{_LEXERS[path.suffix]}\n{path.read_text()}`````\n" for path in sources)
    return "\n".join([f"# {folder.name}\n\n{description}\n", *blocks])


def _find_sources(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        is_made = any(_MADE.fullmatch(part) for part in path.relative_to(folder).parts)
        if path.suffix in _LEXERS and path.is_file() and not is_made and not _is_of_a_user(path):
            yield path


def _is_of_a_user(path: Path) -> bool:
    return bool(_SETTINGS.fullmatch(path.name) and _OF_A_USER.search(path.read_text()))


def _render_navigation(index: str) -> Iterator[str]:
    for section in read_sections(index):
        pages = {_name(Path(os.path.normpath(f"docs/{link}"))): title for link, title in section.pages.items()}
        yield render_toctree(section.title, {"self" if name == "index.md" else name: title for name, title in pages.items()})
    yield render_toctree("", {"docs/index.md": "All pages"})


def _convert_links(prose: str, page: Path, root: Path) -> str:
    return _LINK.sub(lambda link: _convert_link(link[1], page, root), prose)


def _convert_link(link: str, page: Path, root: Path) -> str:
    target = _resolve(page, link, root)
    if target is None:
        return link
    anchor = "#" + link.partition("#")[2] if "#" in link else ""
    if _is_in_example(target, root):
        target = Path("examples", f"{target.parts[1]}.md")
    return os.path.relpath(_name(target), page.parent.relative_to(root)) + anchor


def _resolve(page: Path, link: str, root: Path) -> Path | None:
    """Return what a link leads to, relative to `root`; None for an anchor of the page and for an address elsewhere."""
    file = link.partition("#")[0]
    return None if not file or "://" in link else Path(os.path.normpath(page.parent / file)).relative_to(root)


def _is_in_example(target: Path, root: Path) -> bool:
    return len(target.parts) > 2 and root / Path(*target.parts[:2]) in find_examples(root)


def _name(path: Path) -> str:
    return str(path.with_name("index.md") if path.name == "README.md" else path)
