"""Persona: what a program declares; see objects/persona.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.persona import PersonaArgs, PersonaLifecycle, PersonaState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class PersonaProvider(Provider):
    """Provider that serves personas to the engine; its path is stored in users' state."""

    lifecycle = PersonaLifecycle


@add_documentation(PersonaArgs, source="Tavus API reference, Create Persona")
class Persona(PersonaState, TavusObject, module="tavus", name="Persona", provider=PersonaProvider):
    """A persona: how a replica behaves in conversations. Tavus also calls it a PAL.

    Everything about it changes in place, so that the applications which hold its id never notice. What Tavus refuses to change
    is an error, never a replacement. Keys and headers are secrets in the state and in all that is shown, so a new key shows as an
    update without any value.

    Example:
        coach = tavus.Persona(
            "coach",
            system_prompt="You are a patient coach. You ask one question at a time.",
            default_replica_id="r90bbd427f71",
            perception={"visual_awareness_queries": ["Does the participant look tired?"]},
            conversational_flow={"turn_taking_patience": "high"},
        )
        lesson = tavus.Conversation(
            "lesson",
            persona=coach,
            max_call_duration=600,
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[PersonaArgs]) -> None:
        super().__init__(PersonaProvider(), resource_name, args, opts)
