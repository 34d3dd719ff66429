"""The provider's field table and the sandbox's schema, each written on its own, say of each field what the contract says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tavus_provider.program.resource import find_outputs
from tavus_provider.resources.conversation import Conversation
from tavus_provider.sandbox.api.validation import Schema
from tavus_provider.sandbox.objects.documents import Documents
from tavus_provider.sandbox.objects.guardrails import Guardrails
from tavus_provider.sandbox.objects.jobs import Lipsyncs, Replacements, Transcriptions
from tavus_provider.sandbox.objects.objectives import Objectives
from tavus_provider.sandbox.objects.personas import Personas
from tavus_provider.sandbox.objects.pronunciation_dictionaries import PronunciationDictionaries
from tavus_provider.sandbox.objects.replicas import Replicas
from tavus_provider.sandbox.objects.videos import Videos
from tavus_provider.sandbox.world.conversation_schema import CREATE_CONVERSATION
from tavus_provider.schema.fields import Input, Table, table
from tests.contract.facts import CONTRACT, CREATE, GET, REQUEST, Facts, Fields, derived
from tests.contract.inputs import TABLE, UNSENT
from tests.contract.shape import describe_type

IN_WORDS: Mapping[str, Facts] = {"document_retrieval_strategy": {"enum": ["balanced", "quality", "speed"]}}
"""What the contract says in words only."""

KINDS = (
    *(Personas, PronunciationDictionaries, Guardrails, Objectives, Documents, Replicas),
    *(Videos, Transcriptions, Replacements, Lipsyncs),
)
SCHEMAS: Mapping[str, Schema] = {
    str(CREATE): CREATE_CONVERSATION,
    **{f"POST {kind.path}": kind.schema for kind in KINDS},
}
"""What the sandbox asks of each creation."""

_NULL = {"nullable": True}
TAKEN_IN_WORDS: Mapping[str, Mapping[str, Facts]] = {
    str(CREATE): IN_WORDS,
    "POST /v2/personas": {
        "objectives_id": _NULL,
        "guardrails_id": _NULL,
        "layers.tts.pronunciation_dictionary_id": _NULL,
        "layers.conversational_flow.wake_phrase": _NULL,
    },
}
"""What the contract says in words only, by creation; a persona takes the nulls that Tavus itself leaves in it."""

OURS: Mapping[str, Facts] = {
    "properties.max_call_duration": {"minimum": 1},
    "properties.participant_left_timeout": {"minimum": 0},
    "properties.participant_absent_timeout": {"minimum": 0},
}
"""What the provider refuses beyond the contract: less than this is no time."""


def said(fields: Fields, *keys: str) -> dict[str, dict[str, Any]]:
    """Return what is said of each field under `keys`; the order of an enum means nothing."""
    return {name: {key: _unordered(facts[key]) for key in keys if key in facts} for name, facts in fields.items()}


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def with_more(fields: Fields, *more: Mapping[str, Facts]) -> Fields:
    """Return the fields with what is said of some of them elsewhere; what they say themselves goes before that."""
    beside = {name: facts for each in more for name, facts in each.items()}
    return {name: {**beside.get(name, {}), **facts} for name, facts in fields.items()}


def provider_fields(rows: Table, under: str = "") -> dict[str, Facts]:
    """Return the fields that the rows of a field table lead to; what an object of several shapes may hold adds up."""
    fields: dict[str, Facts] = {}
    for row in rows:
        if row.field.wire_path is None or row.field.alias_of:
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


def row_facts(row: Input) -> Facts:
    """Return what a row of a field table says of its field."""
    kinds = {bool: "boolean", dict: "object", int: "integer", list: "array", str: "string"}
    facts: dict[str, Any] = {"type": kinds[row.kind]}
    if row.choices:
        facts["enum"] = list(row.choices)
    if row.field.minimum is not None:
        facts["minimum"] = row.field.minimum
    if row.field.deprecated:
        facts["deprecated"] = True
    return facts


def typed(fields: Fields) -> Fields:
    """Return what the sandbox's schema says in OpenAPI's words: an enum has a type, and null is no type of its own."""
    found = {
        name: {"type": describe_type(facts["enum"][0]), **facts} if "enum" in facts else facts for name, facts in fields.items()
    }
    nullable = {
        name: {"type": facts["type"][0], "nullable": True} for name, facts in found.items() if isinstance(facts.get("type"), list)
    }
    return {**found, **nullable}


def without_variants(fields: Fields) -> Fields:
    """Return the fields as if none of those of variants were required: which of them are is for the sandbox's rules."""
    unrequired = {name: {**facts} for name, facts in fields.items() if "variant" in facts}
    for facts in unrequired.values():
        facts.pop("required", None)
    return {**fields, **unrequired}


def test_the_providers_table_says_what_the_contract_says() -> None:
    """Names, types, enums, bounds and deprecations of all inputs are the contract's."""
    contract = {name: facts for name, facts in REQUEST.items() if name not in ("", "properties", *UNSENT)}

    keys = ("type", "enum", "minimum", "maximum", "deprecated")
    assert said(provider_fields(TABLE), *keys) == said(with_more(contract, IN_WORDS, OURS), *keys)


def test_the_provider_requires_what_the_contract_requires() -> None:
    """Each shape of an object requires what the contract requires of it, and no input is required that the contract does not."""
    required = {name for name, facts in REQUEST.items() if facts.get("required")}

    for row in TABLE:
        for shape in row.shapes:
            ours = {f"properties.{row.name}.{each.name}" for each in table(shape) if each.required}
            assert {name for name in required if name.startswith(f"properties.{row.name}.")} <= ours
    assert {row.name for row in TABLE if row.required} == {name for name in required if "." not in name}


def test_each_output_is_one_of_tavuss_answers() -> None:
    """Every output of a conversation stands in what Tavus answers to its creation or when it is asked for it, as a text."""
    answered = {**(GET.responses[200] or {}), **(CREATE.responses[200] or {})}

    for name in find_outputs(Conversation):
        assert answered[name]["type"] == "string", name


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_sandboxs_schemas_say_what_the_contract_says(tmp_path: Path, name: str) -> None:
    """Names, types, enums, bounds and required fields of each body that creates something are the contract's."""
    document, creation = tmp_path / "sandbox.json", CONTRACT[name]
    body = {"content": {"application/json": {"schema": SCHEMAS[name]}}}
    document.write_text(json.dumps({"paths": {creation.path: {"post": {"requestBody": body, "responses": {}}}}}))

    fields: Fields = json.loads(derived(document))[name]["request"]

    keys = ("type", "enum", "minimum", "maximum", "required", "nullable")
    contract = with_more(creation.request or {}, TAKEN_IN_WORDS.get(name, {}))
    assert said(typed(fields), *keys) == said(without_variants(contract), *keys)
