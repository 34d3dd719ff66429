"""The field tables of objects that conversations refer to agree with the contract about each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args

import pytest

from tavus_provider.lifecycle.tavus_object import TavusObjectLifecycle
from tavus_provider.objects.persona import PersonaLifecycle
from tavus_provider.objects.tool import ToolAuthArgs
from tavus_provider.program.tavus_object import TavusObject
from tavus_provider.schema.fields import InputSpec, Table, table
from tests.contract.facts import CONTRACT, SINGLE_GUARDRAILS, Facts, Fields, Operation, in_older_names
from tests.support.objects import OBJECTS

WITHOUT_DEFAULT = {
    "layers.conversational_flow.idle_engagement": "off",
    "layers.conversational_flow.voice_isolation": "near",
}
"""Defaults that hold once the layer exists: the table lacks them, because giving one by itself is a change."""
IN_WORDS: Mapping[str, Mapping[str, Any]] = {
    "/v2/tools": {"delivery": {"app_message": True}},
    "/v2/replicas": {"auto_fix_training_image": False, "model_name": "phoenix-4", "properties.background_green_screen": False},
}
"""Defaults that the contract states in prose only, or that leaving a boolean out means."""
OF_KINDS = "delivery.api.auth."
"""Fields that depend on the kind of authentication, of which the contract has one list."""
KINDS = {bool: "boolean", dict: "object", float: "number", int: "integer", list: "array", str: "string"}


OR_RESOURCE = ("persona_id",)
"""Required fields for which a program may give a resource instead, so that the type cannot require them; `check` does."""


PARTS = {part.input for part in PersonaLifecycle.parts}
"""Inputs that calls of their own send, and that no answer about the object shows; skills are not in its creation either."""


def fields_of(rows: Table, under: str = "") -> Iterator[tuple[str, Facts]]:
    """Yield each field that the rows lead to, with its facts."""
    for row in rows:
        is_elsewhere = row.field.reference or row.field.is_extra or row.field.alias_of or row.name == "skills"
        if row.field.wire_path is not None and not is_elsewhere:
            name = ".".join(filter(None, (under, row.field.wire_path, row.name)))
            yield name, facts_of(row)
            yield from inner_fields(row, name)


def inner_fields(row: InputSpec, name: str) -> Iterator[tuple[str, Facts]]:
    """Yield the fields inside an object, a list or a map; a value that may be anything has none."""
    for shape in row.shapes:
        yield from fields_of(table(shape), name)
    if row.item and row.item.kind is not object:
        inner = f"{name}[]" if row.kind is list else f"{name}{{}}"
        yield inner, facts_of(row.item)
        yield from inner_fields(row.item, inner)


def facts_of(row: InputSpec) -> Facts:
    """Return a row's facts about its field."""
    told = {
        "type": KINDS[row.kind],
        "enum": sorted(row.choices or row.field.known),
        "default": row.field.default,
        "minimum": row.field.minimum,
        "maximum": row.field.maximum,
        "required": row.required or None,
    }
    return {key: value for key, value in told.items() if value not in (None, [])}


def operations_on(lifecycle: type[TavusObjectLifecycle]) -> Mapping[str, Operation]:
    """Return the operations of the contract among which those of a kind are."""
    return SINGLE_GUARDRAILS if lifecycle.name == "Guardrail" else CONTRACT


def contract_of(path: str, operations: Mapping[str, Operation] = CONTRACT) -> Fields:
    """Return the contract's facts about the fields of a creation, without those that only hold others."""
    request = in_older_names(operations[f"POST {path}"].request or {})
    defaults = IN_WORDS.get(path, {})
    fields = {name: {**facts, **({"default": defaults[name]} if name in defaults else {})} for name, facts in request.items()}
    return {name: _sorted(facts) for name, facts in fields.items() if name not in ("", "layers", "properties")}


def _sorted(facts: Facts) -> Facts:
    return {**facts, "enum": sorted(facts["enum"])} if "enum" in facts else facts


@pytest.mark.parametrize("resource", OBJECTS)
def test_the_table_of_an_object_says_what_the_contract_says(resource: type[TavusObject]) -> None:
    """Names, types, choices, bounds, defaults and requirements are the contract's; tools may be any objects."""
    lifecycle = cast("type[TavusObjectLifecycle]", resource.provider_class.lifecycle)
    theirs = {
        name: dict(facts)
        for name, facts in contract_of(lifecycle.path, operations_on(lifecycle)).items()
        if "tools[]." not in name
    }
    for name, default in WITHOUT_DEFAULT.items():
        assert theirs.get(name, {}).pop("default", default) == default
    for name in OR_RESOURCE:
        theirs.get(name, {}).pop("required", None)
    ours = dict(fields_of(table(lifecycle.args)))
    # The contract is silent about their items.
    loose = {name for name in ours if name.endswith(("llm.tools[]", "llm.headers{}", "llm.default_query{}"))}
    compared = {name: facts for name, facts in ours.items() if name not in loose and not name.startswith(OF_KINDS)}
    assert compared == {name: facts for name, facts in theirs.items() if not name.startswith(OF_KINDS)}


def test_ways_to_authenticate_have_the_members_of_the_contract() -> None:
    """Each kind that the contract names has a shape, and the shapes together have its members."""
    contract = {
        name.removeprefix(OF_KINDS): facts for name, facts in contract_of("/v2/tools").items() if name.startswith(OF_KINDS)
    }
    shapes = [table(shape) for shape in get_args(ToolAuthArgs)]

    assert sorted(row.choices[0] for shape in shapes for row in shape if row.name == "type") == contract["type"]["enum"]
    assert {row.name: KINDS[row.kind] for shape in shapes for row in shape} == {
        name: facts["type"] for name, facts in contract.items()
    }


@pytest.mark.parametrize("resource", OBJECTS)
def test_what_is_echoed_is_what_the_contract_shows(resource: type[TavusObject]) -> None:
    """An input that GET does not declare is marked, so that its absence is no drift; a declared one is compared."""
    lifecycle = cast("type[TavusObjectLifecycle]", resource.provider_class.lifecycle)
    get = next(each for name, each in operations_on(lifecycle).items() if name.startswith(f"GET {lifecycle.path}/"))
    shown = {name.removeprefix("data[].").removeprefix("data.") for name in in_older_names(get.responses[200] or {})}
    for row in table(lifecycle.args):
        if row.field.wire_path is not None and not row.field.reference and row.name not in ("data", "crawl", "extra", *PARTS):
            name = ".".join(filter(None, (row.field.wire_path, row.name)))
            # A model is settled for good by the training; only the newer paths are documented to show a voice.
            settled = lifecycle.noun == "replica" and row.name in ("model_name", "default_voice_id")
            assert row.field.write_only != (name in shown) or settled, name
