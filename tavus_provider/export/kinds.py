"""Kinds of objects that can be exported, found among the public names of the package."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..api.client import TavusClient
from ..api.errors import InputError
from ..lifecycle.tavus_object import TavusObjectLifecycle
from ..lookups.lookup import Lookup
from ..native.function_registry import find_list
from ..native.registry import MODULE, find_lifecycle, resource_tokens
from ..schema.fields import Table, table


@dataclass(frozen=True, eq=False)  # hashed by identity, because a lookup holds dicts
class Kind:
    """One kind. resource: name of its class. lookup: how its objects are listed."""

    resource: str
    lifecycle: type[TavusObjectLifecycle]
    lookup: Lookup[Any]

    @property
    def word(self) -> str:
        """The kind in a command line, as in "pronunciation-dictionary"."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.resource).lower()

    def list_own(self, client: TavusClient) -> list[str]:
        """Return the ids of the account's own objects. Raises as `client.send` does."""
        filters = {"system": False} if "system" in table(self.lookup.filters).spellings else {}
        # Tavus filters some lists only, so that voices of its catalog come, too.
        found = [each for each in self.lookup.list_all(client, filters) if _is_own(each)]
        return [getattr(each, self.lookup.id_field) for each in found]

    def is_own(self, client: TavusClient, id_: str) -> bool:
        """Tell whether an object is there and belongs to the account, not to Tavus. Raises as `client.send` does."""
        try:
            return _is_own(self.lookup.find_one(client, {"id": id_}))
        except InputError:
            return False


@functools.cache
def find_kinds() -> Mapping[str, Kind]:
    """Return all kinds, by the names of their classes."""
    return {kind.resource: kind for kind in _find_kinds()}


def find_kind(word: str) -> Kind:
    """Return the kind of a word. Raises InputError where there is none."""
    for kind in find_kinds().values():
        if kind.word == word:
            return kind
    words = ", ".join(kind.word for kind in find_kinds().values())
    raise InputError(f"could not export a {word}: there is no such kind; write one of {words}")


@functools.cache
def find_references() -> Mapping[str, str]:
    """Return the inputs that hold ids, each with the class of what it refers to."""
    return {name: resource for kind in find_kinds().values() for name, resource in _find_references(table(kind.lifecycle.args))}


def _is_own(found: object) -> bool:
    return not any(name.endswith("_type") and value == "system" for name, value in vars(found).items())


def _find_kinds() -> Iterator[Kind]:
    for token in resource_tokens():
        lifecycle, listing = find_lifecycle(token), find_list(token)
        if issubclass(lifecycle, TavusObjectLifecycle) and listing:
            yield Kind(token.removeprefix(MODULE), lifecycle, listing.lookup)


def _find_references(rows: Table) -> Iterator[tuple[str, str]]:
    for row in rows:
        of_items = row.item.resource if row.item else ""
        if row.field.reference:
            yield row.field.reference, row.resource or of_items
        if row.field.reference_of_several:
            yield row.field.reference_of_several, of_items
        for shape in row.shapes:
            yield from _find_references(table(shape))
