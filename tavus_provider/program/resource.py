"""Base of the resource classes: keyword arguments become inputs, annotated outputs become attributes."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import pulumi
import pulumi.dynamic

from ..dynamic.plain_keys import warn_of_plain_keys
from ..dynamic.private_names import is_program, type_name
from ..dynamic.provider import URN, Provider
from ..dynamic.secrets import SECRETS
from ..dynamic.unknown_keys import warn_of_unknown_keys
from ..journal.recovery_names import NATIVE, unify
from ..journal.run import Run
from ..schema.fields import Table, table
from ..schema.outputs import Out, find_outputs
from ..schema.validation import find_warnings
from ..settings import Settings
from .arguments import to_properties
from .native_plugin import is_native, register
from .options import refuse_options, require_options, warn_of_deletion, warn_of_options
from .secrets import find_secret_paths, has_outputs
from .unclaimed import notify_unclaimed


class Resource(pulumi.dynamic.Resource):
    """Base of the classes that programs use.

    A subclass also inherits the class that declares its outputs: `status: Annotated[Output[str], Out("…")]`. It names what serves
    it: `class Persona(PersonaState, TavusObject, module="tavus", name="Persona", provider=PersonaProvider)`.
    """

    provider_class: ClassVar[type[Provider]]

    def __init_subclass__(cls, provider: type[Provider] | None = None, **names: str) -> None:
        super().__init_subclass__(**names)
        if provider:
            cls.provider_class = provider

    def __init__(
        self, provider: Provider, resource_name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        label, rows = f"{type(self).__name__} {resource_name!r}", table(provider.lifecycle.args)
        require_options(label, opts)
        if is_native():
            self._register_native(provider, resource_name, to_properties(rows, args), opts)
            warn_of_deletion(self, opts)
        else:
            refuse_options(label, rows, opts, is_readable=hasattr(self, "get"))
            self._register_dynamic(provider, resource_name, to_properties(rows, args), opts)
            self._warn_of_inputs(rows, args)
            warn_of_options(self, opts)
        warn_of_plain_keys()
        warn_of_unknown_keys()

    def _register_dynamic(
        self, provider: Provider, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        outputs = find_outputs(type(self))
        props: dict[str, Any] = {**dict.fromkeys(outputs), **inputs}
        # The alias lets the provider refuse what the native plugin serves; without it, the engine would replace that.
        native = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=f"{NATIVE}{provider.lifecycle.name}")])
        opts = pulumi.ResourceOptions.merge(pulumi.ResourceOptions.merge(opts, _mark_secret_outputs(outputs)), native)
        # A resource that is only read has no inputs.
        if not opts.id:
            props[URN] = _predict_urn(resource_name, type(self), opts.parent)
            props[SECRETS] = find_secret_paths(inputs) if has_outputs(inputs) else None
        super().__init__(provider, resource_name, props, opts)

    def _register_native(
        self, provider: Provider, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        register(self, provider.lifecycle, resource_name, {**dict.fromkeys(find_outputs(type(self))), **inputs}, opts)
        self.urn.apply(lambda urn: program_run().declared.add(unify(urn)))

    @classmethod
    def _read(cls, provider: Provider, resource_name: str, id_: pulumi.Input[str], opts: pulumi.ResourceOptions | None) -> Self:
        """Declare a resource that is read, not owned."""
        # The constructors of subclasses require inputs, which a resource that is read does not have.
        self = cls.__new__(cls)
        Resource.__init__(self, provider, resource_name, {}, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id_)))
        return self

    def _warn_of_inputs(self, rows: Table, args: Mapping[str, Any]) -> None:
        """Warn of what is allowed but probably not meant, as soon as its value is known."""
        for row in rows:
            value = args.get(row.name)
            if value is not None and row.can_warn:
                if has_outputs(value):
                    known = pulumi.Output.all(value, find_secret_paths({row.name: value}))
                    known.apply(functools.partial(self._warn, rows, row.name))
                else:  # an output costs several tasks of the event loop
                    self._warn(rows, row.name, (value, None))

    def _warn(self, rows: Table, name: str, known: Sequence[Any]) -> None:
        value, secrets = known
        for each in find_warnings(rows, {name: value}, secrets or ()):
            pulumi.log.warn(str(each), resource=self)


@functools.cache
def program_run() -> Run:
    """Return the run of this program, which only declares and therefore needs no setting."""
    return Run(Settings())


@atexit.register
def notify_at_exit() -> None:
    """Name what interrupted runs created for resources that this program does not declare any more."""
    if is_program():
        notify_unclaimed(program_run(), _stack_prefix())


def _mark_secret_outputs(outputs: Mapping[str, Out]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(additional_secret_outputs=[name for name, out in outputs.items() if out.secret])


async def _predict_urn(resource_name: str, resource: type[pulumi.dynamic.Resource], parent: pulumi.Resource | None) -> str | None:
    """Return the URN that the engine will give.

    The parent's URN is awaited: as an output it would make the child depend on the parent forever.
    """
    above = await parent.urn.future() if parent else None
    prefix = f"{above.rpartition('::')[0]}$" if above else _stack_prefix()
    urn = f"{prefix}pulumi-python:{type_name(resource)}::{resource_name}"
    program_run().declared.add(urn)
    return urn


def _stack_prefix() -> str:
    """Return how the URNs of this stack begin. Source: Pulumi docs, "Resource names", URNs."""
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"
