"""Lookups in a program: at once, or as an output once all arguments are known.

Lookups run in the program itself, in a preview too. Source: Pulumi docs, "Provider functions", direct and output form.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import pulumi
import pulumi.runtime

from ..api.client import TavusClient, client_for
from ..api.errors import InputError, TavusError
from ..dynamic.plain_keys import warn_of_plain_keys
from ..dynamic.private_names import wait_for
from ..dynamic.unknown_keys import warn_of_unknown_keys
from ..resources.account import Account
from ..schema.secrets import Secret, find_leaves, redact
from ..schema.unknowns import to_plain
from ..settings import Settings

Result = TypeVar("Result")
Find = Callable[[TavusClient, Mapping[str, Any]], Result]
Configuration = Mapping[str, Any] | None
"""Settings of an account, by the names of the stack's configuration; None for that configuration itself."""


class _Output:
    """Replacement for an output in a lookup that takes plain values, which the error then names."""

    def __repr__(self) -> str:
        return "an output: for that, call the function with _output in its name"


def look_up(find: Find[Result], query: Mapping[str, Any]) -> Result:
    """Return what `find` returns for plain values. Raises pulumi.RunError, of which Pulumi shows one line."""
    with _raise_run_errors():
        account, arguments = _split_account(query)
        plain = {name: _Output() if isinstance(value, pulumi.Output | Awaitable) else value for name, value in arguments.items()}
        return find(_client_for(_configuration_of(account) if account else None), to_plain(plain))


def look_up_output(find: Find[Result], query: Mapping[str, Any]) -> pulumi.Output[Result]:
    """Return what `find` returns, once the arguments in `query` are known and the resources that they come from exist.

    The result is secret where an argument is, and depends on what the arguments depend on. It fails with pulumi.RunError.
    """
    with _raise_run_errors():
        account, arguments = _split_account(query)
    asked = pulumi.Output.all(**arguments)
    # The account's key is secret, but not what is looked up with it.
    configuration = pulumi.Output.unsecret(account.configuration) if account else None
    known = pulumi.Output.all(_wait_for_resources(asked), configuration, asked.is_secret())
    # In a thread, so that lookups do not wait for each other.
    return known.apply(lambda three: asyncio.to_thread(_find, find, *three))


def _find(find: Find[Result], arguments: Any, configuration: Configuration, is_secret: bool) -> Result:
    with _raise_run_errors(set(find_leaves(arguments)) if is_secret else ()):
        return find(_client_for(configuration), to_plain(dict(arguments)))


def _wait_for_resources(arguments: pulumi.Output[Any]) -> pulumi.Output[Any]:
    """Return `arguments`, unknown while a resource that they come from does not exist."""

    # A preview knows the inputs of a resource that will be created, such as its name, but not its id.
    async def ids() -> list[Any]:
        return [getattr(each, "id", None) for each in await arguments.resources()]

    return pulumi.Output.all(arguments, ids()).apply(lambda both: both[0])


def _split_account(query: Mapping[str, Any]) -> tuple[Account | None, dict[str, Any]]:
    """Return the account in `query`, and the other arguments."""
    account = query.get("account")
    if not isinstance(account, Account | None):
        raise InputError(f"account must be a tavus_provider.Account, not {account!r}")
    return account, {name: value for name, value in query.items() if name != "account"}


def _configuration_of(account: Account) -> Mapping[str, Any]:
    """Return the settings of an account. Raises InputError where they are unknown."""
    if not wait_for(account.configuration.is_known()):
        raise InputError("account will be known only after `pulumi up`: call the function with _output in its name")
    return wait_for(account.configuration.future()) or {}


def _client_for(configuration: Configuration) -> TavusClient:
    """Return the client for this account only."""
    warn_of_plain_keys()
    warn_of_unknown_keys()
    # Without the spare key: nothing must be looked up in another account.
    settings = Settings.load(pulumi.runtime.get_config if configuration is None else configuration.get)
    return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, naming=settings.naming)


@contextmanager
def _raise_run_errors(secrets: Collection[Secret] = ()) -> Iterator[None]:
    """Raise a TavusError as pulumi.RunError, of which Pulumi shows only the message, except with TAVUS_LOG=debug."""
    try:
        yield
    except TavusError as error:
        # The traceback of an error shows what was looked up.
        if os.environ.get("TAVUS_LOG") == "debug" and not secrets:
            raise
        raise pulumi.RunError(redact(" ".join(str(error).split()), secrets)) from None
