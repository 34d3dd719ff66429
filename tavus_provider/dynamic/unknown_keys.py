"""Keys of the stack's configuration that no setting has, with the setting that was probably meant."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pulumi

from ..schema.spellings import find_misspelled_key
from ..settings import Settings
from .private_names import configuration_keys, is_secret_key


@functools.cache
def warn_of_unknown_keys() -> None:
    """Warn once in a program of each misspelled `tavus:` key; other keys may be the program's own."""
    for key, meant in _find_unknown("tavus"):
        if meant:
            pulumi.log.warn(_describe(key, meant))


def refuse_unknown_aws_keys() -> None:
    """Raise pulumi.RunError for a misspelled `aws:` key, and warn of any other that pulumi-aws may have since.

    A misspelled `aws:allowedAccountIds` must not let everything through.
    """
    for key, meant in _find_unknown("aws") if pulumi.get_project() != "aws" else ():
        if meant:
            raise pulumi.RunError(_describe(key, meant))
        _warn_of_other(key)


@functools.cache
def _warn_of_other(key: str) -> None:
    pulumi.log.warn(f"configuration key {key} has no effect on buckets and roles of tavus_provider, which do not know it")


def _describe(key: str, meant: str) -> str:
    secret = "--secret " if is_secret_key(key) else ""
    rename = f'pulumi config set {secret}{meant} "$(pulumi config get {key})" && pulumi config rm {key}'
    return f"no setting has the name of configuration key {key}: did you mean {meant}? `{rename}`"


def _find_unknown(namespace: str) -> Iterator[tuple[str, str | None]]:
    """Yield each key of a namespace that no setting has, and the one that is like it."""
    prefix = f"{namespace}:"
    given, known = ({key.removeprefix(prefix) for key in keys if key.startswith(prefix)} for keys in _all_keys())
    for name in sorted(given - known):
        meant = find_misspelled_key(name, known)
        yield prefix + name, meant and prefix + meant


def _all_keys() -> tuple[set[str], set[str]]:
    """Return the keys that the stack's configuration has, and those that settings are loaded from."""
    known: set[str] = set()
    Settings.load(known.add, {})
    return configuration_keys(), known
