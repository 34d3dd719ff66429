"""Script that derives the facts of an OpenAPI document and leaves out its prose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.contract.facts import DATA, derive


def body(schema: Any) -> dict[str, Any]:
    """Return a body of the schema, as a request or response has it."""
    return {"description": "prose", "content": {"application/json": {"schema": schema, "example": "prose"}}}


DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v2/things/{thing_id}": {
            "parameters": [{"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string", "title": "prose"}}],
            "put": {
                "description": "prose",
                "deprecated": True,
                "parameters": [
                    {"$ref": "#/components/parameters/hard"},
                    {"name": "trace", "in": "header", "schema": {"type": "string"}},
                ],
                "requestBody": body({"$ref": "#/components/schemas/thing"}),
                "responses": {
                    "204": {"description": "prose"},
                    "400": body({"type": "object", "properties": {"error": {"type": "string", "example": "prose"}}}),
                },
            },
            "get": {"summary": "prose", "responses": {"200": body({"type": "array", "items": {"type": "integer"}})}},
        }
    },
    "components": {
        "parameters": {"hard": {"name": "hard", "in": "query", "schema": {"type": "boolean", "default": False}}},
        "schemas": {
            "thing": {
                "title": "prose",
                "type": "object",
                "required": ["size"],
                "properties": {
                    "size": {"type": "integer", "minimum": 1, "maximum": 9, "description": "prose", "example": 3},
                    "kind": {"type": "string", "enum": ["b", "a"], "nullable": True, "deprecated": True},
                    "description": {"type": "string", "description": "prose"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/part"}},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "extra": {"type": "object", "additionalProperties": True},
                },
                "oneOf": [
                    {"title": "prose", "required": ["text"], "properties": {"text": {"type": "string"}}},
                    {"properties": {"url": {"type": "string"}}},
                ],
            },
            "part": {"allOf": [{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}]},
        },
    },
}


def test_the_facts_of_a_document_are_all_there_and_nothing_else(tmp_path: Path) -> None:
    """References, variants, nested fields and parameters of a whole path are included; prose and examples are not."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DOCUMENT))
    text = derive(path)

    assert "prose" not in text
    assert json.loads(text) == {
        "GET /v2/things/{thing_id}": {
            "path": {"thing_id": {"type": "string", "required": True}},
            "query": {},
            "request": None,
            "responses": {"200": {"": {"type": "array"}, "[]": {"type": "integer"}}},
        },
        "PUT /v2/things/{thing_id}": {
            "deprecated": True,
            "path": {"thing_id": {"type": "string", "required": True}},
            "query": {"hard": {"type": "boolean", "default": False}},
            "request": {
                "": {"type": "object"},
                "size": {"type": "integer", "minimum": 1, "maximum": 9, "required": True},
                "kind": {"type": "string", "enum": ["b", "a"], "nullable": True, "deprecated": True},
                "description": {"type": "string"},
                "parts": {"type": "array"},
                "parts[]": {},
                "parts[].id": {"type": "string", "required": True},
                "labels": {"type": "object"},
                "labels{}": {"type": "string"},
                "extra": {"type": "object", "open": True},
                "text": {"type": "string", "required": True, "variant": 1},
                "url": {"type": "string", "variant": 2},
            },
            "responses": {"204": None, "400": {"": {"type": "object"}, "error": {"type": "string"}}},
        },
    }


def test_a_document_always_gives_the_same_text(tmp_path: Path) -> None:
    """The order of a document does not matter, and each field is a line, so that two versions can be compared."""
    path, turned = tmp_path / "openapi.json", tmp_path / "turned.json"
    path.write_text(json.dumps(DOCUMENT))
    turned.write_text(json.dumps(_reverse(DOCUMENT)))

    assert derive(path) == derive(turned)
    assert '   "size": {"maximum": 9, "minimum": 1, "required": true, "type": "integer"},' in derive(path)


def test_the_committed_facts_are_those_of_all_operations() -> None:
    """The file has all 54 operations on the 27 paths of Tavus's document."""
    names = json.loads(DATA.read_text(encoding="utf-8"))

    assert (len(names), len({name.split()[1] for name in names})) == (54, 27)


def _reverse(value: Any) -> Any:
    return {key: _reverse(value[key]) for key in reversed(value)} if isinstance(value, dict) else value
