"""Resources of tavus_provider as policies see them: of the dynamic provider, or of the native plugin, with names in camelCase."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NATIVE = "tavus:index:"
_TYPES = ("pulumi-python:dynamic/tavus:", _NATIVE)
"""How the types of resources begin: in the dynamic provider, and in the native plugin."""


def is_resource(type_: str, name: str) -> bool:
    """Tell whether a type is that of the class `name`, such as "Conversation", in either plugin."""
    return type_ in (f"{each}{name}" for each in _TYPES)


def read(props: Mapping[str, Any], name: str) -> Any:
    """Return the input of a name such as "max_call_duration" in either spelling, None where it is not given."""
    return props.get(name) if props.get(name) is not None else props.get(_to_camel(name))


def rename(type_: str, text: str) -> str:
    """Return a message with the names that a program for the plugin of a resource's type has."""
    return re.sub(r"\b[a-z]+(_[a-z]+)+\b", lambda match: _to_camel(match[0]), text) if type_.startswith(_NATIVE) else text


def _to_camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def stack_of(urn: str) -> str:
    """Return the stack of a resource. Source: Pulumi docs, "Resource names", URNs."""
    return urn.split(":")[2]
