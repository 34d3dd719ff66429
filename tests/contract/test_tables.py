"""The provider's field table and the sandbox's schema, written independently, agree with the contract about each field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.resources.conversation import Conversation
from tavus_provider.sandbox.api.validation import Schema
from tavus_provider.sandbox.objects.deployments import Deployments
from tavus_provider.sandbox.objects.documents import Documents
from tavus_provider.sandbox.objects.guardrails import Guardrails
from tavus_provider.sandbox.objects.jobs import Lipsyncs, Replacements, Transcriptions
from tavus_provider.sandbox.objects.objectives import Objectives
from tavus_provider.sandbox.objects.pronunciation_dictionaries import PronunciationDictionaries
from tavus_provider.sandbox.objects.replicas import Replicas
from tavus_provider.sandbox.objects.tools import Tools
from tavus_provider.sandbox.objects.videos import Videos
from tavus_provider.sandbox.objects.voices import Voices
from tavus_provider.sandbox.personas.personas import Personas
from tavus_provider.sandbox.world.conversation_schema import CREATE_CONVERSATION
from tavus_provider.schema.fields import InputSpec, Table, table
from tavus_provider.schema.outputs import find_outputs
from tests.contract.facts import CONTRACT, CREATE, GET, REQUEST, Facts, Fields, derive, in_older_names
from tests.contract.inputs import TABLE, UNSENT
from tests.contract.shape import describe_type

IN_WORDS: Mapping[str, Facts] = {"document_retrieval_strategy": {"enum": ["balanced", "quality", "speed"]}}
"""Facts that the contract states in prose only."""

KINDS = (
    *(Personas, PronunciationDictionaries, Guardrails, Objectives, Documents, Replicas),
    Deployments,
    Tools,
    Voices,
    *(Videos, Transcriptions, Replacements, Lipsyncs),
)
SCHEMAS: Mapping[str, Schema] = {
    str(CREATE): CREATE_CONVERSATION,
    **{f"POST {kind.path}": kind.schema for kind in KINDS},
}
"""Fields that the sandbox requires of each creation."""

_NULL = {"nullable": True}
TAKEN_IN_WORDS: Mapping[str, Mapping[str, Facts]] = {
    str(CREATE): IN_WORDS,
    "POST /v2/personas": {
        "objectives_id": _NULL,
        "guardrails_id": _NULL,
        "layers.tts.pronunciation_dictionary_id": _NULL,
        "layers.conversational_flow.wake_phrase": _NULL,
        "layers.conversational_flow.sleep_phrase": _NULL,
    },
}
"""Facts that the contract states in prose only, by creation; a persona accepts the nulls that Tavus itself leaves in it."""

OURS: Mapping[str, Facts] = {
    "properties.max_call_duration": {"minimum": 1},
    "properties.participant_left_timeout": {"minimum": 0},
    "properties.participant_absent_timeout": {"minimum": 0},
}
"""Bounds of the provider beyond the contract: a smaller number is not a duration."""


def facts_under(fields: Fields, *keys: str) -> dict[str, dict[str, Any]]:
    """Return the facts of each field under `keys`; the order of an enum does not matter."""
    return {name: {key: _unordered(facts[key]) for key in keys if key in facts} for name, facts in fields.items()}


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def add_facts(fields: Fields, *more: Mapping[str, Facts]) -> Fields:
    """Return the fields with additional facts from elsewhere; their own facts take precedence."""
    beside = {name: facts for each in more for name, facts in each.items()}
    return {name: {**beside.get(name, {}), **facts} for name, facts in fields.items()}


def provider_fields(rows: Table, under: str = "") -> dict[str, Facts]:
    """Return the fields that the rows of a field table lead to; the shapes of an object are merged."""
    fields: dict[str, Facts] = {}
    for row in rows:
        if row.field.wire_path is None or row.field.alias_of or row.field.is_extra:
            continue
        name = ".".join(filter(None, (under, row.field.wire_path, row.name)))
        fields[name] = row_facts(row)
        if row.kind is list:
            fields[f"{name}[]"] = {"type": "string"}
        for shape in row.shapes:
            for inner, facts in provider_fields(table(shape), name).items():
                choices = [*fields.get(inner, {}).get("enum", ()), *facts.get("enum", ())]
                fields[inner] = {**facts, "enum": choices} if choices else facts
    return fields


def row_facts(row: InputSpec) -> Facts:
    """Return a row's facts about its field."""
    kinds = {bool: "boolean", dict: "object", int: "integer", list: "array", str: "string"}
    facts: dict[str, Any] = {"type": kinds[row.kind]}
    if row.choices or row.field.known:
        facts["enum"] = list(row.choices or row.field.known)
    if row.field.minimum is not None:
        facts["minimum"] = row.field.minimum
    if row.field.deprecated:
        facts["deprecated"] = True
    return facts


