"""
The page docs/lookups.md, from the functions that look something up, what they take and what they find.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import tavus_provider
from tavus_provider import lookups
from tavus_provider.lookups.documentation import arguments, result
from tavus_provider.program.resource import find_outputs
from tavus_provider.schema.documentation import describe_input, describe_type

Function = Callable[..., Any]


def page() -> str:
    """Return the page's text."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield from ("# Lookups", "")
    yield _fenced(inspect.cleandoc(lookups.__doc__ or ""))
    plain = [getattr(tavus_provider, name) for name in tavus_provider.__all__ if name.startswith("get_")]
    plain = [function for function in plain if not function.__name__.endswith("_output")]
    plain.sort(key=lambda function: function.__annotations__["return"] is not result(function))  # one before many
    for found in sorted(set(map(result, plain)), key=lambda found: found.__name__):
        yield from _section(found, [function for function in plain if result(function) is found])


def _section(found: type, functions: list[Function]) -> Iterator[str]:
    told, _, source = inspect.cleandoc(sys.modules[found.__module__].__doc__ or "").partition("\n\nSource: ")
    names = " and ".join(f"`{function.__name__}`" for function in functions)
    yield from ("", f"## {found.__name__.removesuffix('Result')}", "", f"{told} {names}, and both with `_output`.")
    yield from ("", "| argument | type | of | meaning |", "|---|---|---|---|")
    rows = {row.name: row for function in functions for row in arguments(function) if row.name != "account"}
    for row in rows.values():
        takers = ", ".join(f"`{each.__name__}`" for each in functions if row in arguments(each))
        yield f"| `{row.name}` | {describe_type(row).replace('|', 'or')} | {takers} | {describe_input(row, nested=True)} |"
    yield from ("", f"### {found.__name__}", "", inspect.cleandoc(found.__doc__ or ""))
    yield from ("", "| field | meaning |", "|---|---|")
    yield from (f"| `{name}` | {out.doc} |" for name, out in find_outputs(found).items())
    yield from ("", f"Source: {source}")


def _fenced(text: str) -> str:
    """Return text whose indented example is fenced, as it is on the other pages."""
    before, _, rest = text.partition("\n\n    ")
    code, _, after = rest.partition("\n\n")
    return f"{before}\n\n```python\n{code.replace(chr(10) + '    ', chr(10))}\n```\n\n{after}"
