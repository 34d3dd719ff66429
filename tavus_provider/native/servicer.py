"""The calls of the engine about resources, served by the lifecycles. Source: Pulumi's `proto/pulumi/provider.proto`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ..api.client import TavusClient, client_for
from ..api.errors import InputError
from ..api.notices import notify, progress_writer, redaction, writer
from ..journal.run import Run, run_for
from ..lifecycle.base import Lifecycle, Props
from ..lifecycle.context import Context
from ..lifecycle.operations import Operations, describe_error
from ..program.names import all_rows, rename_path, rename_words
from ..schema.fields import table
from ..schema.outputs import outputs_table
from ..schema.unknowns import UNKNOWN
from ..schema.validation import find_warnings
from ..version import __version__
from . import configuration, differences
from .engine_log import WARNING, EngineLog
from .partial import NotReady, abort_partial
from .properties import Received, find_secrets, receive, seal
from .registry import find_lifecycle

Request = TypeVar("Request", bound=Any)
_DiffResponse = provider_pb2.DiffResponse


def _answer(call: Callable[[Servicer, Request, Any], Any]) -> Callable[..., Any]:
    """Let an error leave a call as one line, and show its notices at its resource; neither shows a secret of the request."""

    @functools.wraps(call)
    def wrapper(self: Servicer, request: Request, context: Any) -> Any:
        urn = getattr(request, "urn", "")
        hide_secrets = functools.partial(self.hide_secrets, request)
        writer.set(lambda text: self.log.write(text, urn))
        progress_writer.set(lambda text: self.log.write(text, urn, ephemeral=True))
        redaction.set(hide_secrets)
        try:
            return call(self, request, context)
        except NotReady as error:
            return abort_partial(context, error)
        except Exception as error:
            reason = hide_secrets(describe_error(error))
        return context.abort(grpc.StatusCode.UNKNOWN, reason)  # which raises

    return wrapper


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider of a stack: it is configured once, and answers calls about many resources at once."""

    def __init__(self, engine: str = "") -> None:
        self.log = EngineLog(engine)
        self._run: Run | None = None

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Agree with the engine on what both can do."""
        self.log.address = request.engine_address or self.log.address
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Learn the address of an engine that did not start this process, as where a debugger did."""
        self.log.address = request.address
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=__version__)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Return the schema, from which SDKs of other languages are made."""
        from .schema import read_schema  # noqa: PLC0415  # the plugin waits for no part of itself that few runs need

        return provider_pb2.GetSchemaResponse(schema=read_schema())

    @_answer
    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Report each mistake in the configuration on its own property."""
        given = receive(configuration.ROWS, request.news)
        failures = [
            provider_pb2.CheckFailure(property=rename_path(configuration.ROWS, each.property), reason=each.reason)
            for each in configuration.find_failures(given.props)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @_answer
    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Report a change; never a replacement, which would replace every resource of the provider."""
        changed = request.olds != request.news
        return _DiffResponse(changes=_DiffResponse.DIFF_SOME if changed else _DiffResponse.DIFF_NONE)

    @_answer
    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read keys and addresses."""
        given = receive(configuration.ROWS, request.args).props
        # The engine names its own provider "default", or with the version of an SDK "default_1_2_0".
        is_default = request.urn.rpartition("::")[2].partition("_")[0] in ("default", "")
        self._run = run_for(configuration.load_settings(given, is_default))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_answer
    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Report every mistake in the inputs, and return them without optional strings that are empty."""
        lifecycle, rows = self._find(request)
        olds, news = receive(rows, request.olds), receive(rows, request.news)
        resource = self._resource(request, news, is_new=not olds.props)
        added, failures = Operations(resource).check(olds.props, news.props)
        for each in find_warnings(resource.inputs, news.props, news.secrets):
            self.log.write(rename_words(rows, str(each)), request.urn, WARNING)
        found = [
            provider_pb2.CheckFailure(property=rename_path(rows, each.property), reason=rename_words(rows, each.reason))
            for each in failures
        ]
        given = {**resource.inputs.drop_empty(news.props), **added}
        return provider_pb2.CheckResponse(inputs=seal(lifecycle, given, news), failures=found)

    @_answer
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Say what changed, path by path, and whether that needs a new resource."""
        lifecycle, rows = self._find(request)
        olds, news = receive(rows, request.olds), receive(rows, request.news)
        resource = self._resource(request, news)
        diff = resource.diff(request.id, olds.props, news.props)
        # Where several apply to one path, the last one decides whether it replaces.
        details = {
            **differences.detail_spelling(request.olds.fields),
            **differences.detail_secrets(lifecycle, news, olds),
            **differences.detail(resource, diff, olds.props, news.props),
        }
        return _DiffResponse(
            changes=_DiffResponse.DIFF_SOME if details else _DiffResponse.DIFF_NONE,
            diffs=list(dict.fromkeys(path.split(".")[0].split("[")[0] for path in details)),
            replaces=[rename_path(rows, each) for each in diff.replaces],
            deleteBeforeReplace=diff.delete_before_replace,
            detailedDiff=details,
            hasDetailedDiff=True,
        )

    @_answer
    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Create the resource; a preview only says which outputs it will have."""
        lifecycle, rows = self._find(request)
        news = receive(rows, request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=seal(lifecycle, _preview(lifecycle, news.props), news))
        resource = self._resource(request, news)
        self._warn_of_timeout(resource)
        id_, outs = Operations(resource).create(news.props)
        shown = find_secrets(lifecycle, {}, news).describe_shown(id_)
        if shown:
            notify(shown)
        properties = seal(lifecycle, outs, news)
        self._require_ready(resource, id_, outs, properties, request.properties)
        return provider_pb2.CreateResponse(id=id_, properties=properties)

    @_answer
    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read the resource as it is now; an empty answer says that it is gone. Without properties, it is imported."""
        lifecycle, rows = self._find(request)
        olds, inputs = receive(rows, request.properties), receive(rows, request.inputs)
        operations = Operations(self._resource(request, olds))
        if olds.props:
            found = operations.read(request.id, olds.props)
            outs, given = found or ({}, None)
        else:
            given, outs = operations.import_existing(request.id)
        if not outs:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=seal(lifecycle, outs, olds, inputs),
            inputs=request.inputs if given is None else seal(lifecycle, given, olds, inputs),
        )

    @_answer
    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Carry out what changes in place; a preview says which outputs stay."""
        lifecycle, rows = self._find(request)
        olds, news = receive(rows, request.olds), receive(rows, request.news)
        if request.preview:
            # What an update in place cannot change is known already.
            settled = {row.name for row in table(lifecycle.args) if row.field.replaces}
            known = {name: value for name, value in olds.props.items() if value == request.id or name in settled}
            outs = {**_preview(lifecycle, news.props), **known}
            return provider_pb2.UpdateResponse(properties=seal(lifecycle, outs, news, olds))
        resource = self._resource(request, news)
        self._warn_of_timeout(resource)
        outs = Operations(resource).update(request.id, olds.props, news.props)
        properties = seal(lifecycle, outs, news)
        self._require_ready(resource, request.id, outs, properties, request.news)
        return provider_pb2.UpdateResponse(properties=properties)

    @_answer
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete the resource."""
        _, rows = self._find(request)
        olds = receive(rows, request.properties)
        Operations(self._resource(request, olds)).delete(request.id, olds.props)
        return empty_pb2.Empty()

    @_answer
    def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a component."""
        from . import components  # noqa: PLC0415  # the same

        return components.construct(request, self.log.address)

    @_answer
    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Look something up."""
        from . import functions  # noqa: PLC0415  # the same

        found: dict[str, Any] = {"return": functions.invoke(self._client(), request.tok, request.args)}  # a word of Python's
        return provider_pb2.InvokeResponse(**found)

    def List(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """List all resources of a type that the account has."""
        yield from self._list(request, context)

    @_answer
    def _list(self, request: Any, context: Any) -> list[Any]:
        from . import functions  # noqa: PLC0415  # the same

        return functions.list_resources(self._client(), request)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Do nothing: the engine calls this at the end of every run, and calls in flight finish after Ctrl-C."""
        return empty_pb2.Empty()

    def hide_secrets(self, request: Any, text: str) -> str:
        """Return a text without the secrets of a request."""
        # Only the table of a resource tells which of its inputs are secret.
        if not hasattr(request, "urn") or isinstance(request, provider_pb2.ConfigureRequest):
            return text
        try:
            lifecycle, rows = self._find(request)
        except InputError:
            return text
        structs = [each for _, each in request.ListFields() if isinstance(each, struct_pb2.Struct)]
        return find_secrets(lifecycle, {}, *(receive(rows, each) for each in structs)).redact(text)

    @property
    def run(self) -> Run:
        """What this process knows. Raises InputError before the engine has configured it."""
        if self._run is None:
            raise InputError("the provider is not configured yet")
        return self._run

    def _client(self) -> TavusClient:
        settings = self.run.settings
        # Without the spare key: nothing must be looked up in another account.
        return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, naming=settings.naming)

    def _find(self, request: Any) -> tuple[type[Lifecycle], Any]:
        lifecycle = find_lifecycle(request.urn.split("::")[2].rpartition("$")[2])
        return lifecycle, all_rows(lifecycle)

    def _resource(self, request: Any, received: Received, *, is_new: bool = False) -> Lifecycle:
        lifecycle, _ = self._find(request)
        timeout = getattr(request, "timeout", 0.0) or None
        context = Context(request.urn, getattr(request, "preview", False), timeout, received.secrets, is_new)
        return lifecycle(self.run, context)

    def _require_ready(self, resource: Lifecycle, id_: str, outs: Props, *known: struct_pb2.Struct) -> None:
        """Raise NotReady where Tavus still works on an object that was waited for: the state then has it all the same."""
        reason = resource.find_unready(outs)
        if reason:
            raise NotReady(id_, reason, *known)

    def _warn_of_timeout(self, resource: Lifecycle) -> None:
        if resource.context.timeout and not resource.honors_timeout:
            instead = "settings such as tavus:retryTimeout say how long to wait"
            self.log.write(f"customTimeouts has no effect on {resource.name}: {instead}", resource.context.urn, WARNING)


def _preview(lifecycle: type[Lifecycle], news: Props) -> Props:
    """Return the inputs, and every output as not known yet."""
    return {**dict.fromkeys(outputs_table(lifecycle.state).spellings, UNKNOWN), **news}
