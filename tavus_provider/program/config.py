"""Inputs from a stack's configuration, so that a program can be steered by `pulumi config set` alone."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pulumi

from ..dynamic.private_names import configuration_keys, is_secret_key
from ..schema.fields import InputSpec, table
from ..schema.validation import find_nearest

Args = TypeVar("Args")


def args_from_config(args: type[Args], config: pulumi.Config) -> Args:
    """Return the inputs that `config` gives values, as keyword arguments for the resource that `args` belongs to.

    args: the resource's `TypedDict`, such as ConversationArgs. A key has the name of the input; a list or object is set with
    `pulumi config set --path 'document_ids[0]' …`. An empty text or list counts as none. What is set with --secret stays secret.
    Raises pulumi.ConfigTypeError where a number or flag is none. Warns of a key that looks like a misspelt input.
    """
    rows = [row for row in table(cast("type", args)) if not row.field.reference]
    _warn_of_misspelt({row.name for row in rows}, config.name)
    found = {row.name: _value(row, config) for row in rows}
    return cast("Args", {name: value for name, value in found.items() if value not in (None, "", [], {})})


def _warn_of_misspelt(inputs: set[str], project: str) -> None:
    """Only what is near an input is named: a program may have keys of its own."""
    keys = [key.removeprefix(f"{project}:") for key in configuration_keys() if key.startswith(f"{project}:")]
    for key in keys:
        meant = None if key in inputs else find_nearest(key, inputs, cutoff=0.8)
        if meant:
            text = f"configuration key {key} is no input: did you mean {meant}? "
            pulumi.log.warn(f"{text}`pulumi config set {meant} …; pulumi config rm {key}`")


def _value(row: InputSpec, config: pulumi.Config) -> Any:
    kind = {int: "_int", float: "_float", bool: "_bool", list: "_object", dict: "_object"}.get(row.kind, "")
    secret = "_secret" if is_secret_key(config.full_key(row.name)) else ""
    return getattr(config, f"get{secret}{kind}")(row.name)
