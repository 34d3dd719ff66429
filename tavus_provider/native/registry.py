"""What the plugin serves, found among the public names of the package: resources, and lookups as functions."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_origin

from ..api.client import TavusClient
from ..api.errors import InputError
from ..journal.recovery_names import NATIVE
from ..lifecycle.at_tavus import TavusLifecycle
from ..lifecycle.base import Lifecycle
from ..lookups.documentation import arguments, result_class
from ..lookups.lookup import Lookup
from ..program.names import to_camel, to_snake
from ..program.resource import Resource
from ..schema.fields import Table

MODULE = NATIVE
"""How all tokens begin: package and module."""
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
def resource_tokens() -> tuple[str, ...]:
    """Return the types of all resources."""
    return tuple(MODULE + name for name in _public_names() if _is_resource(name))


@functools.cache
def function_tokens() -> tuple[str, ...]:
    """Return the tokens of all functions."""
    names = (name for name in _public_names() if name.startswith("get_") and not name.endswith("_output"))
    return tuple(MODULE + to_camel(name) for name in names)


@functools.cache
def find_resource(token: str) -> type[Resource]:
    """Return the class of a type. Raises InputError where there is none."""
    name = token.removeprefix(MODULE)
    if name not in _public_names() or not _is_resource(name):
        raise InputError(f"tavus has no resource {token}: it has {', '.join(resource_tokens())}")
    found: type[Resource] = getattr(_package(), name)
    return found


@functools.cache
def component_tokens() -> tuple[str, ...]:
    """Return the types of all components."""
    return tuple(MODULE + name for name in _public_names() if name.endswith("Storage"))


def find_component(token: str) -> Any:
    """Return the class of a component. Raises InputError where there is none."""
    if token not in component_tokens():
        raise InputError(f"tavus has no component {token}: it has {', '.join(component_tokens())}")
    return getattr(_package(), token.removeprefix(MODULE))


def find_lifecycle(token: str) -> type[Lifecycle]:
    """Return what a resource of a type does. Raises InputError where there is no such type."""
    return find_resource(token).provider_class.lifecycle


@functools.cache
def find_function(token: str) -> Function:
    """Return the function of a token. Raises InputError where there is none."""
    if token not in function_tokens():
        raise InputError(f"tavus has no function {token}: it has {', '.join(function_tokens())}")
    python = getattr(_package(), to_snake(token.removeprefix(MODULE)))
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


def _package() -> Any:
    return importlib.import_module(__package__.rpartition(".")[0])


def _public_names() -> list[str]:
    names: list[str] = _package().__all__
    return names


def _is_resource(name: str) -> bool:
    # Loading what is none would load the SDKs of others, too.
    if not name[0].isupper() or name.endswith(("Args", "Result", "Storage", "StorageAws", "Account")):
        return False
    found = getattr(_package(), name)
    return isinstance(found, type) and issubclass(found, Resource)
