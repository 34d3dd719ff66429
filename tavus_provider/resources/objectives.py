"""Objectives: what a program declares; see objects/objectives.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.objectives import ObjectivesArgs, ObjectivesLifecycle, ObjectivesState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class ObjectivesProvider(Provider):
    """Provider that serves objectives to the engine; its path is stored in users' state."""

    lifecycle = ObjectivesLifecycle


@add_documentation(ObjectivesArgs, source="Tavus API reference, Create Objectives")
class Objectives(ObjectivesState, TavusObject, module="tavus", name="Objectives", provider=ObjectivesProvider):
    """Objectives: what a persona works towards in a conversation, one after the other.

    A persona takes them as `objectives`. Each field of each objective changes in place, under the same id, and all changes of one
    `pulumi up` are made in one call. One objective begins; those that it leads to follow.

    Example:
        intake = tavus.Objectives(
            "intake",
            data=[
                {
                    "objective_name": "ask_age",
                    "objective_prompt": "Find out how old the participant is.",
                    "output_variables": ["age"],
                    "next_required_objective": "ask_reason",
                },
                {
                    "objective_name": "ask_reason",
                    "objective_prompt": "Find out why the participant calls.",
                },
            ],
        )
        counselor = tavus.Persona(
            "counselor",
            system_prompt="You take in new clients.",
            objectives=intake,
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ObjectivesArgs]) -> None:
        super().__init__(ObjectivesProvider(), resource_name, args, opts)
