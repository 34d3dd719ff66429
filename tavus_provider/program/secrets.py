"""Paths of the secrets among the inputs that a program passes to a resource.

Source: Pulumi docs, "Secrets", outputs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

import pulumi

from ..schema.secrets import list_members


def has_outputs(value: object) -> bool:
    """Return whether a value is known only later, or has something at any depth that is."""
    return isinstance(value, pulumi.Output | Awaitable) or any(has_outputs(each) for _, each in list_members(value))


async def find_secret_paths(props: Mapping[str, Any]) -> list[str] | None:
    """Return the paths of the secrets in `props`, at any depth; None if there are none."""
    return sorted([path async for path in _find_secrets(props)]) or None


async def _find_secrets(value: object, path: str = "") -> AsyncIterator[str]:
    if isinstance(value, pulumi.Output):
        if await value.is_secret():
            yield path
        return
    for inner, each in list_members(value, path):
        async for found in _find_secrets(each, inner):
            yield found
