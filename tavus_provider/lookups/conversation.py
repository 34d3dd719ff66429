"""Lookup of conversations, active and ended.

Source: Tavus API reference, Get Conversation and List Conversations.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypedDict, TypeVar, Unpack

import pulumi

from ..conversations.calls import PATH
from ..schema.annotations import Input
from ..schema.fields import Field
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Lookup, Query, Str, UpdatedAt
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class ConversationResult:
    """Result of the lookup of a conversation."""

    conversation_id: Annotated[str, Out("Id of the conversation.")]
    conversation_name: Annotated[str | None, Out("Its name.")]
    conversation_url: Annotated[str | None, Out("Where participants join.")]
    status: Annotated[str | None, Out("`active` or `ended`.")]
    replica_id: Annotated[str | None, Out("Replica that appears.")]
    persona_id: Annotated[str | None, Out("Persona in use.")]
    created_at: CreatedAt
    updated_at: UpdatedAt


Status = Literal["active", "ended"]
State = TypeVar("State", bound=Input[Status])


class ByStatus(TypedDict, Generic[State], total=False):
    """Filter by status."""

    status: Annotated[State, Field("Only what is active, or only what has ended; both unless given.")]


class ConversationQuery(Query[Str], ByStatus[State], Generic[Str, State], total=False):
    """Arguments of the lookup of one conversation; `status` distinguishes two of the same name."""


class ConversationFilters(ByStatus[State], Filters, Generic[State], total=False):
    """Filters of the list of conversations."""


_CONVERSATIONS = Lookup(
    result=ConversationResult,
    noun="conversation",
    plural="conversations",
    path=PATH,
    id_field="conversation_id",
    name_field="conversation_name",
    query=ConversationQuery,
    filters=ConversationFilters,
)


@add_documentation
def get_conversation(**query: Unpack[ConversationQuery[str, Status]]) -> ConversationResult:
    """Look up one conversation by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_CONVERSATIONS.find_one, query)


@add_documentation
def get_conversation_output(
    **query: Unpack[ConversationQuery[pulumi.Input[str], pulumi.Input[Status]]],
) -> pulumi.Output[ConversationResult]:
    """Look up one conversation as `get_conversation` does, by values that may be known only later."""
    return look_up_output(_CONVERSATIONS.find_one, query)


@add_documentation
def get_conversations(**filters: Unpack[ConversationFilters[Status]]) -> list[ConversationResult]:
    """Look up all conversations. Raises pulumi.RunError where that fails."""
    return look_up(_CONVERSATIONS.list_all, filters)


@add_documentation
def get_conversations_output(
    **filters: Unpack[ConversationFilters[pulumi.Input[Status]]],
) -> pulumi.Output[list[ConversationResult]]:
    """Look up all conversations as `get_conversations` does, by values that may be known only later."""
    return look_up_output(_CONVERSATIONS.list_all, filters)
