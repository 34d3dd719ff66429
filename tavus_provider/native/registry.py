"""The resources and components that the plugin serves, found among the public names of the package."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from ..api.errors import InputError
from ..journal.recovery_names import NATIVE
from ..lifecycle.base import Lifecycle
from ..program.resource import Resource

MODULE = NATIVE
"""How all tokens begin: package and module."""


@functools.cache
def resource_tokens() -> tuple[str, ...]:
    """Return the types of all resources."""
    return tuple(MODULE + name for name in public_names() if _is_resource(name))


@functools.cache
def find_resource(token: str) -> type[Resource]:
    """Return the class of a type. Raises InputError where there is none."""
    name = token.removeprefix(MODULE)
    if name not in public_names() or not _is_resource(name):
        raise InputError(f"tavus has no resource {token}: it has {', '.join(resource_tokens())}")
    found: type[Resource] = getattr(package(), name)
    return found


@functools.cache
def component_tokens() -> tuple[str, ...]:
    """Return the types of all components."""
    return tuple(MODULE + name for name in public_names() if name.endswith("Storage"))


def find_component(token: str) -> Any:
    """Return the class of a component. Raises InputError where there is none."""
    if token not in component_tokens():
        raise InputError(f"tavus has no component {token}: it has {', '.join(component_tokens())}")
    return getattr(package(), token.removeprefix(MODULE))


def find_lifecycle(token: str) -> type[Lifecycle]:
    """Return what a resource of a type does. Raises InputError where there is no such type."""
    return find_resource(token).provider_class.lifecycle


def package() -> Any:
    """Return the package, which loads each public name when that is first used."""
    return importlib.import_module(__package__.rpartition(".")[0])


def public_names() -> list[str]:
    """Return the public names of the package."""
    names: list[str] = package().__all__
    return names


def _is_resource(name: str) -> bool:
    # Loading what is none would load the SDKs of others, too.
    if not name[0].isupper() or name.endswith(("Args", "Result", "Storage", "StorageAws", "Account")):
        return False
    found = getattr(package(), name)
    return isinstance(found, type) and issubclass(found, Resource)
