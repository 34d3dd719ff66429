"""Personas.

Source: Tavus API reference, Personas and Create PAL; that Tavus answers a PAL without default_face_id in these words, and
default_replica_id in its stead no better, was measured by a public client.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tavus_provider.sandbox import layers
from tavus_provider.sandbox.collection import Collection, Fields, Patched, Query
from tavus_provider.sandbox.errors import ApiError, invalid_id
from tavus_provider.sandbox.records import Record
from tavus_provider.sandbox.routing import body_of
from tavus_provider.sandbox.schemas import STRING, STRINGS, Schema
from tavus_provider.sandbox.spellings import on_newer_path

DEFAULT_ID = "p00000000000"
"""The persona of conversations that name none."""  # assumed: default-persona

COACH_ID = "pcb7a34da5fe"
"""A persona that has a default replica."""

_NULLABLE = {"type": ["string", "null"]}  # assumed: null-references
_UNSHOWN = ("pipeline_mode", "objectives_id", "guardrails_id")
_SILENT = ("conversational_flow", "llm.speculative_inference")
_SILENT_IN_LISTS = (*_SILENT, "llm.headers", "llm.extra_body")
_NO_FACE = "Bad Request. {'default_face_id': ['default_face_id is required when creating a pal.']}"


_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "persona_name": STRING,
        "system_prompt": STRING,
        "pipeline_mode": {"enum": ["full", "echo"]},
        "default_replica_id": STRING,
        "document_ids": STRINGS,
        "document_tags": STRINGS,
        "objectives_id": _NULLABLE,
        "guardrails_id": _NULLABLE,
        "layers": layers.LAYERS,
    },
}

_EXTRAS: Mapping[str, Schema] = {"persona_type": {"enum": ["user", "system"]}}


_SEEDS: tuple[Fields, ...] = (
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
        "default_replica_id": "r4a1b2c3d4e5",
        "system_prompt": "You welcome new customers and show them the first three steps.",
        "document_tags": ["handbook"],
    },
    {
        "persona_id": "p8f2b3c4d5e6",
        "persona_name": "Interviewer",
        "system_prompt": "You interview candidates; no replica is bound to you.",
    },
)


class Personas(Patched):
    """GET wraps one in a list, and is silent about much of what can be set."""

    path = "/v2/personas"
    id_field = "persona_id"
    prefix = "p"
    schema = _SCHEMA
    extras = _EXTRAS
    seeds = _SEEDS
    created = ("persona_id", "persona_name", "created_at")
    shown = listed = (
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
    type_field = "persona_type"

    def filled(self, fields: Fields) -> Fields:
        """Give it a name, and fill in its layers."""
        filled = {"layers": layers.completed(fields["layers"])} if "layers" in fields else {}
        return {"persona_name": "Persona", **fields, **filled}  # assumed: default-name

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse one that has nothing to go by, and new references to what does not exist. Raises ApiError (400)."""
        # assumed: persona-prompt, persona-references
        if not fields.get("system_prompt") and fields.get("pipeline_mode") != "echo":
            raise ApiError(400, "system_prompt is required unless pipeline_mode is echo")
        known = set(self._references(before))
        for kind, id_, field in self._references(fields):
            if id_ and (kind, id_, field) not in known and not kind.has(id_):
                raise invalid_id(field)

    def _references(self, fields: Fields) -> Iterator[tuple[Collection, str | None, str]]:
        account, dictionary_id = self.account, "pronunciation_dictionary_id"
        yield account.replicas, fields.get("default_replica_id"), "replica_uuid"
        yield account.objectives, fields.get("objectives_id"), "objectives_id"
        yield account.guardrails, fields.get("guardrails_id"), "guardrails_id"
        yield account.dictionaries, _tts(fields).get(dictionary_id), dictionary_id
        yield from ((account.documents, id_, "document_ids") for id_ in fields.get("document_ids", ()))

    def forget(self, field: str, id_: str, now: float) -> None:
        """Let no persona refer any more to something that was deleted."""
        for record in self.existing(now):
            for holder in (record.fields, _tts(record.fields)):
                if holder.get(field) == id_:
                    holder[field] = None
                    record.change(now, {})

    def create(self, request: Request) -> Response:
        """Create one; a PAL has to have a default face."""
        body = body_of(request) if on_newer_path(request) else None
        if isinstance(body, Mapping) and "default_face_id" not in body:
            raise ApiError(400, _NO_FACE)
        return super().create(request)

    def patched(self, record: Record) -> Response:
        """Return no body."""
        return Response()

    def answer(self, record: Record, query: Query) -> Fields:
        """Return what GET answers: a list that holds the one persona."""
        return {"data": [self._visible(record, _SILENT)]}

    def item(self, record: Record, query: Query) -> Fields:
        """Return an item of a list."""
        return self._visible(record, _SILENT_IN_LISTS)

    def _visible(self, record: Record, silent: Sequence[str]) -> Fields:
        behaviour = self.account.behaviour
        visible = record.tell((*self.shown, *_UNSHOWN) if behaviour.whole_personas else self.shown)
        if "layers" in visible:
            silent = () if behaviour.whole_personas else silent
            visible["layers"] = layers.told(visible["layers"], silent, behaviour.masked_secrets)
        return visible

    def selected(self, found: list[Record], query: Query) -> list[Record]:
        """Return those of the type asked for."""  # assumed: unknown-filter
        return [one for one in found if query.get("persona_type") in (None, one.fields["persona_type"])]


def _tts(fields: Mapping[str, Any]) -> dict[str, Any]:
    tts: dict[str, Any] = fields.get("layers", {}).get("tts", {})
    return tts
