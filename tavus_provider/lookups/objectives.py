"""Lookup of objectives; their name is that of their first objective.

Source: Tavus API reference, Get Objectives and List Objectives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..objects.objectives import ObjectivesLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Query, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class ObjectivesResult:
    """Result of the lookup of objectives."""

    objectives_id: Annotated[str, Out("Their id.")]
    data: Annotated[Sequence[Mapping[str, Any]] | None, Out("The objectives; of several, Tavus may return only the first.")]
    created_at: CreatedAt


_OBJECTIVES = resource_lookup(
    ObjectivesLifecycle,
    ObjectivesResult,
    noun="set of objectives",
    plural="sets of objectives",
    name_field="objective_name",
)


@add_documentation
def get_objectives(**query: Unpack[Query[str]]) -> ObjectivesResult:
    """Look up a set of objectives by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_OBJECTIVES.find_one, query)


@add_documentation
def get_objectives_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[ObjectivesResult]:
    """Look up a set of objectives as `get_objectives` does, by values that may be known only later."""
    return look_up_output(_OBJECTIVES.find_one, query)


@add_documentation
def get_objectives_list(**filters: Unpack[Filters]) -> list[ObjectivesResult]:
    """Look up all sets of objectives. Raises pulumi.RunError where that fails."""
    return look_up(_OBJECTIVES.list_all, filters)


@add_documentation
def get_objectives_list_output(**filters: Unpack[Filters]) -> pulumi.Output[list[ObjectivesResult]]:
    """Look up all sets of objectives as `get_objectives_list` does, by values that may be known only later."""
    return look_up_output(_OBJECTIVES.list_all, filters)
