"""Configuration of the provider: the arguments of `Account`, as `tavus:` keys of a stack or of an explicit provider."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ..api.errors import SettingsError
from ..lifecycle.base import Props
from ..program.names import to_camel
from ..resources.account import KEYS, AccountArgs, to_text
from ..schema.fields import table
from ..schema.spellings import find_misspelled
from ..schema.unknowns import UNKNOWN, is_known
from ..schema.validation import Failure
from ..settings import Settings

ROWS = table(AccountArgs)
OTHER_KEYS = ("version", "pluginDownloadURL", "plugin")
"""Members of a provider's configuration that are the engine's, or the program's choice of a plugin."""


def load_settings(given: Props, is_default: bool) -> Settings:
    """Return the settings of a provider. Raises SettingsError.

    given: its configuration, names inside. is_default: whether it is that of the stack, to which the stack's keys of AWS belong.
    """
    stack = json.loads(os.environ.get("PULUMI_CONFIG") or "{}") if is_default else {}
    aws = {key: value for key, value in stack.items() if key.startswith("aws:")}
    return Settings.load({**aws, **_to_keys(given)}.get)


def find_failures(given: Props) -> Iterator[Failure]:
    """Yield each mistake in a configuration, on its own property; what only `pulumi up` knows is none."""
    for name, value in given.items():
        if name in ROWS.spellings:
            yield from _find_failure(name, value)
        elif name not in OTHER_KEYS and (meant := find_misspelled(name, ROWS.spellings)):
            yield Failure(name, f"is not a setting: did you mean {to_camel(meant)}?")


def _find_failure(name: str, value: Any) -> Iterator[Failure]:
    # Plain http is allowed here: alone, an address does not tell whether it is.
    allowed = {} if name == "allow_plain_http" else {"tavus:allowPlainHttp": "true"}
    try:
        if is_known(value):
            Settings.load({**allowed, **_to_keys({name: value})}.get, {})
    except SettingsError as error:
        yield Failure(name, str(error).removeprefix(f"{KEYS[name]} "))


def _to_keys(given: Mapping[str, Any]) -> dict[str, str]:
    texts = {KEYS[name]: to_text(value) for name, value in given.items() if name in KEYS and value is not UNKNOWN}
    return {key: text for key, text in texts.items() if text}
