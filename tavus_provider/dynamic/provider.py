"""Adapter from a lifecycle to a Pulumi dynamic provider.

Providers are pickled by reference into users' state: module path and class name of each subclass never change, and an instance
holds nothing before `configure`. Source: Pulumi docs, "Dynamic resource providers".
"""

from __future__ import annotations

import atexit
import functools
import gc
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

import pulumi.output
from google.protobuf import struct_pb2
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

from ..api.notices import notify, redaction
from ..journal.abort_notice import notify_aborted
from ..journal.backend import engine_address
from ..journal.recovery_names import resource_name
from ..journal.run import Run, run_for
from ..lifecycle.base import INTERNAL, Lifecycle, Props
from ..lifecycle.context import Context
from ..lifecycle.operations import Operations, describe_error
from ..schema.fields import table
from ..schema.outputs import find_outputs
from ..schema.secret_values import Secrets
from ..schema.secrets import is_covered
from ..schema.unknowns import UNKNOWN, to_plain
from ..settings import Settings
from .engine_watch import watch_engine
from .private_names import PROVIDER_KEY, call_before_exit, hide_tracebacks, widen_pool
from .secrets import SECRETS, secret_paths
from .terminal import leave_terminal

Params = ParamSpec("Params")
Result = TypeVar("Result")
AnyProvider = TypeVar("AnyProvider", bound="Provider")

URN = "__urn"
"""Input that carries the resource's URN, which the engine does not tell a dynamic provider."""


_IS_NATIVE = (
    "the native plugin serves it, and the dynamic provider cannot take it back: run `pulumi config set tavus:plugin native`, or "
    "import an export of the stack from before the change (`pulumi stack import`)"
)


class Failed(Exception):
    """An error as Pulumi shows it: one line. The engine prints the class's name first, so that is kept short."""

    __module__ = "builtins"  # else the engine prints the module path, too


