"""
How a program declares a resource: its keyword arguments become inputs, its annotated outputs become attributes.
"""

from __future__ import annotations

import atexit
import functools
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import pulumi
import pulumi.dynamic
import pulumi.runtime

from ..api.notices import notify
from ..dynamic.provider import Provider
from ..journal.backend import backend
from ..journal.journal import Intent, Journal
from ..lifecycle.lifecycle import URN
from ..schema.fields import Table, table
from ..schema.validation import advice
from .arguments import require_options, to_properties


@dataclass(frozen=True)
class Out:
    """What is known of one output: a sentence, and whether it is a secret."""

    doc: str
    secret: bool = False


class Resource(pulumi.dynamic.Resource):
    """
    Base of the classes that programs use.

    A subclass annotates its outputs: `status: Annotated[pulumi.Output[str], Out("…")]`.
    """

    def __init__(
        self, provider: Provider, resource_name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        require_options(f"{type(self).__name__} {resource_name!r}", opts)
        outputs = find_outputs(type(self))
        props: dict[str, Any] = {**dict.fromkeys(outputs), **to_properties(table(provider.lifecycle.args), args)}
        opts = pulumi.ResourceOptions.merge(opts, _secrets(outputs))
        if not opts.id:
            props[URN] = _urn(resource_name, type(self), opts.parent)
        super().__init__(provider, resource_name, props, opts)
        self._advise(table(provider.lifecycle.args), args)

    @classmethod
    def _read(cls, provider: Provider, resource_name: str, id_: pulumi.Input[str], opts: pulumi.ResourceOptions | None) -> Self:
        """Declare a resource that is read, not owned."""
        self = cls.__new__(cls)
        Resource.__init__(self, provider, resource_name, {}, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id_)))
        return self

    def _advise(self, rows: Table, args: Mapping[str, Any]) -> None:
        """Warn of what is allowed but probably not meant, as soon as its value is known."""
        for row in rows:
            value = args.get(row.name)
            if value is not None and (row.field.warning or row.field.deprecated or row.shapes):
                warn = functools.partial(self._warn, rows, row.name)
                # An output costs several tasks of the event loop, which is much for a text or a number.
                warn(value) if isinstance(value, str | int | float) else pulumi.Output.from_input(value).apply(warn)

    def _warn(self, rows: Table, name: str, value: object) -> None:
        for each in advice(rows, {name: value}):
            pulumi.log.warn(f"{each.property} {each.reason}", resource=self)


def find_outputs(resource: type) -> dict[str, Out]:
    """Return the outputs that a resource class and its bases declare, by name."""
    hints = [item for each in reversed(resource.__mro__) for item in inspect.get_annotations(each).items()]
    return {name: part for name, hint in hints for part in typing.get_args(hint) if isinstance(part, Out)}


def _secrets(outputs: Mapping[str, Out]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(additional_secret_outputs=[name for name, out in outputs.items() if out.secret])


async def _urn(resource_name: str, resource: type[pulumi.dynamic.Resource], parent: pulumi.Resource | None) -> str | None:
    """Return the URN that the engine will give; awaited rather than an output, which would depend on the parent for ever."""
    above = await parent.urn.future() if parent else None
    within = f"{above.rpartition('::')[0]}$" if above else _of_this_stack()
    urn = f"{within}pulumi-python:{resource._resource_type_name}::{resource_name}"
    _declared.add(urn)
    return urn


def _of_this_stack() -> str:
    """Return how the URNs of this stack begin. Source: Pulumi docs, "Resource names", URNs."""
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"


_declared: set[str] = set()


@atexit.register
def _name_unclaimed() -> None:
    """At the end of a program, name what an interrupted run began for a resource that is no longer declared."""
    if pulumi.runtime.settings.get_monitor() is None:
        return  # no program of Pulumi's
    ours = _of_this_stack()
    journal = Journal()
    journal.prune()
    for intent in journal.intents():
        if intent.resource.startswith(ours) and intent.backend == backend() and intent.resource not in _declared:
            notify(_unclaimed(intent, journal))


_OR_FAILED = " (or the program failed before it was)"
"""The end of a program does not tell whether it failed."""


def _unclaimed(intent: Intent, journal: Journal) -> str:
    what = f"{intent.kind} {intent.name!r}" + (f" ({intent.id})" if intent.id not in ("", intent.name) else "")
    if intent.kind != "conversation":
        return (
            f"{what} was made for {intent.resource}, which is not declared any more{_OR_FAILED}; unless a stack has it or "
            f"this run deletes it, delete it by hand, and then {journal.path(intent)}"
        )
    return (
        f"{what} was opened for {intent.resource}, which is not declared any more{_OR_FAILED}; unless this run ends it, end it "
        "with `tavus-provider conversations --orphans --end`, which leaves alone what a stack has"
    )
