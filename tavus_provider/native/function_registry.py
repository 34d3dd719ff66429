"""The lookups of the package as functions that the plugin serves."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_origin

from ..api.client import TavusClient
from ..api.errors import InputError
from ..lifecycle.at_tavus import TavusLifecycle
from ..lookups.documentation import arguments, result_class
from ..lookups.lookup import Lookup
from ..program.names import to_camel, to_snake
from ..schema.fields import Table
from .registry import MODULE, find_lifecycle, package, public_names

ITEMS = "items"
"""Name of the list that a function returns which finds many."""


@dataclass(frozen=True)
class Function:
    """A lookup as a function. python: the function of programs in Python. lookup: what it does."""

    python: Callable[..., Any]
    lookup: Lookup[Any]

    @property
    def is_list(self) -> bool:
        """Whether it finds many."""
        returned: Any = self.python.__annotations__["return"]
        return get_origin(returned) is list

    @property
    def arguments(self) -> Table:
        """The arguments; the account is the provider that a program names in the options."""
        return Table(tuple(row for row in arguments(self.python) if row.name != "account"))

    @property
    def result(self) -> type:
        """The class of what it finds."""
        return result_class(self.python)

    def call(self, client: TavusClient, query: Mapping[str, Any]) -> Any:
        """Return what it finds: an object of `result`, or a list of such. Raises as `Lookup` does."""
        return (self.lookup.list_all if self.is_list else self.lookup.find_one)(client, query)


@functools.cache
def function_tokens() -> tuple[str, ...]:
    """Return the tokens of all functions."""
    names = (name for name in public_names() if name.startswith("get_") and not name.endswith("_output"))
    return tuple(MODULE + to_camel(name) for name in names)


@functools.cache
def find_function(token: str) -> Function:
    """Return the function of a token. Raises InputError where there is none."""
    if token not in function_tokens():
        raise InputError(f"tavus has no function {token}: it has {', '.join(function_tokens())}")
    python = getattr(package(), to_snake(token.removeprefix(MODULE)))
    lookups = vars(inspect.getmodule(python)).values()
    return Function(python, next(each for each in lookups if isinstance(each, Lookup)))


@functools.cache
def find_list(token: str) -> Function | None:
    """Return the function that lists all resources of a type, None where there is none."""
    lifecycle = find_lifecycle(token)
    if not issubclass(lifecycle, TavusLifecycle):
        return None
    # Conversations are no objects of the kind that names its id.
    id_ = getattr(lifecycle, "id_field", "conversation_id")
    listing = (find_function(each) for each in function_tokens())
    return next((each for each in listing if each.is_list and each.lookup.id_field == id_), None)