def _raise_one_line(
    hook: Callable[Concatenate[AnyProvider, Params], Result],
) -> Callable[Concatenate[AnyProvider, Params], Result]:
    """Let an error leave `hook` as one line without a traceback, unless TAVUS_LOG=debug asks for the whole story.

    Neither an error nor a notice shows a secret that is among the properties which the hook was given.
    """

    @functools.wraps(hook)
    def wrapper(self: AnyProvider, /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        def hide_secrets(text: str) -> str:
            return self.secrets(*(each for each in args if isinstance(each, dict))).redact(text)

        # Notices come from any depth of the call, so a context variable brings them the function.
        token = redaction.set(hide_secrets)
        try:
            return hook(self, *args, **kwargs)
        except Exception as error:
            # Python would print the original error with it, and that may show a secret.
            raise Failed(hide_secrets(describe_error(error))) from None
        finally:
            redaction.reset(token)

    return wrapper


_DROPS_INPUTS = (
    "this version of Pulumi's SDK for Python keeps the resource's URN from its provider, so that each `pulumi up` would replace "
    "it: run `pip install 'pulumi>=3.235'`"
)


class Provider(ResourceProvider):
    """Adapter for one lifecycle, which a subclass names."""

    serialize_as_secret_always = False  # an instance holds nothing, so there is nothing to encrypt
    lifecycle: ClassVar[type[Lifecycle]]
    _run: Run

    @_raise_one_line
    def configure(self, req: ConfigureRequest) -> None:
        """Read keys and addresses from the stack's configuration and the environment."""
        hide_tracebacks()
        # In a process that no engine started, such as a user's test, somebody may type.
        if engine_address():
            leave_terminal()
            _end_quickly()
        self._run = run_for(Settings.load(req.config.get))
        widen_pool(self._run.settings.max_concurrency)
        _watch_for_abort(self._run)
        watch_engine()

    @_raise_one_line
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Report every mistake in the inputs, and return them without optional strings that are empty."""
        if not _keeps_internal_inputs():
            return CheckResult(news, [CheckFailure("", _DROPS_INPUTS)])
        # The state of a dynamic provider has at least one of them, that of the native plugin neither.
        if olds and not olds.keys() & {PROVIDER_KEY, URN}:
            return CheckResult(news, [CheckFailure("", _IS_NATIVE)])
        resource = self._resource(news, is_new=not olds)
        added, failures = Operations(resource).check(_from_engine(olds), _from_engine(news))
        found = [CheckFailure(each.property, each.reason) for each in failures]
        return CheckResult({**resource.inputs.drop_empty(news), **self._mark_settings(added, news)}, found)

    @_raise_one_line
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Say what changed and whether that needs a new resource."""
        # A program that only reads the resource passes no URN.
        diff = self._resource({**olds, **news}).diff(id_, _from_engine(olds), _from_engine(news))
        return DiffResult(
            changes=bool(diff.changes) or self._shows_secrets(olds, news),
            replaces=list(diff.replaces),
            delete_before_replace=diff.delete_before_replace,
        )

    @_raise_one_line
    def create(self, props: Props) -> CreateResult:
        """Create the resource."""
        id_, outs = Operations(self._resource(props)).create(_from_engine(props))
        shown = self.secrets(props).describe_shown(id_)
        if shown:
            notify(f"{resource_name(str(props.get(URN) or ''))}: {shown}")
        return CreateResult(id_, self._to_engine(outs, props))

    @_raise_one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the resource as it is now; an empty id says that it is gone."""
        found = Operations(self._resource(props)).read(id_, _from_engine(props))
        if not found:
            return ReadResult("", {})
        outs, inputs = found
        return ReadResult(id_, self._to_engine(outs, props), None if inputs is None else self._mark_settings(inputs, props))

    @_raise_one_line
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Carry out what changes in place."""
        outs = Operations(self._resource(news)).update(id_, _from_engine(olds), _from_engine(news))
        return UpdateResult(self._to_engine(outs, news))

    @_raise_one_line
    def delete(self, id_: str, props: Props) -> None:
        """Delete the resource."""
        Operations(self._resource(props)).delete(id_, _from_engine(props))

    def secrets(self, *props: Props) -> Secrets:
        """Return the secrets among inputs or outputs."""
        paths = dict.fromkeys(path for each in props for path in secret_paths(each))
        return Secrets(table(self.lifecycle.args), tuple(paths), tuple(map(_from_engine, props)))

    def _resource(self, props: Props, *, is_new: bool = False) -> Lifecycle:
        return self.lifecycle(self._run, Context(urn=str(props.get(URN) or ""), secrets=secret_paths(props), is_new=is_new))

    def _shows_secrets(self, olds: Props, news: Props) -> bool:
        """Tell whether outputs show in clear what the program has made secret since: an update marks them."""
        since = [path for path in secret_paths(news) if not is_covered(path, secret_paths(olds))]
        outs = _from_engine(olds)
        return (
            bool(since)
            and self.secrets({**news, SECRETS: since}).mark(outs, find_outputs(self.lifecycle.state), rpc.wrap_rpc_secret) != outs
        )

    def _mark_settings(self, inputs: Props, props: Props) -> Props:
        """Return inputs in which settings that contain a secret are marked: the engine marks inputs that the program gave."""
        spellings = table(self.lifecycle.args).spellings
        return {**self._to_engine(inputs, props), **{name: value for name, value in inputs.items() if name in spellings}}

    def _to_engine(self, outs: Props, props: Props) -> Props:
        """Return outputs, those that contain a secret marked, with what later calls have to know of the resource."""
        secrets = self.secrets(props, outs)
        marked = secrets.mark(outs, find_outputs(self.lifecycle.state), rpc.wrap_rpc_secret) if secrets.paths else outs
        return {**marked, **_internal(props)}


@functools.cache
def _keeps_internal_inputs() -> bool:
    """Tell whether hooks get internal inputs; those of some versions of the SDK, 3.233 and 3.234 among them, do not."""
    sent = struct_pb2.Struct()
    sent[URN] = "urn"
    return URN in rpc.deserialize_properties(sent)


def _internal(props: Props) -> Props:
    return {name: props[name] for name in (URN, SECRETS) if props.get(name)}


def _from_engine(props: Mapping[str, Any]) -> Props:
    """Return properties as a lifecycle takes them; of those that begin with two underscores only our own outputs."""
    kept = {key: _mark_unknowns(value) for key, value in props.items() if not key.startswith("__") or key in INTERNAL}
    return cast("Props", to_plain(kept))


def _mark_unknowns(value: Any) -> Any:
    """Put `UNKNOWN` where Pulumi puts its own marks for what a preview does not know."""
    if isinstance(value, str):
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, pulumi.output.Unknown):
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
def _end_quickly() -> None:
    # Python's last collection goes through all that was loaded: with boto3 0.2 s, for which the engine waits after each command.
    atexit.register(gc.freeze)
