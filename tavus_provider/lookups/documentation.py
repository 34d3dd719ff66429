"""
Documentation of lookups, from the tables of what they take.
"""

import inspect
import typing
from collections.abc import Callable
from typing import Any, TypeVar

from ..schema.documentation import describe_input, describe_type
from ..schema.fields import Input, table

Function = TypeVar("Function", bound=Callable[..., Any])


def add_documentation(function: Function) -> Function:
    """Append to the docstring of a lookup what it takes."""
    args = [f"    {row.name} ({describe_type(row)}): {describe_input(row, nested=True)}" for row in arguments(function)]
    function.__doc__ = "\n".join([inspect.cleandoc(function.__doc__ or ""), "", "Args:", *args])
    return function


def arguments(function: Callable[..., Any]) -> list[Input]:
    """Return what a lookup takes: the members of the `TypedDict` that its arguments are unpacked from, `account` last."""
    (args,) = typing.get_args(next(iter(function.__annotations__.values())))
    return sorted(table(typing.get_origin(args) or args), key=lambda row: row.name == "account")


def result(function: Callable[..., Any]) -> type:
    """Return the class of what a lookup finds."""
    found: Any = function.__annotations__["return"]
    while typing.get_args(found):
        (found,) = typing.get_args(found)
    return typing.cast("type", found)
