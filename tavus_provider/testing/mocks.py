"""Mocks for `pulumi.runtime.set_mocks`: a program runs in milliseconds, without the engine, Tavus or AWS.

Source: Pulumi docs, "Unit testing Pulumi programs".
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import runpy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pulumi
import pulumi.runtime
from pulumi.runtime import rpc

from ..api.errors import InputError
from ..dynamic.secrets import SECRETS
from ..journal.recovery_names import DYNAMIC, NATIVE
from ..journal.run import Run
from ..lifecycle.base import Lifecycle, Props
from ..lifecycle.context import Context
from ..lifecycle.operations import Operations
from ..native.properties import Received, receive_values
from ..native.registry import find_lifecycle, resource_tokens
from ..program.names import all_rows, rename_outside
from ..schema.fields import table
from ..schema.outputs import find_outputs
from ..schema.secret_values import Secrets
from ..settings import Settings
from .examples import make_outputs
from .project import read_project

_ENVIRONMENT = {"TAVUS_API_KEY": "mocks"}
_ASK_AWS = ("aws:allowedAccountIds", "aws:forbiddenAccountIds")
"""Settings for which check would ask AWS."""


@dataclass(frozen=True)
class MockedResource:
    """A resource that the program has declared.

    type: the name of its class, such as "Conversation"; for resources of other packages their token. name: in the program.
    inputs: what the program gave, by the names of the arguments, secrets in clear. outputs: what it got, secrets in clear.
    is_read: whether `get` reads what exists.
    """

    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    is_read: bool = False


@dataclass
class TavusMocks(pulumi.runtime.Mocks):
    """Mocks that answer as Tavus and AWS do: `pulumi.runtime.set_mocks(TavusMocks())`.

    Every resource of this package has outputs, of either plugin. Inputs are checked as `pulumi preview` does: a mistake raises
    InputError, which the test's `pulumi.runtime.test` raises. With `set_mocks(…, preview=True)` outputs are unknown, as in a
    preview. Resources of other packages have their inputs as outputs; a subclass can override `new_resource` and `call` for them.

    outputs: outputs that replace these, by the name of the resource in the program, or by that of its class.
    """

    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    resources: list[MockedResource] = field(default_factory=list, init=False)
    """What the program has declared, in the order in which that became known."""
    exports: dict[str, Any] = field(default_factory=dict, init=False)
    """What a program that `run` ran has exported, secrets in clear; nothing in a preview that does not know all of it."""

    def run(
        self,
        program: Callable[[], object] | str | Path,
        *,
        config: Mapping[str, Any] | None = None,
        project: str = "",
        stack: str = "stack",
        preview: bool = False,
    ) -> Self:
        """Run a function that declares resources, or the program in a project's folder, to its end; return these mocks.

        config: the stack's configuration by key; a key without a namespace is the project's own. What it lacks has the default
        that Pulumi.yaml gives. project: its name; by default that in Pulumi.yaml, for a function "project". preview: whether the
        program runs as in `pulumi preview`. Raises what the program raises, and InputError for wrong inputs.
        """
        if callable(program):
            declare, name, defaults = program, "project", dict[str, Any]()
        else:
            declare = functools.partial(runpy.run_path, str(program), run_name="__main__")
            name, defaults = read_project(Path(program))
        self.resources.clear()
        self.exports.clear()
        settings = _to_config({**defaults, **(config or {})}, project or name)
        # An empty context has no stack of a run before; each has its exports and its event loop.
        _thread().submit(contextvars.Context().run, self._run_here, declare, settings, project or name, stack, preview).result()
        return self

    def _run_here(self, declare: Callable[[], object], settings: dict[str, str], project: str, stack: str, preview: bool) -> None:
        """Run a program to its end in this thread."""

        def run_to_end() -> pulumi.Output[Any]:
            declare()
            root: Any = pulumi.runtime.get_root_resource()
            return pulumi.Output.all(**root.outputs).apply(self.exports.update)

        pulumi.runtime.set_all_config(settings)
        pulumi.runtime.set_mocks(self, project=project, stack=stack, preview=preview)
        pulumi.runtime.test(run_to_end)()  # type: ignore[no-untyped-call]  # as pulumi has it

    def find(self, type_: str, name: str) -> MockedResource:
        """Return the resource of a class and a name. Raises LookupError, which lists what there is."""
        for each in self.resources:
            if (each.type, each.name) == (type_, name):
                return each
        declared = ", ".join(f"{each.type} {each.name!r}" for each in self.resources)
        raise LookupError(f"the program has declared no {type_} {name!r}; it has declared: {declared or 'nothing'}")

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Return id and outputs of a resource. Raises InputError for wrong inputs, as `pulumi preview` refuses them."""
        token = NATIVE + args.typ.removeprefix(DYNAMIC).removeprefix(NATIVE)
        if not args.typ.startswith((DYNAMIC, NATIVE)) or token not in resource_tokens():
            return self._add(
                args.typ, args, args.inputs, args.resource_id or (f"{args.name}-id" if args.custom else ""), args.inputs
            )
        lifecycle = find_lifecycle(token)
        received = _receive(lifecycle, args.inputs)
        resource = lifecycle(Run(_load_settings()), Context(secrets=received.secrets, is_new=True))
        if not args.resource_id:
            _require_valid(resource, args.name, received)
            if pulumi.runtime.is_dry_run():
                return self._add(lifecycle.name, args, received.props, "", args.inputs)
        id_, outs = make_outputs(resource, args.name, received.props, args.resource_id or "")
        self._require_outputs(resource, args.name)
        _, outs = self._add(lifecycle.name, args, received.props, id_, outs)
        return id_, _mark_secrets(lifecycle, received, outs, is_native=args.typ.startswith(NATIVE))

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Return nothing; the lookups of this package speak to Tavus themselves, so they never come here."""
        return {}

    def _add(
        self, type_: str, args: pulumi.runtime.MockResourceArgs, inputs: Mapping[str, Any], id_: str, outs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Add a resource to the declared ones; return id and outputs, with those that the test gives."""
        shown = {**outs, **self.outputs.get(type_, {}), **self.outputs.get(args.name, {})}
        self.resources.append(MockedResource(type_, args.name, id_, inputs, shown, is_read=bool(args.resource_id)))
        return id_, shown

    def _require_outputs(self, resource: Lifecycle, name: str) -> None:
        """Raise InputError where the test gives an output that the resource does not have."""
        known = {*find_outputs(resource.state), *resource.inputs.spellings}
        for unknown in sorted({*self.outputs.get(resource.name, {}), *self.outputs.get(name, {})} - known):
            listed = ", ".join(sorted(find_outputs(resource.state)))
            raise InputError(f"TavusMocks: {resource.name} {name!r} has no output {unknown}: it has {listed}")


