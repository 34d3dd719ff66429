"""Objects of Tavus that conversations refer to: their resource classes, and those that remain in an account."""

from __future__ import annotations

from typing import Any, get_args

import tavus_provider
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Kind

OBJECTS = (
    tavus_provider.Deployment,
    tavus_provider.Document,
    tavus_provider.Guardrail,
    tavus_provider.Guardrails,
    tavus_provider.Objectives,
    tavus_provider.Persona,
    tavus_provider.PronunciationDictionary,
    tavus_provider.Replica,
    tavus_provider.Tool,
    tavus_provider.Voice,
)


def remaining_objects(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the objects of an account that were created, conversations aside, and that still exist."""
    made = [each for kind in get_args(Kind) for each in sandbox.control.objects(kind)]
    return [each for each in made if not each["seeded"] and each["deleted"] is None]
