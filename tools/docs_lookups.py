"""Page docs/lookups.md, from the lookup functions, their arguments and their results."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import tavus_provider
from tavus_provider import lookups
from tavus_provider.lookups.documentation import arguments, result_class
from tavus_provider.schema.fields import InputSpec
from tools.markdown import meaning_cell, render_outputs, render_table, type_cell

Function = Callable[..., Any]


def render_page() -> str:
    """Return the page's text."""
    return "\n".join(_render_lines()) + "\n"


def _render_lines() -> Iterator[str]:
    yield from ("# Lookups", "")
    yield _fence_example(inspect.cleandoc(lookups.__doc__ or ""))
    public = [getattr(tavus_provider, name) for name in tavus_provider.__all__ if name.startswith("get_")]
    plain = [function for function in public if not function.__name__.endswith("_output")]
    plain.sort(key=lambda function: function.__annotations__["return"] is not result_class(function))  # one before many
    for result in sorted(set(map(result_class, plain)), key=lambda result: result.__name__):
        yield from _render_section(result, [function for function in plain if result_class(function) is result])


def _render_section(result: type, functions: list[Function]) -> Iterator[str]:
    summary, _, source = inspect.cleandoc(sys.modules[result.__module__].__doc__ or "").partition("\n\nSource: ")
    names = " and ".join(f"`{function.__name__}`" for function in functions)
    yield from ("", f"## {result.__name__.removesuffix('Result')}", "", f"{summary} {names}, and both with `_output`.")
    yield from _render_arguments(functions)
    yield from ("", f"### {result.__name__}", "", inspect.cleandoc(result.__doc__ or ""))
    yield from render_outputs("field", result)
    yield from ("", f"Source: {source}")


def _render_arguments(functions: list[Function]) -> Iterator[str]:
    # All functions take an account, which the beginning of the page explains.
    rows = {row.name: row for function in functions for row in arguments(function) if row.name != "account"}
    cells = (
        (f"`{row.name}`", type_cell(row), _name_users(row, functions), meaning_cell(row, nested=True)) for row in rows.values()
    )
    return render_table(("argument", "type", "of", "meaning"), cells)


def _name_users(row: InputSpec, functions: list[Function]) -> str:
    return ", ".join(f"`{each.__name__}`" for each in functions if row in arguments(each))


def _fence_example(text: str) -> str:
    """Return the text with its indented example as a fenced block, as on the other pages."""
    before, _, rest = text.partition("\n\n    ")
    code, _, after = rest.partition("\n\n")
    return f"{before}\n\n```python\n{code.replace(chr(10) + '    ', chr(10))}\n```\n\n{after}"
