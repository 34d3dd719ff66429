"""Inputs from a stack's configuration, so that a program can be steered by `pulumi config set` alone."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pulumi

from ..dynamic.private_names import configuration_keys, is_secret_key
from ..schema.fields import InputSpec, table
from ..schema.spellings import find_misspelled

Args = TypeVar("Args")


def args_from_config(args: type[Args], config: pulumi.Config) -> Args:
    """Return the inputs that `config` gives values, as keyword arguments for the resource that `args` belongs to.

    args: the resource's `TypedDict`, such as ConversationArgs. A key has the name of the input; a list or object is set with
    `pulumi config set --path 'document_ids[0]' ID`. An empty string or list counts as absent. What is set with --secret stays
    secret. Raises pulumi.ConfigTypeError for a wrong number or boolean. Warns of a key that looks like a misspelled input.
    """
    # A configuration holds ids, not resources.
    rows = [row for row in table(cast("type", args)) if not row.field.reference]
    _warn_of_misspelled({row.name for row in rows}, config.name)
    found = {row.name: _value(row, config) for row in rows}
    return cast("Args", {name: value for name, value in found.items() if value not in (None, "", [], {})})


def _warn_of_misspelled(inputs: set[str], project: str) -> None:
    """Warn of keys that are near the name of an input; other keys are the program's own."""
    keys = [key.removeprefix(f"{project}:") for key in configuration_keys() if key.startswith(f"{project}:")]
    for key in keys:
        meant = None if key in inputs else find_misspelled(key, inputs)
        if meant:
            secret = "--secret " if is_secret_key(f"{project}:{key}") else ""
            rename = f'pulumi config set {secret}{meant} "$(pulumi config get {key})" && pulumi config rm {key}'
            pulumi.log.warn(f"no input has the name of configuration key {key}: did you mean {meant}? `{rename}`")


def _value(row: InputSpec, config: pulumi.Config) -> Any:
    kind = {int: "_int", float: "_float", bool: "_bool", list: "_object", dict: "_object"}.get(row.kind, "")
    key = config.full_key(row.name)
    is_secret = is_secret_key(key)
    try:
        return getattr(config, f"get{'_secret' if is_secret else ''}{kind}")(row.name)
    except pulumi.ConfigTypeError:
        if not is_secret:
            raise
        # Pulumi's own error repeats the value.
        raise pulumi.ConfigTypeError(key, "[secret]", row.kind.__name__) from None
