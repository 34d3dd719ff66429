"""Resource classes of the objects of Tavus that conversations refer to."""

from __future__ import annotations

import tavus_provider

OBJECTS = (
    tavus_provider.Document,
    tavus_provider.Guardrails,
    tavus_provider.Objectives,
    tavus_provider.Persona,
    tavus_provider.PronunciationDictionary,
    tavus_provider.Replica,
)
