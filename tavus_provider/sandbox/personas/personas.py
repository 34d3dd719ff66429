"""Personas.

Sources: Tavus API reference, Personas and Create PAL; Tavus docs, Google Meet and EU AI Act compliance; for the refusal of a PAL
without default_face_id, also of one with default_replica_id instead, an answer seen in a public client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer, invalid_id
from ..api.routing import read_json
from ..api.spellings import is_on_newer_path
from ..api.validation import STRING, STRINGS, Schema
from ..records.collection import Collection, Fields, Query
from ..records.record import Record
from .maker_drafts import DraftedCollection
from .persona_layers import LAYERS_SCHEMA, show_layers, with_layer_defaults

DEFAULT_ID = "p00000000000"
"""Persona of conversations that name none."""  # assumed: default-persona

COACH_ID = "pcb7a34da5fe"
"""A persona that has a default replica."""

_NULLABLE = {"type": ["string", "null"]}  # assumed: null-references
_DISCLOSURE = ("disclosure_type", "verbal_disclosure", "visual_disclosure")
_GUARDRAILS = ("guardrails_id", "guardrail_ids", "guardrail_tags")
_NEVER_SHOWN = ("greeting", "conferencing_email", "pipeline_mode", "objectives_id", *_GUARDRAILS, *_DISCLOSURE)
_HIDDEN = (
    *("conversational_flow", "transport", "knowledge_base", "capabilities", "conferencing"),
    *("perception.perception_analysis_queries", "perception.emotion_recognition"),
    *("llm.speculative_inference", "llm.default_query", "tts.voice_id"),
)
_HIDDEN_IN_LISTS = (*_HIDDEN, "llm.headers", "llm.extra_body")
_USERNAME = r"[a-z0-9][a-z0-9._-]*[a-z0-9]"
_MODES = ["full", "speech-to-speech", "echo"]
_NO_FACE = "Bad Request. {'default_face_id': ['default_face_id is required when creating a pal.']}"


PERSONA: Schema = {
    "type": "object",
    "properties": {
        "persona_name": STRING,
        "system_prompt": STRING,
        "greeting": STRING,
        "pipeline_mode": {"enum": _MODES},
        "default_replica_id": STRING,
        "document_ids": STRINGS,
        "document_tags": STRINGS,
        "objectives_id": _NULLABLE,
        "guardrails_id": _NULLABLE,
        "guardrail_ids": {**STRINGS, "maxItems": 50},
        "guardrail_tags": STRINGS,
        "tool_ids": STRINGS,
        "disclosure_type": {"enum": ["auto", "always", "off"]},
        "verbal_disclosure": STRING,
        "visual_disclosure": STRING,
        "layers": LAYERS_SCHEMA,
    },
}
"""Schema of the body that creates a persona."""

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
        "persona_id": "pb87e71797da",
        "persona_name": "Stock persona",
        "persona_type": "system",
        "default_replica_id": "r4067604db72",
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


class Personas(DraftedCollection):
    """Personas: GET wraps one in a list, and leaves out many fields that can be set."""

    path = "/v2/personas"
    id_field = "persona_id"
    prefix = "p"
    schema = PERSONA
    seed_fields = _EXTRAS
    seeds = _SEEDS
    create_fields = ("persona_id", "persona_name", "created_at", "conferencing_email")
    get_fields = list_fields = (
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

    def with_defaults(self, fields: Fields) -> Fields:
        """Add a name, and the defaults of its layers."""
        layers = {"layers": with_layer_defaults(fields["layers"])} if "layers" in fields else {}
        return {"persona_name": "Persona", **fields, **layers}  # assumed: default-name

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse a persona without a prompt, and new references to objects that do not exist. Raises ErrorAnswer (400)."""
        # assumed: persona-prompt, persona-references
        if not fields.get("system_prompt") and fields.get("pipeline_mode", "full") == "full":
            raise ErrorAnswer(400, "system_prompt is required unless pipeline_mode is echo")
        self._check_conferencing(fields, before, now)
        # References that were there before may have been deleted since, and stay.
        known = set(self._references(before))
        for kind, id_, field in self._references(fields):
            if id_ and (kind, id_, field) not in known and not kind.has(id_):
                raise invalid_id(field)

    def _check_conferencing(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse an address that the persona cannot have, and meetings without a face. Raises ErrorAnswer (400)."""
        # assumed: conferencing
        if _layer(fields, "conferencing") and not fields.get("default_replica_id"):
            raise ErrorAnswer(400, "default_replica_id is required with layers.conferencing")
        username = _layer(fields, "conferencing").get("username")
        if username is None or username == _layer(before, "conferencing").get("username"):
            return
        if not re.fullmatch(_USERNAME, username) or re.fullmatch(r"bot\d+", username):
            raise ErrorAnswer(400, f"Invalid username {username}")
        if any(_layer(one.fields, "conferencing").get("username") == username for one in self.find_all(now)):
            raise ErrorAnswer(400, "Username is already taken.")

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, among them the address of the persona's meetings."""
        username = _layer(record.fields, "conferencing").get("username")
        email = {"conferencing_email": f"{username}@tavusinvite.com"} if username and "conferencing_email" in names else {}
        return {**record.select(names), **email}

    def _references(self, fields: Fields) -> Iterator[tuple[Collection, str | None, str]]:
        account, dictionary_id = self.account, "pronunciation_dictionary_id"
        # Tavus calls this field replica_uuid in its refusal.
        yield account.replicas, fields.get("default_replica_id"), "replica_uuid"
        yield account.objectives, fields.get("objectives_id"), "objectives_id"
        yield account.guardrails, fields.get("guardrails_id"), "guardrails_id"
        yield account.dictionaries, _layer(fields, "tts").get(dictionary_id), dictionary_id
        yield from ((account.single_guardrails, id_, "guardrail_ids") for id_ in fields.get("guardrail_ids", ()))
        yield from ((account.tools, id_, "tool_ids") for id_ in fields.get("tool_ids", ()))
        yield from ((account.documents, id_, "document_ids") for id_ in fields.get("document_ids", ()))

    def clear_references(self, field: str, id_: str, now: float) -> None:
        """Set the field to None in all personas that refer to this deleted object."""
        for record in self.find_all(now):
            # A dictionary is referred to within the layer `tts`, sets at the top.
            for holder in (record.fields, _layer(record.fields, "tts")):
                if holder.get(field) == id_:
                    holder[field] = None
                    record.change(now, {})

    def create(self, request: Request) -> Response:
        """Create a persona; a PAL must have a default face."""
        # Checked before the names are translated: default_replica_id is not accepted for default_face_id.
        body = read_json(request) if is_on_newer_path(request) else None
        if isinstance(body, Mapping) and "default_face_id" not in body:
            raise ErrorAnswer(400, _NO_FACE)
        return super().create(request)

    def patch_answer(self, record: Record) -> Response:
        """Return an answer without a body."""
        return Response()

    def get_body(self, record: Record, query: Query) -> Fields:
        """Return the body of the answer to GET: a list with the one persona."""
        return {"data": [self._show_visible(record, _HIDDEN)]}

    def list_item(self, record: Record, query: Query) -> Fields:
        """Return an item of a list."""
        return self._show_visible(record, _HIDDEN_IN_LISTS)

    def _show_visible(self, record: Record, hidden: Sequence[str]) -> Fields:
        behavior = self.account.behavior
        visible = self.show(record, (*self.get_fields, *_NEVER_SHOWN) if behavior.whole_personas else self.get_fields, {})
        if "layers" in visible:
            hidden = () if behavior.whole_personas else hidden
            visible["layers"] = show_layers(visible["layers"], hidden, behavior.masked_secrets)
        return visible

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the personas of the requested type."""  # assumed: unknown-filter
        return [one for one in found if query.get("persona_type") in (None, one.fields["persona_type"])]


def _layer(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    layer: dict[str, Any] = fields.get("layers", {}).get(name, {})
    return layer
