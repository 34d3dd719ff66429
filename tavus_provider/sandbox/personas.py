"""Personas: the ones every account starts with, and how they are shown.

Source: Tavus API reference, Get Persona and List Personas.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from tavus_provider.sandbox.clock import iso
from tavus_provider.sandbox.schemas import STRING, STRINGS, Schema

Persona = dict[str, Any]

DEFAULT_ID = "p00000000000"
"""The persona of conversations that name none."""  # assumed: default-persona

COACH_ID = "pcb7a34da5fe"
"""A persona that has a default replica."""

_SHOWN = (
    "persona_id",
    "persona_name",
    "system_prompt",
    "default_replica_id",
    "document_ids",
    "document_tags",
    "layers",
    "created_at",
    "updated_at",
)

SEED: tuple[Persona, ...] = (
    {"persona_id": DEFAULT_ID, "persona_name": "Tavus", "persona_type": "system"},
    {
        "persona_id": COACH_ID,
        "persona_name": "Life Coach",
        "persona_type": "system",
        "default_replica_id": "r90bbd427f71",
        "system_prompt": "You are a life coach who listens before advising.",
        "layers": {"llm": {"model": "tavus-gpt-oss"}, "perception": {"perception_model": "raven-1"}},
    },
    {
        "persona_id": "p7e1a2b3c4d5",
        "persona_name": "Onboarding Guide",
        "persona_type": "user",
        "default_replica_id": "r4a1b2c3d4e5",
        "system_prompt": "You welcome new customers and show them the first three steps.",
        "document_tags": ["handbook"],
    },
    {
        "persona_id": "p8f2b3c4d5e6",
        "persona_name": "Interviewer",
        "persona_type": "user",
        "system_prompt": "You interview candidates; no replica is bound to you.",
    },
)

SEED_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "persona_id": {"type": "string", "minLength": 1},
        "persona_name": STRING,
        "persona_type": {"enum": ["user", "system"]},
        "default_replica_id": STRING,
        "system_prompt": STRING,
        "document_ids": STRINGS,
        "document_tags": STRINGS,
        "layers": {"type": "object"},
    },
}


def complete(persona: Mapping[str, Any], now: float) -> Persona:
    """Return the persona with what Tavus would have added: id, name, dates."""
    added = {"persona_id": f"p{secrets.token_hex(6)}", "persona_name": "Persona", "persona_type": "user"}
    return {**added, "created_at": iso(now), "updated_at": iso(now), **persona}


def shown(persona: Persona) -> dict[str, Any]:
    """Return what GET and list tell of a persona."""
    return {field: persona[field] for field in _SHOWN if field in persona}


def listed(personas: Mapping[str, Persona], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the personas that `persona_type` lets through, newest first."""  # assumed: list-order, unknown-filter
    wanted = query.get("persona_type")
    return [shown(one) for one in reversed(list(personas.values())) if wanted in (None, one["persona_type"])]
