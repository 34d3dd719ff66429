"""Guardrail: what a program declares; see objects/guardrail.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.guardrail import GuardrailArgs, GuardrailLifecycle, GuardrailState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class GuardrailProvider(Provider):
    """Provider that serves single guardrails to the engine; its path is stored in users' state."""

    lifecycle = GuardrailLifecycle


@add_documentation(GuardrailArgs, source="Tavus API reference, Create Guardrails")
class Guardrail(GuardrailState, TavusObject, module="tavus", name="Guardrail", provider=GuardrailProvider):
    """A guardrail: one thing that personas must not do, or must.

    Personas take guardrails one by one (`guardrails=[first, second]`) or by their tags. All of it changes in place.
    `Guardrails` is the older set of several under one id.

    Example:
        diagnosis = tavus.Guardrail(
            "diagnosis",
            guardrail_name="no_diagnosis",
            guardrail_prompt="Never name a disease that the participant may have.",
        )
        nurse = tavus.Persona(
            "nurse",
            system_prompt="You find an appointment for patients.",
            guardrails=[diagnosis],
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[GuardrailArgs]) -> None:
        super().__init__(GuardrailProvider(), resource_name, args, opts)
