"""Guardrails: what a program declares; see objects/guardrails.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.guardrails import GuardrailsArgs, GuardrailsLifecycle, GuardrailsState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class GuardrailsProvider(Provider):
    """Provider that serves guardrails to the engine; its path is stored in users' state."""

    lifecycle = GuardrailsLifecycle


@add_documentation(GuardrailsArgs, source="Tavus API reference, Create Guardrails")
class Guardrails(GuardrailsState, TavusObject, module="tavus", name="Guardrails", provider=GuardrailsProvider):
    """A set of guardrails: what a persona must not do, and what it must.

    A persona takes it as `guardrails`. Each field of each guardrail changes in place, under the same id. Tavus calls such sets
    legacy, since it also has single guardrails, and says that it still supports them.

    Example:
        clinic = tavus.Guardrails(
            "clinic",
            name="Clinic",
            data=[
                {
                    "guardrail_name": "no_diagnosis",
                    "guardrail_prompt": "Never name a disease that the participant may have.",
                },
                {
                    "guardrail_name": "no_minors",
                    "guardrail_prompt": "No child is in the picture.",
                    "modality": "visual",
                },
            ],
        )
        doctor = tavus.Persona(
            "doctor",
            system_prompt="You find an appointment for patients.",
            guardrails=clinic,
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[GuardrailsArgs]) -> None:
        super().__init__(GuardrailsProvider(), resource_name, args, opts)
