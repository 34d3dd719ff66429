"""Paths of calls: the one place where an id becomes part of an address."""

from __future__ import annotations

from typing import TypeGuard
from urllib.parse import quote

from ..schema.formats import validate_id
from .errors import InputError

_LONGEST = 100
"""Characters of an id that an error repeats."""


def is_id(value: object) -> TypeGuard[str]:
    """Tell whether `value` can be the id of an object at Tavus."""
    return isinstance(value, str) and validate_id(value) is None


def path_to(collection: str, id_: str, *below: str) -> str:
    """Return the path of the object `id_` in `collection`, or of what is `below` it.

    Raises InputError for what cannot be an id: "../conversations/c1" would lead to something else.
    """
    reason = validate_id(id_)
    if reason:
        raise InputError(
            f"could not call Tavus about {id_[:_LONGEST]!r}: it {reason}; correct it, and where only the state still has it, run "
            "`pulumi state delete URN`"
        )
    return "/".join((collection, quote(id_, safe=""), *below))
