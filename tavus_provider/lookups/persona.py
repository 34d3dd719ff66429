"""Lookup of personas, which Tavus also calls PALs.

Sources: Tavus API reference, Get Persona and List Personas; tavus-cli 0.11.0, for what the reference does not return.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Unpack

import pulumi

from ..objects.persona import PersonaLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import Bool, CreatedAt, Filters, OwnOrSystem, SystemQuery, UpdatedAt, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class PersonaResult:
    """Result of the lookup of a persona. What may be secret in its layers is left out: keys, headers, address of the model.

    What only some versions of Tavus's API tell is None where it is not told.
    """

    persona_id: Annotated[str, Out("Id of the persona.")]
    persona_name: Annotated[str | None, Out("Its name.")]
    system_prompt: Annotated[str | None, Out("Who it is and how it behaves.")]
    greeting: Annotated[str | None, Out("First sentence of its calls.")]
    pipeline_mode: Annotated[str | None, Out("Whether it thinks for itself, or only says what it is given.")]
    default_replica_id: Annotated[str | None, Out("Replica that appears where a conversation names none.")]
    document_ids: Annotated[Sequence[str] | None, Out("Documents that it may use.")]
    document_tags: Annotated[Sequence[str] | None, Out("Tags of documents that it may use.")]
    objectives_id: Annotated[str | None, Out("What it works towards.")]
    guardrails_id: Annotated[str | None, Out("What it must not do.")]
    perception: Annotated[Mapping[str, Any] | None, Out("How it sees and hears.")]
    stt: Annotated[Mapping[str, Any] | None, Out("How it understands speech.")]
    conversational_flow: Annotated[Mapping[str, Any] | None, Out("How it takes its turn.")]
    llm: Annotated[
        Mapping[str, Any] | None, Out("Its language model, without `api_key`, `headers`, `default_query` and `base_url`.")
    ]
    tts: Annotated[Mapping[str, Any] | None, Out("How it speaks, without `api_key`.")]
    transport: Annotated[Mapping[str, Any] | None, Out("Where its pictures and its sound travel.")]
    knowledge_base: Annotated[Mapping[str, Any] | None, Out("How it searches its documents.")]
    capabilities: Annotated[Mapping[str, Any] | None, Out("What else it can do.")]
    conferencing: Annotated[Mapping[str, Any] | None, Out("Identity with which it is invited to meetings.")]
    conferencing_email: Annotated[str | None, Out("Address by which it is invited to meetings.")]
    created_at: CreatedAt
    updated_at: UpdatedAt


class PersonaFilters(OwnOrSystem[Bool], Filters, Generic[Bool], total=False):
    """Filters of the list of personas."""


_PERSONAS = resource_lookup(
    PersonaLifecycle,
    PersonaResult,
    name_field="persona_name",
    query=SystemQuery,
    filters=PersonaFilters,
    parameters={"system": "persona_type"},
)


@add_documentation
def get_persona(**query: Unpack[SystemQuery[str, bool]]) -> PersonaResult:
    """Look up one persona by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_PERSONAS.find_one, query)


@add_documentation
def get_persona_output(**query: Unpack[SystemQuery[pulumi.Input[str], pulumi.Input[bool]]]) -> pulumi.Output[PersonaResult]:
    """Look up one persona as `get_persona` does, by values that may be known only later."""
    return look_up_output(_PERSONAS.find_one, query)


@add_documentation
def get_personas(**filters: Unpack[PersonaFilters[bool]]) -> list[PersonaResult]:
    """Look up all personas. Raises pulumi.RunError where that fails."""
    return look_up(_PERSONAS.list_all, filters)


@add_documentation
def get_personas_output(**filters: Unpack[PersonaFilters[pulumi.Input[bool]]]) -> pulumi.Output[list[PersonaResult]]:
    """Look up all personas as `get_personas` does, by values that may be known only later."""
    return look_up_output(_PERSONAS.list_all, filters)
