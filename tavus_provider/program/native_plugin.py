"""A program whose resources the native plugin serves, after `pulumi config set tavus:plugin native`.

The classes, their arguments and their attributes stay as they are; the engine sees the plugin's types and names. Source: Pulumi
SDK for Python, resource.py and _types.py, what generated classes do.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from typing import Any, cast

import pulumi

from ..journal.recovery_names import DYNAMIC, NATIVE
from ..lifecycle.base import Lifecycle
from ..schema.fields import InputSpec, Table
from ..settings import PLUGINS
from .names import all_rows, rename_inside, rename_outside, rename_path, to_camel
from .urns import find_alias

PACKAGE = "tavus"


def is_native() -> bool:
    """Tell whether the native plugin serves the program's resources. Raises pulumi.RunError for another word."""
    chosen = pulumi.Config(PACKAGE).get("plugin") or os.environ.get("TAVUS_PLUGIN") or PLUGINS[0]
    if chosen not in PLUGINS:
        raise pulumi.RunError(f"tavus:plugin must be {' or '.join(PLUGINS)}, not {chosen!r}")
    return chosen == "native"


def register(
    resource: pulumi.CustomResource,
    lifecycle: type[Lifecycle],
    resource_name: str,
    props: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
) -> None:
    """Register a resource with the native plugin.

    A state that the dynamic provider wrote has it under another type, of which the alias tells.
    """
    _add_properties(cast("Any", type(resource)), lifecycle)
    rows, inputs = all_rows(lifecycle), _args_type(lifecycle)()
    for name, value in props.items():
        pulumi.set(inputs, name, value if isinstance(value, pulumi.Output) else _rename_members(rows, name, value))
    alias = find_alias(DYNAMIC + lifecycle.name, resource_name, opts.parent)
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[alias]))
    merged.replace_on_changes = [rename_path(rows, each) for each in merged.replace_on_changes or ()] or None
    pulumi.CustomResource.__init__(resource, NATIVE + lifecycle.name, resource_name, inputs, merged)


def register_account(
    account: pulumi.ProviderResource, resource_name: str, props: Mapping[str, pulumi.Output[str | None]], opts: Any
) -> None:
    """Register a provider of the native plugin, which a state may have as one of dynamic resources."""
    alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_="pulumi:providers:pulumi-python")])
    named = {to_camel(name): value for name, value in props.items()}
    pulumi.ProviderResource.__init__(account, PACKAGE, resource_name, named, pulumi.ResourceOptions.merge(opts, alias))


def _rename_members(rows: Table, name: str, value: Any) -> Any:
    return next(iter(rename_outside(rows, {name: value}).values()))


@functools.cache
def _args_type(lifecycle: type[Lifecycle]) -> type:
    """Return the class by which the SDK knows the plugin's names of the inputs, and leaves those inside of values alone."""
    return pulumi.input_type(type("Args", (), {row.name: _make_property(row) for row in all_rows(lifecycle)}))


@functools.cache
def _add_properties(resource: type, lifecycle: type[Lifecycle]) -> None:
    """Let a class have its attributes as properties, by which the SDK knows the plugin's names of the outputs."""
    for row in all_rows(lifecycle):
        setattr(resource, row.name, _make_property(row))


def _make_property(row: InputSpec) -> property:
    def read(self: Any) -> Any:
        value = pulumi.get(self, row.name)
        is_renamed = row.inner and isinstance(value, pulumi.Output)
        return value.apply(lambda known: rename_inside(Table((row,)), {row.name: known})[row.name]) if is_renamed else value

    read.__name__ = row.name
    return property(pulumi.getter(name=to_camel(row.name))(read))
