"""Names that we choose where a program gives none; by such a name the next run finds what an interrupted one created.

A name ends in random digits, and the journal knows it. With `tavus:recovery=account` it ends in a digest of the URN and one of
the inputs instead: every run on every machine chooses the same name, and looks for it before it creates anything.
"""

from __future__ import annotations

import secrets

from .intent import digest

NATIVE, DYNAMIC = "tavus:index:", "pulumi-python:dynamic/tavus:"
"""How the types of resources begin: in the native plugin, and in the dynamic provider."""


def resource_name(urn: str) -> str:
    """Return the name by which the program knows a resource: the last part of its URN."""
    return urn.rpartition("::")[2]


def random_name(prefix: str) -> str:
    """Return a name that nobody else chose: the prefix and seven random hexadecimal digits."""
    return f"{prefix}-{secrets.token_hex(4)[:7]}"


def unify(urn: str) -> str:
    """Return a URN as the dynamic provider has it: by its type it would be another resource in the native plugin."""
    place, separator, name = urn.rpartition("::")
    return f"{place.replace(NATIVE, DYNAMIC)}{separator}{name}"


def recovery_prefix(urn: str) -> str:
    """Return the beginning of all names that only this resource chooses."""
    return f"{resource_name(urn)}-{digest(unify(urn))[:7]}-"


def recovery_name(urn: str, inputs: str) -> str:
    """Return the name that a resource chooses for inputs with the digest `inputs`."""
    return recovery_prefix(urn) + inputs[:7]
