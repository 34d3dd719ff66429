"""
Looking up objectives; their name is that of their first objective.

Source: Tavus API reference, Get Objectives and List Objectives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..program.resource import Out
from ..resources.objectives import ObjectivesLifecycle
from .documentation import add_documentation
from .lookup import Filters, Lookup, Query, as_resource
from .program import later, now


@dataclass(frozen=True, kw_only=True)
class ObjectivesResult:
    """What a lookup tells of objectives."""

    objectives_id: Annotated[str, Out("Their id.")]
    data: Annotated[Sequence[Mapping[str, Any]] | None, Out("The objectives; of several, Tavus may tell only the first.")]
    created_at: Annotated[str | None, Out("Time of creation, as Tavus writes it.")]


_OBJECTIVES = Lookup(
    result=ObjectivesResult,
    noun="set of objectives",
    plural="sets of objectives",
    path=ObjectivesLifecycle.path,
    id_field=ObjectivesLifecycle.id_field,
    name_field="objective_name",
    read=as_resource(ObjectivesLifecycle),
)


@add_documentation
def get_objectives(**query: Unpack[Query[str]]) -> ObjectivesResult:
    """Look up a set of objectives by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return now(_OBJECTIVES.one, query)


@add_documentation
def get_objectives_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[ObjectivesResult]:
    """Look up a set of objectives as `get_objectives` does, by what may be known only later."""
    return later(_OBJECTIVES.one, query)


@add_documentation
def get_objectives_list(**filters: Unpack[Filters]) -> list[ObjectivesResult]:
    """Look up all sets of objectives. Raises pulumi.RunError where that fails."""
    return now(_OBJECTIVES.many, filters)


@add_documentation
def get_objectives_list_output(**filters: Unpack[Filters]) -> pulumi.Output[list[ObjectivesResult]]:
    """Look up all sets of objectives as `get_objectives_list` does, by what may be known only later."""
    return later(_OBJECTIVES.many, filters)
