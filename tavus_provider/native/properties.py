"""Conversion of properties between engine and lifecycles, which keeps the marks of secrets.

Source: Pulumi's `proto/pulumi/provider.proto` and docs/references/deployment-schema, special signatures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi.output
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from ..lifecycle.base import INTERNAL, Lifecycle, Props
from ..program.names import all_rows, rename_inside, rename_outside
from ..schema.fields import Table, table
from ..schema.outputs import find_outputs
from ..schema.secret_values import Secrets
from ..schema.secrets import list_members
from ..schema.unknowns import UNKNOWN, to_plain


@dataclass(frozen=True)
class Received:
    """Properties that the engine sent. props: plain values, names inside. secrets: the paths of those that it sent as secret."""

    props: Props = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


def receive(rows: Table, properties: struct_pb2.Struct) -> Received:
    """Return properties of the engine as lifecycles take them."""
    return receive_values(rows, json_format.MessageToDict(properties))


def receive_values(rows: Table, properties: Mapping[str, Any]) -> Received:
    """Return properties of either plugin, in which secrets are marked, as lifecycles take them."""
    renamed = rename_inside(rows, properties)
    # Of names with two underscores, those of the SDK and of the adapter to dynamic providers mean nothing here.
    kept = {name: value for name, value in renamed.items() if not name.startswith("__") or name in INTERNAL}
    return Received(cast("Props", to_plain(_unwrap(kept))), tuple(_find_marked(kept)))


def send(rows: Table, props: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return properties as the engine takes them."""
    struct = struct_pb2.Struct()
    struct.update(_mark_unknowns(rename_outside(rows, props)))
    return struct


def seal(lifecycle: type[Lifecycle], outs: Props, *received: Received) -> struct_pb2.Struct:
    """Return inputs or outputs for the engine, in which what is secret is marked.

    Since the plugin accepts secrets, the engine marks nothing itself: what the tables declare secret, what was sent as secret,
    and what contains either, is marked here.
    """
    marked = find_secrets(lifecycle, outs, *received).mark_all(outs, find_outputs(lifecycle.state), rpc.wrap_rpc_secret)
    return send(all_rows(lifecycle), marked)


def find_secrets(lifecycle: type[Lifecycle], outs: Props, *received: Received) -> Secrets:
    """Return the secrets of one call: those that the engine sent and those in `outs`."""
    paths = tuple(dict.fromkeys(path for each in received for path in each.secrets))
    return Secrets(table(lifecycle.args), paths, (outs, *(each.props for each in received)))


def _unwrap(value: Any) -> Any:
    """Return a value without marks of secrets, and with `UNKNOWN` for what a preview does not know."""
    if rpc.is_rpc_secret(value):
        return _unwrap(rpc.unwrap_rpc_secret(value))
    if isinstance(value, Mapping):
        return {name: _unwrap(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_unwrap(each) for each in value]
    # Mocks of Pulumi's runtime get what the SDK has read: objects for what is not known.
    return UNKNOWN if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN else value


def _find_marked(value: Any, path: str = "") -> Iterator[str]:
    if rpc.is_rpc_secret(value):
        yield path
        return
    for inner, each in list_members(value, path):
        yield from _find_marked(each, inner)


def _mark_unknowns(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _mark_unknowns(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_mark_unknowns(each) for each in value]
    return rpc.UNKNOWN if value is UNKNOWN else value
