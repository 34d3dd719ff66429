"""Documentation of lookups, from the tables of their arguments."""

import inspect
import typing
from collections.abc import Callable
from typing import Any, TypeVar

from ..schema.documentation import describe_input, describe_type
from ..schema.fields import InputSpec, table

Function = TypeVar("Function", bound=Callable[..., Any])


def add_documentation(function: Function) -> Function:
    """Append the arguments of a lookup to its docstring."""
    args = [f"    {row.name} ({describe_type(row)}): {describe_input(row, nested=True)}" for row in arguments(function)]
    function.__doc__ = "\n".join([inspect.cleandoc(function.__doc__ or ""), "", "Args:", *args])
    return function


def arguments(function: Callable[..., Any]) -> list[InputSpec]:
    """Return the arguments of a lookup: the members of the `TypedDict` that they are unpacked from, `account` last."""
    (args,) = typing.get_args(next(iter(function.__annotations__.values())))
    return sorted(table(typing.get_origin(args) or args), key=lambda row: row.name == "account")


def result_class(function: Callable[..., Any]) -> type:
    """Return the class of the objects that a lookup finds."""
    annotation: Any = function.__annotations__["return"]
    # It stands alone, in a list, or in an output of either.
    while typing.get_args(annotation):
        (annotation,) = typing.get_args(annotation)
    return typing.cast("type", annotation)
