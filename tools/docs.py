"""
Write docs/: one page for each resource, from its field table. `python -m tools.docs --check` only says whether they are current.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import tavus_provider
from tavus_provider.engine.documentation import described, kind_of
from tavus_provider.engine.fields import Input, table
from tavus_provider.engine.resource import Resource, outputs_of

ROOT = Path(__file__).parents[1]


def pages() -> dict[Path, str]:
    """Return every page's text by its path."""
    documented = [each for each in vars(tavus_provider).values() if inspect.isclass(each) and hasattr(each, "documented_args")]
    return {ROOT / "docs" / f"{_slug(each.__name__)}.md": "\n".join(_page(each)) + "\n" for each in documented}


def _slug(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _page(resource: type) -> Iterator[str]:
    args, source = resource.documented_args  # type: ignore[attr-defined]  # set by `documented`
    yield f"# {resource.__name__}"
    yield ""
    yield inspect.cleandoc(resource.__doc__ or "").partition("\n\nArgs:")[0]
    yield from ("", "## Inputs", "", "| input | type | meaning |", "|---|---|---|")
    yield from (_line(row) for row in table(args))
    for shape in dict.fromkeys(shape for row in table(args) for shape in row.shapes):
        yield from ("", f"### {shape.__name__}", "", inspect.cleandoc(shape.__doc__ or ""))
        yield from ("", "| member | type | meaning |", "|---|---|---|")
        yield from (_line(row, nested=True) for row in table(shape))
    yield from _outputs(resource)
    yield from ("", f"Source of the facts, where no other is named: {source}.")


def _outputs(resource: type) -> Iterator[str]:
    outputs = outputs_of(resource)
    if outputs:
        also = "All inputs, and:" if issubclass(resource, Resource) else "What the component gives:"
        yield from ("", "## Outputs", "", also, "", "| output | meaning |", "|---|---|")
        yield from (f"| `{name}` | {out.doc}{' Secret.' if out.secret else ''} |" for name, out in outputs.items())


def _line(row: Input, nested: bool = False) -> str:
    meaning = described(row, nested).replace("|", "\\|")
    return f"| `{row.name}` | {kind_of(row).replace('|', 'or')} | {meaning} |"


def main() -> None:
    """Write the pages, or check them."""
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv:
        sys.exit(f"docs are not current, run `make docs`: {', '.join(path.name for path in stale)}" if stale else 0)
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
