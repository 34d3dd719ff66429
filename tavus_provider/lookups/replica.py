"""Lookup of replicas, which Tavus also calls Faces.

Source: Tavus API reference, Get Replica and List Replicas.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, Unpack

import pulumi

from ..objects.replica import ReplicaLifecycle
from ..schema.fields import Field
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import Bool, CreatedAt, Filters, OwnOrSystem, Str, SystemQuery, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class ReplicaResult:
    """Result of the lookup of a replica."""

    replica_id: Annotated[str, Out("Id of the replica.")]
    replica_name: Annotated[str | None, Out("Its name.")]
    replica_type: Annotated[str | None, Out("`system` where Tavus provides it, `user` where it is the account's own.")]
    status: Annotated[str | None, Out("`started`, `completed` or `error`: the state of its training.")]
    training_progress: Annotated[str | None, Out("Steps of the training that are done, as `40/100`.")]
    error_message: Annotated[str | None, Out("Why its training failed; None in a list.")]
    model_name: Annotated[str | None, Out("Model that it was trained for.")]
    thumbnail_video_url: Annotated[str | None, Out("Short video of it.")]
    created_at: CreatedAt
    updated_at: Annotated[str | None, Out("Time of the last change, as Tavus writes it; None in a list.")]


class ReplicaFilters(OwnOrSystem[Bool], Filters, Generic[Str, Bool], total=False):
    """Filters of the list of replicas."""

    model_name: Annotated[Str, Field("Only those that were trained for this model, such as phoenix-4.")]


_REPLICAS = resource_lookup(
    ReplicaLifecycle,
    ReplicaResult,
    name_field="replica_name",
    query=SystemQuery,
    filters=ReplicaFilters,
    parameters={"system": "replica_type"},
    always={"verbose": "true"},  # otherwise Tavus leaves replica_type out
)


@add_documentation
def get_replica(**query: Unpack[SystemQuery[str, bool]]) -> ReplicaResult:
    """Look up one replica by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_REPLICAS.find_one, query)


@add_documentation
def get_replica_output(**query: Unpack[SystemQuery[pulumi.Input[str], pulumi.Input[bool]]]) -> pulumi.Output[ReplicaResult]:
    """Look up one replica as `get_replica` does, by values that may be known only later."""
    return look_up_output(_REPLICAS.find_one, query)


@add_documentation
def get_replicas(**filters: Unpack[ReplicaFilters[str, bool]]) -> list[ReplicaResult]:
    """Look up all replicas. Raises pulumi.RunError where that fails."""
    return look_up(_REPLICAS.list_all, filters)


@add_documentation
def get_replicas_output(
    **filters: Unpack[ReplicaFilters[pulumi.Input[str], pulumi.Input[bool]]],
) -> pulumi.Output[list[ReplicaResult]]:
    """Look up all replicas as `get_replicas` does, by values that may be known only later."""
    return look_up_output(_REPLICAS.list_all, filters)
