"""
How a program looks something up: at once, or as an output when all that it goes by is known.

Lookups run in the program itself, in a preview too. Source: Pulumi docs, "Provider functions", direct and output form.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import pulumi
import pulumi.runtime

from ..api.client import TavusClient, client_for
from ..api.errors import InputError, TavusError
from ..lifecycle.settings import Settings
from ..resources.account import Account
from ..schema.unknowns import to_plain

Result = TypeVar("Result")
Find = Callable[[TavusClient, Mapping[str, Any]], Result]
Configuration = Mapping[str, Any] | None
"""What an account is told, by the names of the stack's configuration; None for that configuration itself."""


class _Later:
    """Stands where an output is given, for the error that says so."""

    def __repr__(self) -> str:
        return "an output: for that, call the function with _output in its name"


def now(find: Find[Result], query: Mapping[str, Any]) -> Result:
    """Return what `find` finds by plain values. Raises pulumi.RunError, of which Pulumi shows one line."""
    with _in_one_line():
        account, inputs = _parted(query)
        given = {name: _Later() if isinstance(value, pulumi.Output | Awaitable) else value for name, value in inputs.items()}
        return find(_client(_known(account) if account else None), to_plain(given))


def later(find: Find[Result], query: Mapping[str, Any]) -> pulumi.Output[Result]:
    """
    Return what `find` finds, once the inputs in `query` are known and what they come from exists.

    The result is secret where an input is, and depends on what they depend on. It fails with pulumi.RunError.
    """
    with _in_one_line():
        account, given = _parted(query)
    configuration = pulumi.Output.unsecret(account.configuration) if account else None  # what a key opens is no secret
    known = pulumi.Output.all(_existing(pulumi.Output.all(**given)), configuration)
    return known.apply(lambda both: asyncio.to_thread(_answer, find, *both))


def _answer(find: Find[Result], given: Any, configuration: Configuration) -> Result:
    with _in_one_line():
        return find(_client(configuration), to_plain(dict(given)))


def _existing(inputs: pulumi.Output[Any]) -> pulumi.Output[Any]:
    """Return `inputs`, unknown while a resource is still to be made that they come from, whose inputs a preview may know."""

    async def ids() -> list[Any]:
        return [getattr(each, "id", None) for each in await inputs.resources()]

    return pulumi.Output.all(inputs, ids()).apply(lambda both: both[0])


def _parted(query: Mapping[str, Any]) -> tuple[Account | None, dict[str, Any]]:
    account = query.get("account")
    if not isinstance(account, Account | None):
        raise InputError(f"account must be a tavus_provider.Account, not {account!r}")
    return account, {name: value for name, value in query.items() if name != "account"}


def _known(account: Account) -> Mapping[str, Any]:
    from pulumi.runtime.sync_await import _sync_await  # noqa: PLC0415  # Pulumi's own functions wait so; no public name does

    if not _sync_await(account.configuration.is_known()):
        raise InputError("account will be known only after `pulumi up`: call the function with _output in its name")
    return _sync_await(account.configuration.future()) or {}


def _client(configuration: Configuration) -> TavusClient:
    """Return the client for exactly this account, without the spare key: nothing is looked up in another one."""
    settings = Settings.load(pulumi.runtime.get_config if configuration is None else configuration.get)
    return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, naming=settings.naming)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Let an error of ours leave as one of which Pulumi shows only the message, unless TAVUS_LOG=debug asks for the story."""
    try:
        yield
    except TavusError as error:
        if os.environ.get("TAVUS_LOG") == "debug":
            raise
        raise pulumi.RunError(" ".join(str(error).split())) from None
