"""
Inputs from a stack's configuration, so that a program can be steered by `pulumi config set` alone.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pulumi
from pulumi.runtime.config import is_config_secret

from .fields import Input, table

Args = TypeVar("Args")


def args_from_config(args: type[Args], config: pulumi.Config) -> Args:
    """
    Return the inputs that `config` gives values, as keyword arguments for the resource that `args` belongs to.

    args: the resource's `TypedDict`, such as ConversationArgs. A key has the name of the input; a list or object is set with
    `pulumi config set --path 'document_ids[0]' …`. An empty text or list counts as none. What is set with --secret stays secret.
    Raises pulumi.ConfigTypeError where a number or flag is none.
    """
    found = {row.name: _value(row, config) for row in table(cast("type", args)) if not row.field.reference}
    return cast("Args", {name: value for name, value in found.items() if value not in (None, "", [], {})})


def _value(row: Input, config: pulumi.Config) -> Any:
    kind = {int: "_int", float: "_float", bool: "_bool", list: "_object", dict: "_object"}.get(row.kind, "")
    secret = "_secret" if is_config_secret(config.full_key(row.name)) else ""
    return getattr(config, f"get{secret}{kind}")(row.name)
