"""Markdown tables of the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tavus_provider.schema.documentation import describe_input, describe_type
from tavus_provider.schema.fields import InputSpec
from tavus_provider.schema.outputs import find_outputs


def render_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, after an empty one."""
    yield from ("", f"| {' | '.join(titles)} |", "|" + "---|" * len(titles))
    yield from (f"| {' | '.join(row)} |" for row in rows)


def render_outputs(title: str, of: type) -> Iterator[str]:
    """Yield the table of the outputs that a class is annotated with."""
    rows = ((f"`{name}`", out.doc + (" Secret." if out.secret else "")) for name, out in find_outputs(of).items())
    return render_table((title, "meaning"), rows)


def type_cell(row: InputSpec) -> str:
    """Return the type of an input for a cell of a table."""
    return describe_type(row).replace("|", "or")


def meaning_cell(row: InputSpec, nested: bool = False) -> str:
    """Return the meaning of an input for a cell of a table."""
    return describe_input(row, nested).replace("|", "\\|")
