"""The examples of the resources' pages."""

from __future__ import annotations

import tavus_provider
from tavus_provider.native.registry import MODULE, component_tokens, resource_tokens
from tools.programs.usage import write_programs

TOKENS = (*resource_tokens(), *component_tokens())
"""Types that have one."""


def documented_class(token: str) -> type:
    """Return the class of a type."""
    found: type = getattr(tavus_provider, token.removeprefix(MODULE))
    return found


def collect_programs(language: str) -> list[str]:
    """Return the example of each resource in a language."""
    return [write_programs(documented_class(token))[language] for token in TOKENS]
