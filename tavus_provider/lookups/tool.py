"""Lookup of tools.

Source: Tavus API reference, Get Tool and List Tools.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..objects.tool import ToolLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Query, UpdatedAt, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class ToolResult:
    """Result of the lookup of a tool."""

    tool_id: Annotated[str, Out("Id of the tool.")]
    name: Annotated[str | None, Out("Its name.")]
    description: Annotated[str | None, Out("What it does.")]
    parameters: Annotated[Mapping[str, Any] | None, Out("JSON Schema of its arguments.")]
    origin: Annotated[str | None, Out("What leads to a call.")]
    on_call: Annotated[str | None, Out("What the persona does while it runs.")]
    on_resolve: Annotated[str | None, Out("What the persona does with its result.")]
    static_filler: Annotated[str | None, Out("What the persona says while it runs.")]
    tags: Annotated[Sequence[str] | None, Out("Its tags.")]
    delivery: Annotated[Mapping[str, Any] | None, Out("Where calls go, with stars for secrets.", secret=True)]
    created_at: CreatedAt
    updated_at: UpdatedAt


_TOOLS = resource_lookup(ToolLifecycle, ToolResult, name_field="name")


@add_documentation
def get_tool(**query: Unpack[Query[str]]) -> ToolResult:
    """Look up one tool by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_TOOLS.find_one, query)


@add_documentation
def get_tool_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[ToolResult]:
    """Look up one tool as `get_tool` does, by values that may be known only later."""
    return look_up_output(_TOOLS.find_one, query)


@add_documentation
def get_tools(**filters: Unpack[Filters]) -> list[ToolResult]:
    """Look up all tools. Raises pulumi.RunError where that fails."""
    return look_up(_TOOLS.list_all, filters)


@add_documentation
def get_tools_output(**filters: Unpack[Filters]) -> pulumi.Output[list[ToolResult]]:
    """Look up all tools as `get_tools` does, by values that may be known only later."""
    return look_up_output(_TOOLS.list_all, filters)
