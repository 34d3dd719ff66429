"""Adapter from a lifecycle to a Pulumi dynamic provider.

Providers are pickled by reference into users' state: module path and class name of each subclass never change, and an instance
holds nothing before `configure`. Source: Pulumi docs, "Dynamic resource providers".
"""

from __future__ import annotations

import functools
import os
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
from ..journal.abort_notice import notify_aborted
from ..journal.run import Run, run_for
from ..lifecycle.base import INTERNAL, Lifecycle, Props
from ..lifecycle.context import Context
from ..schema.unknowns import UNKNOWN, to_plain
from ..settings import Settings
from .engine_watch import watch_engine
from .private_names import call_before_exit, hide_tracebacks, widen_pool

Params = ParamSpec("Params")
Result = TypeVar("Result")

URN = "__urn"
"""Input that carries the resource's URN, which the engine does not tell a dynamic provider."""


class Failed(Exception):
    """An error as Pulumi shows it: one line. The engine prints the class's name first, so that is kept short."""

    __module__ = "builtins"  # else the engine prints the module path, too


def _raise_one_line(hook: Callable[Params, Result]) -> Callable[Params, Result]:
    """Let an error leave `hook` as one line without a traceback, unless TAVUS_LOG=debug asks for the whole story."""

    @functools.wraps(hook)
    def wrapper(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        try:
            return hook(*args, **kwargs)
        except Exception as error:
            if os.environ.get("TAVUS_LOG") == "debug":
                raise
            is_ours = isinstance(error, TavusError)
            hint = "" if is_ours else "; this is a bug in tavus_provider: TAVUS_LOG=debug shows where"
            words = str(error) if is_ours else f"{type(error).__name__}: {error}"
            raise Failed(" ".join(words.split()) + hint) from None

    return wrapper


class Provider(ResourceProvider):
    """Adapter for one lifecycle, which a subclass names."""

    serialize_as_secret_always = False  # an instance holds nothing, so there is nothing to encrypt
    lifecycle: ClassVar[type[Lifecycle]]
    _run: Run
    _slots: threading.Semaphore

    @_raise_one_line
    def configure(self, req: ConfigureRequest) -> None:
        """Read keys and addresses from the stack's configuration and the environment."""
        hide_tracebacks()
        self._run = run_for(Settings.load(req.config.get))
        workers = self._run.settings.max_concurrency
        self._slots = _slots_for(workers)
        widen_pool(workers)
        _watch_for_abort(self._run)
        watch_engine()

    @_raise_one_line
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Report every mistake in the inputs, and return them without optional strings that are empty."""
        resource = self._resource(news.get(URN))
        given = resource.inputs.drop_empty(news)
        found = [CheckFailure(each.property, each.reason) for each in resource.check(_from_engine(given))]
        return CheckResult(given, found)

    @_raise_one_line
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Say what changed and whether that needs a new resource."""
        urn = news.get(URN) or olds.get(URN)  # a program that only reads the resource passes none
        diff = self._resource(urn).diff(id_, _from_engine(olds), _from_engine(news))
        return DiffResult(
            changes=bool(diff.changes),
            replaces=list(diff.replaces),
            delete_before_replace=diff.delete_before_replace,
        )

    @_raise_one_line
    def create(self, props: Props) -> CreateResult:
        """Create the resource."""
        news, urn = _from_engine(props), props.get(URN)
        # The abort notice names what is in flight when a run is aborted.
        with self._slots, self._run.creating(str(urn or "")):
            id_, outs = self._resource(urn).create(news)
        self._run.created.add((self.lifecycle.name, id_))
        return CreateResult(id_, _to_engine(outs, urn))

    @_raise_one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the resource as it is now; an empty id says that it is gone."""
        olds, urn = _from_engine(props), props.get(URN)
        resource = self._resource(urn)
        with self._slots:
            found = resource.read(id_, olds)
        if not found and not olds:  # a resource that a program only reads has no outputs yet
            raise InputError(f"could not read {self.lifecycle.name.lower()} {id_}: it does not exist in this account")
        if not found:
            return ReadResult("", {})
        inputs = resource.read_inputs(found[1]) if olds else None
        return ReadResult(id_, _to_engine(found[1], urn), None if inputs is None else _to_engine(inputs, urn))

    @_raise_one_line
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Carry out what changes in place."""
        with self._slots:
            outs = self._resource(news.get(URN)).update(id_, _from_engine(olds), _from_engine(news))
        return UpdateResult(_to_engine(outs, news.get(URN)))

    @_raise_one_line
    def delete(self, id_: str, props: Props) -> None:
        """Delete the resource, unless a create of this very run has adopted it or taken it over: then it is the new one."""
        if (self.lifecycle.name, id_) in self._run.created:
            notify(
                f"kept: {self.lifecycle.name} {id_}, which its replacement took over; unless it was adopted, "
                "`pulumi up --refresh --replace URN` creates another one"
            )
            return
        with self._slots:
            self._resource(props.get(URN)).delete(id_, _from_engine(props))

    def _resource(self, urn: object) -> Lifecycle:
        return self.lifecycle(self._run, Context(urn=str(urn or "")))


def _from_engine(props: Mapping[str, Any]) -> Props:
    """Return properties as a lifecycle takes them; of those that begin with two underscores only our own outputs."""
    kept = {key: _mark_unknowns(value) for key, value in props.items() if not key.startswith("__") or key in INTERNAL}
    return cast("Props", to_plain(kept))


def _to_engine(props: Props, urn: object) -> Props:
    """Return inputs or outputs with the URN, which later calls are told by them."""
    return {**props, URN: urn} if urn else props


def _mark_unknowns(value: Any) -> Any:
    """Put `UNKNOWN` where Pulumi puts its own marks for what a preview does not know."""
    if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _mark_unknowns(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mark_unknowns(item) for item in value]
    return value


@functools.cache
def _watch_for_abort(run: Run) -> None:
    call_before_exit(functools.partial(notify_aborted, run))


@functools.cache
def _slots_for(count: int) -> threading.Semaphore:
    """Return what `count` calls of this process hold at a time.

    A limit under four needs it: the pool has its first four threads before it knows of any limit.
    """
    return threading.Semaphore(count)
