"""Secrets of a resource in the plugin: outputs that contain one become secret, and no message shows one.

The engine passes inputs to a dynamic provider in clear, and marks the outputs that have the name of a secret input. For the other
outputs, and for messages, the program passes the paths of its secrets as one more input. Source: Pulumi docs, "Secrets".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SECRETS = "__secrets"
"""Input that carries the paths of the inputs that are secret, at any depth."""


def secret_paths(props: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the secrets in properties as the engine passes them."""
    return tuple(props.get(SECRETS) or ())
