"""
How a lifecycle is served as a Pulumi dynamic provider; the only module that knows of `pulumi.dynamic`'s hooks.

Providers are pickled by reference into users' state: module path and class name of each subclass are public for ever, and an
instance holds nothing before `configure`. Source: Pulumi docs, "Dynamic resource providers".
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, ParamSpec, TypeVar, cast

import pulumi.output
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime import rpc

from ..api.errors import InputError, TavusError
from ..api.notices import notify
from ..journal.abort_notice import creating
from ..lifecycle.lifecycle import COMPUTED, URN, Lifecycle, Props
from ..lifecycle.settings import Settings
from ..schema.unknowns import UNKNOWN, to_plain
from .thread_pool import slots, widen

Params = ParamSpec("Params")
Result = TypeVar("Result")


_made: set[tuple[str, str]] = set()
"""What creates of this process have returned, by kind and id; adding is atomic."""


class Failed(Exception):
    """What Pulumi shows of an error: its one line. The engine prints the class before it, so that is kept short."""

    __module__ = "builtins"


def _one_line(hook: Callable[Params, Result]) -> Callable[Params, Result]:
    """Let an error leave `hook` as one line without a traceback, unless TAVUS_LOG=debug asks for the whole story."""

    @functools.wraps(hook)
    def told(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            if os.environ.get("TAVUS_LOG") == "debug":
                raise
            known = isinstance(error, TavusError)
            hint = "" if known else "; this is a bug in tavus_provider: TAVUS_LOG=debug shows where"
            words = str(error) if known else f"{type(error).__name__}: {error}"
            raise Failed(" ".join(words.split()) + hint) from None

    return told


class Provider(ResourceProvider):
    """Adapts one lifecycle. A subclass only names it."""

    serialize_as_secret_always = False  # nothing is captured, so there is nothing to hide
    lifecycle: ClassVar[type[Lifecycle]]
    _settings: Settings
    _slots: threading.Semaphore

    @_one_line
    def configure(self, req: ConfigureRequest) -> None:
        """Take keys and addresses from the stack's configuration and the environment."""
        if os.environ.get("TAVUS_LOG") != "debug":
            sys.tracebacklimit = 0  # this process serves only providers; errors then show as one line
        self._settings = Settings.load(req.config.get)
        self._slots = slots(self._settings.max_concurrency)
        widen(self._settings.max_concurrency)

    @_one_line
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Report every mistake in the inputs."""
        found = [CheckFailure(each.property, each.reason) for each in self._resource().check(_taken(news))]
        return CheckResult(news, found)

    @_one_line
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Say what changed and whether that needs a new resource."""
        diff = self._resource().diff(id_, _taken(olds), _taken(news))
        return DiffResult(
            changes=bool(diff.changes),
            replaces=list(diff.replaces),
            delete_before_replace=diff.delete_before_replace,
        )

    @_one_line
    def create(self, props: Props) -> CreateResult:
        """Make the resource."""
        with self._slots, creating(str(props.get(URN, ""))):
            id_, outs = self._resource().create(_taken(props))
        _made.add((self.lifecycle.name, id_))
        return CreateResult(id_, outs)

    @_one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the resource as it is now; an empty id says that it is gone."""
        olds, resource = _taken(props), self._resource()
        with self._slots:
            found = resource.read(id_, olds)
        if not found and not olds:  # what a program only reads has no outputs yet
            raise InputError(f"could not read {self.lifecycle.name.lower()} {id_}: there is none of that id in this account")
        return ReadResult(*found, resource.read_inputs(found[1]) if olds else None) if found else ReadResult("", {})

    @_one_line
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Carry out what changes in place."""
        with self._slots:
            return UpdateResult(self._resource().update(id_, _taken(olds), _taken(news)))

    @_one_line
    def delete(self, id_: str, props: Props) -> None:
        """Remove the resource, unless a create of this very run has adopted it or taken it over: then it is the new one."""
        if (self.lifecycle.name, id_) in _made:
            notify(
                f"kept: {self.lifecycle.name} {id_}, which is what its replacement took over; unless it was adopted, "
                "`pulumi up --refresh --replace URN` makes another one"
            )
            return
        with self._slots:
            self._resource().delete(id_, _taken(props))

    def _resource(self) -> Lifecycle:
        return self.lifecycle(self._settings)


def _taken(props: Mapping[str, Any]) -> Props:
    """Take properties as a lifecycle wants them; of those that begin with two underscores only our own."""
    taken = {key: _marked(value) for key, value in props.items() if not key.startswith("__") or key in (URN, COMPUTED)}
    return cast("Props", to_plain(taken))


def _marked(value: Any) -> Any:
    """Put `UNKNOWN` where Pulumi puts its own marks for what a preview does not know."""
    if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return value
