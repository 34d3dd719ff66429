"""URNs by which the engine knows the resources of this program. Source: Pulumi docs, "Resource names", URNs."""

from __future__ import annotations

import functools

import pulumi

from ..journal.recovery_names import unify
from ..journal.run import Run
from ..settings import Settings


@functools.cache
def program_run() -> Run:
    """Return the run of this program, which only declares and therefore needs no setting."""
    return Run(Settings())


def stack_prefix() -> str:
    """Return how the URNs of this stack begin."""
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"


def find_alias(type_: str, resource_name: str, parent: pulumi.Resource | None) -> str | pulumi.Alias:
    """Return how a resource was called that had another type."""
    # For an Alias the SDK makes a dozen outputs with tasks of their own: a quarter of a program's processor time.
    return pulumi.Alias(type_=type_) if parent else f"{stack_prefix()}{type_}::{resource_name}"


def predict_urn(type_: str, resource_name: str, parent: pulumi.Resource | None) -> pulumi.Input[str | None]:
    """Return the URN that a resource will have, and note that this program declares it."""
    if parent:
        return _predict_below(parent, type_, resource_name)
    return note_declared(f"{stack_prefix()}{type_}::{resource_name}")


def note_declared(urn: str) -> str:
    """Note that this program declares the resource, and return its URN."""
    program_run().declared.add(unify(urn))
    return urn


async def _predict_below(parent: pulumi.Resource, type_: str, resource_name: str) -> str:
    # As an output, the parent's URN would make the child depend on the parent forever.
    above = await parent.urn.future()
    prefix = f"{above.rpartition('::')[0]}$" if above else stack_prefix()
    return note_declared(f"{prefix}{type_}::{resource_name}")
