"""
Looking up sets of guardrails, by their id only: Tavus does not tell their names.

Source: Tavus API reference, Get Guardrails and List Guardrails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Unpack

import pulumi

from ..program.resource import Out
from ..resources.guardrails import GuardrailsLifecycle
from .documentation import add_documentation
from .lookup import ById, Document, Filters, Lookup, Text, as_resource
from .program import later, now


@dataclass(frozen=True, kw_only=True)
class GuardrailsResult:
    """What a lookup tells of a set of guardrails."""

    guardrails_id: Annotated[str, Out("Id of the set.")]
    data: Annotated[
        Sequence[Mapping[str, Any]] | None,
        Out("Its guardrails; of several, Tavus may tell only the first, and in a list none (None)."),
    ]
    created_at: Annotated[str | None, Out("Time of creation, as Tavus writes it.")]


class GuardrailsQuery(ById[Text], Filters, Generic[Text], total=False):
    """Which set of guardrails is meant."""


_as_guardrails = as_resource(GuardrailsLifecycle)


def _read(answer: Document) -> Document:
    """Take what a list does not tell for unknown, not for none."""
    told = _as_guardrails(answer)
    return {**told, "data": told["data"] or None}


_GUARDRAILS = Lookup(
    result=GuardrailsResult,
    noun="set of guardrails",
    plural="sets of guardrails",
    path=GuardrailsLifecycle.path,
    id_field=GuardrailsLifecycle.id_field,
    query=GuardrailsQuery,
    read=_read,
)


@add_documentation
def get_guardrails(**query: Unpack[GuardrailsQuery[str]]) -> GuardrailsResult:
    """Look up a set of guardrails by its id. Raises pulumi.RunError where there is none."""
    return now(_GUARDRAILS.one, query)


@add_documentation
def get_guardrails_output(**query: Unpack[GuardrailsQuery[pulumi.Input[str]]]) -> pulumi.Output[GuardrailsResult]:
    """Look up a set of guardrails as `get_guardrails` does, by what may be known only later."""
    return later(_GUARDRAILS.one, query)


@add_documentation
def get_guardrails_list(**filters: Unpack[Filters]) -> list[GuardrailsResult]:
    """Look up all sets of guardrails. Raises pulumi.RunError where that fails."""
    return now(_GUARDRAILS.many, filters)


@add_documentation
def get_guardrails_list_output(**filters: Unpack[Filters]) -> pulumi.Output[list[GuardrailsResult]]:
    """Look up all sets of guardrails as `get_guardrails_list` does, by what may be known only later."""
    return later(_GUARDRAILS.many, filters)
