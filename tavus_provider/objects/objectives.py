"""Objectives: what a persona works towards in a conversation, step by step.

The surprising rule: Tavus can change a single objective in place; several under one id have to be replaced.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation
from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url
from ..schema.outputs import Out
from .item_sets import ItemSetLifecycle


def _objective_name(name: str) -> str | None:
    return None if name and not any(map(str.isspace, name)) else f"must have no spaces, as in check_age, not {name!r}"


def _validate_not_empty(objectives: Sequence[Any]) -> str | None:
    return None if objectives else "must have at least one objective"


def _warn_of_unknown_steps(objectives: Sequence[Any]) -> str | None:
    """Warn of a next objective that is none of these."""
    items = [each for each in objectives if isinstance(each, Mapping)]
    following = {str(name) for each in items for name in each.get("next_conditional_objectives") or ()}
    following |= {str(each["next_required_objective"]) for each in items if each.get("next_required_objective")}
    unknown = sorted(following - {each.get("objective_name") for each in items})
    return f"has none of these, which others name as the next one: {', '.join(unknown)}" if unknown else None


class ObjectiveArgs(TypedDict):
    """One objective."""

    objective_name: Annotated[Input[str], Field("Name, without spaces.", validator=_objective_name)]
    objective_prompt: Annotated[Input[str], Field("What is to be reached.")]
    confirmation_mode: NotRequired[
        Annotated[
            Input[Literal["auto", "manual"]],
            Field("Whether the model decides that it is reached, or the participant confirms it.", default="auto"),
        ]
    ]
    output_variables: NotRequired[Annotated[Input[Sequence[Input[str]]], Field("Names of what is to be found out on the way.")]]
    modality: NotRequired[
        Annotated[Input[Literal["verbal", "visual"]], Field("Whether it is about words or sight.", default="verbal")]
    ]
    next_conditional_objectives: NotRequired[
        Annotated[Input[Mapping[str, Input[str]]], Field("Names of objectives that may follow, each with its condition.")]
    ]
    next_required_objective: NotRequired[Annotated[Input[str], Field("Name of the objective that follows.")]]
    callback_url: NotRequired[
        Annotated[Input[str], Field("Receives a webhook when it is reached.", validator=validate_http_url, sensitive=True)]
    ]


class ObjectivesArgs(TypedDict, total=False):
    """The inputs of objectives."""

    data: Required[
        Annotated[
            Input[Sequence[Input[ObjectiveArgs]]],
            Field(
                "The objectives. A single one changes in place; several are made anew.",
                replaces=False,
                validator=_validate_not_empty,
                warning=_warn_of_unknown_steps,
            ),
        ]
    ]
    extra: Extra
    existing_objectives_id: Annotated[Input[str], existing("objectives")]
    on_destroy: OnDestroy


class ObjectivesState:
    """Outputs of Objectives."""

    objectives_id: Annotated[Output[str], Out("Id of the objectives.")]
    data: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("The objectives.")]
    created_at: Annotated[Output[str], Out("Time of creation, as Tavus writes it.")]


class ObjectivesLifecycle(ItemSetLifecycle):
    """Lifecycle of objectives."""

    args = ObjectivesArgs
    state = ObjectivesState
    name = "Objectives"
    noun = "objectives"
    path = "/v2/objectives"
    id_field = "objectives_id"
    item_name = "objective_name"
    itemwise = ("/data",)

    def find_unchangeable(self, olds: Props, news: Props, changes: Sequence[str]) -> Iterable[str]:
        """Return the inputs if there are several objectives, before or after: Tavus's patch reaches only one."""
        lists = [each for each in (olds.get("data"), news.get("data")) if isinstance(each, list)]
        return ["data"] if "data" in changes and any(len(each) != 1 for each in lists) else []

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Patch the only objective, whose members Tavus has at the root."""
        super().send_patch(id_, [{**each, "path": each["path"].removeprefix("/data/0")} for each in operations], news)

    def property_at(self, path: str) -> str:
        """Return the input that a path leads to."""
        return super().property_at(path if path.startswith("/data") else f"/data/0{path}")
