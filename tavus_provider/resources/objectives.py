"""
Objectives: what a persona works towards in a conversation, step by step.

The surprising rule: Tavus can change a single objective in place, but several under one id only by making them anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict, Unpack

import pulumi

from ..lifecycle.json_patch import Operation
from ..lifecycle.lifecycle import Props
from ..lifecycle.tavus_object import OnDestroy, TavusObject, TavusObjectProvider, existing
from ..objects.item_sets import ItemSetLifecycle
from ..program.resource import Out
from ..schema.documentation import add_documentation
from ..schema.fields import Field
from ..schema.formats import http_url


def _objective_name(name: str) -> str | None:
    return None if name and not any(map(str.isspace, name)) else f"must have no spaces, as in check_age, not {name!r}"


def _some(objectives: Sequence[Any]) -> str | None:
    return None if objectives else "must have at least one objective"


def _unknown_steps(objectives: Sequence[Any]) -> str | None:
    """Warn of a next objective that is none of these."""
    items = [each for each in objectives if isinstance(each, Mapping)]
    following = {str(name) for each in items for name in each.get("next_conditional_objectives") or ()}
    following |= {str(each["next_required_objective"]) for each in items if each.get("next_required_objective")}
    unknown = sorted(following - {each.get("objective_name") for each in items})
    return f"has none of these, which others name as the next one: {', '.join(unknown)}" if unknown else None


class ObjectiveArgs(TypedDict):
    """One objective."""

    objective_name: Annotated[pulumi.Input[str], Field("Name, without spaces.", validator=_objective_name)]
    objective_prompt: Annotated[pulumi.Input[str], Field("What is to be reached.")]
    confirmation_mode: NotRequired[
        Annotated[
            pulumi.Input[Literal["auto", "manual"]],
            Field("Whether the model decides that it is reached, or the participant confirms it.", default="auto"),
        ]
    ]
    output_variables: NotRequired[
        Annotated[pulumi.Input[Sequence[pulumi.Input[str]]], Field("Names of what is to be found out on the way.")]
    ]
    modality: NotRequired[
        Annotated[pulumi.Input[Literal["verbal", "visual"]], Field("Whether it is about words or sight.", default="verbal")]
    ]
    next_conditional_objectives: NotRequired[
        Annotated[
            pulumi.Input[Mapping[str, pulumi.Input[str]]], Field("Names of objectives that may follow, each with its condition.")
        ]
    ]
    next_required_objective: NotRequired[Annotated[pulumi.Input[str], Field("Name of the objective that follows.")]]
    callback_url: NotRequired[
        Annotated[pulumi.Input[str], Field("Receives a webhook when it is reached.", validator=http_url, sensitive=True)]
    ]


class ObjectivesArgs(TypedDict, total=False):
    """The inputs of objectives."""

    data: Required[
        Annotated[
            pulumi.Input[Sequence[pulumi.Input[ObjectiveArgs]]],
            Field(
                "The objectives. A single one changes in place; several are made anew.",
                replaces=False,
                validator=_some,
                warning=_unknown_steps,
            ),
        ]
    ]
    existing_objectives_id: Annotated[pulumi.Input[str], existing("objectives")]
    on_destroy: OnDestroy


class ObjectivesLifecycle(ItemSetLifecycle):
    """What objectives do."""

    args = ObjectivesArgs
    name = "Objectives"
    noun = "objectives"
    path = "/v2/objectives"
    id_field = "objectives_id"
    item_name = "objective_name"
    itemwise = ("/data",)

    def unchangeable(self, olds: Props, news: Props, changes: Sequence[str]) -> Iterable[str]:
        """Several objectives, before or after, cannot be patched: Tavus's paths know one."""
        lists = [each for each in (olds.get("data"), news.get("data")) if isinstance(each, list)]
        return ["data"] if "data" in changes and any(len(each) != 1 for each in lists) else []

    def change(self, id_: str, operations: list[Operation]) -> None:
        """Patch the only objective, whose members Tavus has at the root."""
        super().change(id_, [{**each, "path": each["path"].removeprefix("/data/0")} for each in operations])

    def property_of(self, path: str) -> str:
        """Return the input that a path leads to."""
        return super().property_of(path if path.startswith("/data") else f"/data/0{path}")


class ObjectivesProvider(TavusObjectProvider):
    """Serves objectives to the engine; its path is stored in users' state."""

    lifecycle = ObjectivesLifecycle


@add_documentation(ObjectivesArgs, source="Tavus API reference, Create Objectives")
class Objectives(TavusObject, module="tavus", name="Objectives", provider=ObjectivesProvider):
    """
    Objectives: what a persona works towards in a conversation, one after the other.

    A persona takes them as `objectives`. A single objective changes in place; several get a new id, which the persona is given
    before the old ones are deleted.
    """

    objectives_id: Annotated[pulumi.Output[str], Out("Id of the objectives.")]
    data: Annotated[pulumi.Output[Sequence[Mapping[str, Any]] | None], Out("The objectives.")]
    created_at: Annotated[pulumi.Output[str], Out("Time of creation, as Tavus writes it.")]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ObjectivesArgs]) -> None:
        super().__init__(ObjectivesProvider(), resource_name, args, opts)
