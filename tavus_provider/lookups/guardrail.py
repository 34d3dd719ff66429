"""Lookup of single guardrails; guardrails.py has that of sets.

Source: Tavus API reference, Get Guardrails, List Guardrails and Legacy guardrail sets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..objects.guardrail import GuardrailLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Query, UpdatedAt, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class GuardrailResult:
    """Result of the lookup of a guardrail."""

    guardrail_id: Annotated[str, Out("Id of the guardrail.")]
    guardrail_name: Annotated[str | None, Out("Its name.")]
    guardrail_prompt: Annotated[str | None, Out("What the persona must not do, or must.")]
    modality: Annotated[str | None, Out("Whether it is about words, sight or sound.")]
    app_message: Annotated[bool | None, Out("Whether the page gets an event when it is broken.")]
    tool_call: Annotated[Mapping[str, Any] | None, Out("Tool that is called when it is broken.")]
    tags: Annotated[Sequence[str] | None, Out("Its tags.")]
    created_at: CreatedAt
    updated_at: UpdatedAt


_GUARDRAILS = resource_lookup(
    GuardrailLifecycle,
    GuardrailResult,
    name_field="guardrail_name",
    listed={"legacy": "false"},
)


@add_documentation
def get_guardrail(**query: Unpack[Query[str]]) -> GuardrailResult:
    """Look up one guardrail by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_GUARDRAILS.find_one, query)


@add_documentation
def get_guardrail_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[GuardrailResult]:
    """Look up one guardrail as `get_guardrail` does, by values that may be known only later."""
    return look_up_output(_GUARDRAILS.find_one, query)


@add_documentation
def get_guardrail_list(**filters: Unpack[Filters]) -> list[GuardrailResult]:
    """Look up all single guardrails. Raises pulumi.RunError where that fails."""
    return look_up(_GUARDRAILS.list_all, filters)


@add_documentation
def get_guardrail_list_output(**filters: Unpack[Filters]) -> pulumi.Output[list[GuardrailResult]]:
    """Look up all single guardrails as `get_guardrail_list` does, by values that may be known only later."""
    return look_up_output(_GUARDRAILS.list_all, filters)
