"""Secrets of a resource in the plugin: outputs that contain one become secret, and no message shows one.

The engine passes inputs to a dynamic provider in clear, and marks the outputs that have the name of a secret input. For the other
outputs, and for messages, the program passes the paths of its secrets as one more input. Source: Pulumi docs, "Secrets".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.runtime import rpc

from ..schema.fields import Table
from ..schema.outputs import Out
from ..schema.secrets import Secret, find_input, find_values, redact, wrap_secrets

SECRETS = "__secrets"
"""Input that carries the paths of the inputs that are secret, at any depth."""


def secret_paths(props: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the secrets in properties as the engine passes them."""
    return tuple(props.get(SECRETS) or ())


@dataclass(frozen=True)
class Secrets:
    """Secrets of one call.

    rows: the resource's table. paths: those that the program passed. props: the inputs and outputs that have the values.
    """

    rows: Table
    paths: tuple[str, ...]
    props: tuple[Mapping[str, Any], ...]

    @functools.cached_property
    def values(self) -> frozenset[Secret]:
        """The values of all secrets, also of those that the table makes secret."""
        marked = (value for each in self.props for value in find_values(each, self.paths))
        return frozenset([*marked, *(value for each in self.props for value in self.rows.find_secrets(each) if value)])

    def redact(self, text: str) -> str:
        """Return `text` without secrets."""
        return redact(text, self.values)

    def mark(self, outs: Mapping[str, Any], declared: Mapping[str, Out]) -> dict[str, Any]:
        """Return outputs in which each string or number that contains a secret is secret, and what derives from a secret."""
        inputs = {*map(find_input, self.paths)}  # the engine marks outputs of these names itself
        derived = {name for name, out in declared.items() if out.derives_from in inputs}
        return {
            **wrap_secrets(outs, self.values, rpc.wrap_rpc_secret),
            **{name: rpc.wrap_rpc_secret(value) for name, value in outs.items() if name in derived},
            **{name: value for name, value in outs.items() if name in inputs},
        }

    def find_shown(self, id_: str) -> list[str]:
        """Return the paths of the secrets that an id contains: the engine keeps no id secret."""
        values = {path: {value for each in self.props for value in find_values(each, [path])} for path in self.paths}
        return [path for path, found in values.items() if redact(id_, found) != id_]
