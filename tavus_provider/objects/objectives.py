"""Objectives: what a persona works towards in a conversation, step by step.

The surprising rule: they change one by one under the same id, and Tavus refuses steps that lead in a circle or to nowhere.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from ..lifecycle.base import Props
from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url, validate_most
from ..schema.outputs import CREATED_AT, Out
from ..schema.unknowns import is_known
from ..schema.validation import Failure, find_failures
from .item_sets import MODALITIES, ItemSetLifecycle
from .objective_steps import validate_objectives, validate_order

_CLIENT = "tavus-cli 0.11.0, Tavus's own client"
_Set = functools.partial(Field, replaces=False, write_only=True, source=_CLIENT)


def _objective_name(name: str) -> str | None:
    fits = re.fullmatch(r"[a-zA-Z0-9_]+", name)
    return None if fits else f"must have only letters, digits and underscores, as in check_age, not {name!r}"


class ObjectiveArgs(TypedDict):
    """One objective."""

    objective_name: Annotated[
        Input[str], Field("Name: letters, digits and underscores.", validator=_objective_name, max_length=100)
    ]
    objective_prompt: Annotated[Input[str], Field("What is to be reached.", max_length=10_000)]
    confirmation_mode: NotRequired[
        Annotated[
            Input[Literal["auto", "manual"]],
            Field("Whether the model decides that it is reached, or the participant confirms it.", default="auto"),
        ]
    ]
    output_variables: NotRequired[
        Annotated[
            Input[Sequence[Input[str]]],
            Field("Names of the values that the persona finds out, at most 50.", validator=validate_most(50, "names")),
        ]
    ]
    modality: NotRequired[
        Annotated[Input[str], Field("Whether it is about words, sight or sound.", default="verbal", known=MODALITIES)]
    ]
    next_conditional_objectives: NotRequired[
        Annotated[
            Input[Mapping[str, Input[str]]],
            Field("Names of objectives that may follow, each with its condition; not with next_required_objective."),
        ]
    ]
    next_required_objective: NotRequired[Annotated[Input[str], Field("Name of the objective that follows.")]]
    callback_url: NotRequired[
        Annotated[
            Input[str],
            Field("Receives a webhook when it is reached.", validator=validate_http_url, sensitive=True, max_length=2048),
        ]
    ]
    tool_call: NotRequired[
        Annotated[
            Input[Mapping[str, Any]],
            Field("Tool that is called when it is reached.", write_only=True, sensitive=True, source=_CLIENT),
        ]
    ]


class ObjectivesArgs(TypedDict, total=False):
    """The inputs of objectives."""

    name: Annotated[Input[str], _Set("Name of the set.", max_length=100)]
    data: Required[
        Annotated[
            Input[Sequence[Input[ObjectiveArgs]]],
            Field("The objectives, at most 50.", replaces=False, validator=validate_objectives),
        ]
    ]
    allow_loops: Annotated[
        Input[bool],
        _Set("Whether objectives may lead back to earlier ones, and more than one may be first.", default=False),
    ]
    extra: Extra
    existing_objectives_id: Annotated[Input[str], existing("objectives")]
    on_destroy: OnDestroy


class ObjectivesState:
    """Outputs of Objectives."""

    objectives_id: Annotated[Output[str], Out("Id of the objectives.", example="o{digits}")]
    data: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("The objectives.")]
    created_at: Annotated[Output[str], CREATED_AT]


class ObjectivesLifecycle(ItemSetLifecycle):
    """Lifecycle of objectives."""

    args = ObjectivesArgs
    state = ObjectivesState
    name = "Objectives"
    noun = "objectives"
    path = "/v2/objectives"
    id_field = "objectives_id"
    item_name = "objective_name"

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield mistakes in the order of the objectives, if each of them is right."""
        data = given.get("data")
        if given.get("allow_loops") or not is_known(data) or any(find_failures(self.inputs, {"data": data}, self.name)):
            return
        reason = validate_order(data or [])
        if reason:
            yield Failure("data", reason)
