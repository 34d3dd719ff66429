"""Base of the resource classes: keyword arguments become inputs, annotated outputs become attributes."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import pulumi
import pulumi.dynamic

from ..dynamic.plain_keys import warn_of_plain_keys
from ..dynamic.private_names import type_name
from ..dynamic.provider import URN, Provider
from ..dynamic.secrets import SECRETS
from ..dynamic.unknown_keys import warn_of_unknown_keys
from ..journal.recovery_names import NATIVE
from ..schema.fields import Table, table
from ..schema.outputs import find_outputs
from ..schema.validation import find_warnings
from .arguments import to_properties
from .native_plugin import is_native, register
from .options import refuse_options, require_options, warn_of_deletion, warn_of_options
from .secrets import find_secret_paths, has_outputs
from .urns import find_alias, note_declared, predict_urn


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
        added = pulumi.ResourceOptions(
            additional_secret_outputs=[name for name, out in outputs.items() if out.secret],
            # Lets the provider refuse what the native plugin serves; without it, the engine would replace that.
            aliases=[find_alias(NATIVE + provider.lifecycle.name, resource_name, opts.parent if opts else None)],
        )
        opts = pulumi.ResourceOptions.merge(opts, added)
        if not opts.id:
            props[URN] = predict_urn(f"pulumi-python:{type_name(type(self))}", resource_name, opts.parent)
            props[SECRETS] = find_secret_paths(inputs) if has_outputs(inputs) else None
        super().__init__(provider, resource_name, props, opts)

    def _register_native(
        self, provider: Provider, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        props = {**dict.fromkeys(find_outputs(type(self))), **inputs}
        opts = opts or pulumi.ResourceOptions()
        register(self, provider.lifecycle, resource_name, props, opts)
        if opts.parent:
            self.urn.apply(note_declared)
        else:
            predict_urn(NATIVE + provider.lifecycle.name, resource_name, None)

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