def to_openapi(fields: Fields) -> Fields:
    """Return facts of the sandbox's schema in OpenAPI's terms: an enum has a type, and null is not a type of its own."""
    found = {
        name: {"type": describe_type(facts["enum"][0]), **facts} if "enum" in facts else facts for name, facts in fields.items()
    }
    nullable = {
        name: {"type": facts["type"][0], "nullable": True} for name, facts in found.items() if isinstance(facts.get("type"), list)
    }
    return {**found, **nullable}


def relax_variants(fields: Fields) -> Fields:
    """Return the fields with no requirements inside variants: the sandbox's validators decide about those."""
    unrequired = {name: {**facts} for name, facts in fields.items() if "variant" in facts}
    for facts in unrequired.values():
        facts.pop("required", None)
    return {**fields, **unrequired}


def test_the_providers_table_says_what_the_contract_says() -> None:
    """Names, types, enums, bounds and deprecations of all inputs are the contract's."""
    contract = {name: facts for name, facts in REQUEST.items() if name not in ("", "properties", *UNSENT)}

    keys = ("type", "enum", "minimum", "maximum", "deprecated")
    assert facts_under(provider_fields(TABLE), *keys) == facts_under(add_facts(contract, IN_WORDS, OURS), *keys)


def test_the_provider_requires_what_the_contract_requires() -> None:
    """Each shape of an object, and the conversation itself, requires exactly what the contract requires."""
    required = {name for name, facts in REQUEST.items() if facts.get("required")}

    for row in TABLE:
        for shape in row.shapes:
            ours = {f"properties.{row.name}.{each.name}" for each in table(shape) if each.required}
            assert {name for name in required if name.startswith(f"properties.{row.name}.")} <= ours
    assert {row.name for row in TABLE if row.required} == {name for name in required if "." not in name}


def test_each_output_is_one_of_tavuss_answers() -> None:
    """Every output of a conversation is a string in Tavus's answer to its creation or to a GET."""
    answered = {**(GET.responses[200] or {}), **(CREATE.responses[200] or {})}

    for name in find_outputs(Conversation):
        assert answered[name]["type"] == "string", name


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_sandboxs_schemas_say_what_the_contract_says(tmp_path: Path, name: str) -> None:
    """Names, types, enums, bounds and required fields of each creating body are the contract's."""
    document, creation = tmp_path / "sandbox.json", CONTRACT[name]
    body = {"content": {"application/json": {"schema": SCHEMAS[name]}}}
    document.write_text(json.dumps({"paths": {creation.path: {"post": {"requestBody": body, "responses": {}}}}}))

    fields: Fields = json.loads(derive(document))[name]["request"]

    keys = ("type", "enum", "minimum", "maximum", "required", "nullable")
    contract = add_facts(in_older_names(creation.request or {}), TAKEN_IN_WORDS.get(name, {}))
    assert facts_under(to_openapi(fields), *keys) == facts_under(relax_variants(contract), *keys)