def _receive(lifecycle: type[Lifecycle], inputs: Mapping[str, Any]) -> Received:
    """Return the inputs as lifecycles take them, with the paths of secrets."""
    received = receive_values(all_rows(lifecycle), inputs)
    # The SDK marks a whole input as secret; the dynamic provider knows what in it is.
    exact = inputs.get(SECRETS)
    return Received(received.props, tuple(exact)) if exact else received


@functools.cache
def _thread() -> ThreadPoolExecutor:
    """Return the thread in which programs run: `asyncio.run` of a test leaves the test's own thread without an event loop."""
    return ThreadPoolExecutor(1, "mocks", _make_event_loop)


def _make_event_loop() -> None:
    loop = asyncio.new_event_loop()
    # `run` raises the first error; asyncio would print the futures that hold the same one, whenever they are collected.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)


def _to_config(config: Mapping[str, Any], project: str) -> dict[str, str]:
    """Return the configuration as the SDK has it: full keys, booleans as in YAML."""
    texts = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in config.items()}
    return {key if ":" in key else f"{project}:{key}": text for key, text in texts.items()}


def _load_settings() -> Settings:
    """Return the settings of the stack's configuration alone, with a key and without what would ask AWS."""
    find: Callable[[str], str | None] = pulumi.runtime.get_config
    return Settings.load(lambda key: None if key in _ASK_AWS else find(key), _ENVIRONMENT)


def _require_valid(resource: Lifecycle, name: str, received: Received) -> None:
    _, failures = Operations(resource).check({}, received.props)
    if failures:
        raise InputError(f"{resource.name} {name!r}: {'; '.join(dict.fromkeys(map(str, failures)))}")


def _mark_secrets(lifecycle: type[Lifecycle], received: Received, outs: Props, *, is_native: bool) -> Props:
    """Return outputs with the marks of secrets and the names that the engine would give to the program."""
    secrets = Secrets(table(lifecycle.args), received.secrets, (outs, received.props))
    marked = secrets.mark_all(outs, find_outputs(lifecycle.state), rpc.wrap_rpc_secret)
    return rename_outside(all_rows(lifecycle), marked) if is_native else marked
