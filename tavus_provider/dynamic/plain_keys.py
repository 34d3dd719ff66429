"""Keys that the stack's configuration has in clear text, because they were set without --secret."""

from __future__ import annotations

import functools

import pulumi

from .private_names import configuration_keys, is_secret_key

_KEYS = ("tavus:apiKey", "aws:accessKey", "aws:secretKey", "aws:token")


@functools.cache
def warn_of_plain_keys() -> None:
    """Warn once in a program of each key that is in clear text in the stack's file, and therefore in its state."""
    given = configuration_keys()
    for key in _KEYS:
        if key in given and not is_secret_key(key):
            where = "in the stack's configuration, and in its state after `pulumi up`"
            pulumi.log.warn(f"{key} is in clear text {where}: run `pulumi config set --secret {key}`")
