"""Lookup of sets of guardrails, by their id only, since Tavus does not return their names.

Source: Tavus API reference, Get Guardrails and List Guardrails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Unpack

import pulumi

from ..objects.guardrails import GuardrailsLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import ById, CreatedAt, Document, Filters, Str, reader_for, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class GuardrailsResult:
    """Result of the lookup of a set of guardrails."""

    guardrails_id: Annotated[str, Out("Id of the set.")]
    data: Annotated[
        Sequence[Mapping[str, Any]] | None,
        Out("Its guardrails; of several, Tavus may return only the first, and None in a list."),
    ]
    created_at: CreatedAt


class GuardrailsQuery(ById[Str], Filters, Generic[Str], total=False):
    """Arguments of the lookup of one set of guardrails."""


_read_as_resource = reader_for(GuardrailsLifecycle)


def _read(answer: Document) -> Document:
    """Return the set of guardrails in an answer."""
    document = _read_as_resource(answer)
    # A list does not have the guardrails of a set, which does not mean that there are none.
    return {**document, "data": document["data"] or None}


_GUARDRAILS = resource_lookup(
    GuardrailsLifecycle,
    GuardrailsResult,
    noun="set of guardrails",
    plural="sets of guardrails",
    query=GuardrailsQuery,
    read=_read,
)


@add_documentation
def get_guardrails(**query: Unpack[GuardrailsQuery[str]]) -> GuardrailsResult:
    """Look up a set of guardrails by its id. Raises pulumi.RunError where there is none."""
    return look_up(_GUARDRAILS.find_one, query)


@add_documentation
def get_guardrails_output(**query: Unpack[GuardrailsQuery[pulumi.Input[str]]]) -> pulumi.Output[GuardrailsResult]:
    """Look up a set of guardrails as `get_guardrails` does, by values that may be known only later."""
    return look_up_output(_GUARDRAILS.find_one, query)


@add_documentation
def get_guardrails_list(**filters: Unpack[Filters]) -> list[GuardrailsResult]:
    """Look up all sets of guardrails. Raises pulumi.RunError where that fails."""
    return look_up(_GUARDRAILS.list_all, filters)


@add_documentation
def get_guardrails_list_output(**filters: Unpack[Filters]) -> pulumi.Output[list[GuardrailsResult]]:
    """Look up all sets of guardrails as `get_guardrails_list` does, by values that may be known only later."""
    return look_up_output(_GUARDRAILS.list_all, filters)
