"""Derive the facts of an OpenAPI 3.0 document: paths, names, types, enums, bounds, status codes; not its prose and examples.

    python tools/contract/derive.py openapi.yml > tests/contract/data/contract.json

Each operation ("POST /v2/conversations") has `path` and `query` parameters, the fields of its `request`, and the fields of
each of its `responses` by status; null means no body. The name of a field is its path from the body's root, which is "":
`data[].layers.llm` for members and items, `labels{}` for the values of an object with free keys.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Schema = Mapping[str, Any]
Facts = dict[str, Any]
Fields = dict[str, Facts]

METHODS = ("get", "put", "post", "delete", "patch")
STATED = ("default", "deprecated", "enum", "maximum", "minimum", "nullable", "type")
"""Keywords of a schema that are facts by themselves."""


def contract(document: Schema) -> dict[str, Facts]:
    """Return the facts of each operation of the document, by method and path."""
    found = {
        f"{method.upper()} {path}": operation(document, item, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }
    return dict(sorted(found.items()))


def operation(document: Schema, item: Schema, operation: Schema) -> Facts:
    """Return the facts of one operation, with the parameters of its path."""
    declared = [resolve(document, each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    facts: Facts = {
        place: {each["name"]: parameter(document, each) for each in declared if each["in"] == place}
        for place in ("path", "query")
    }
    facts["request"] = body(document, operation.get("requestBody", {}))
    facts["responses"] = {str(status): body(document, answer) for status, answer in operation["responses"].items()}
    return {**facts, "deprecated": True} if operation.get("deprecated") else facts


def parameter(document: Schema, declared: Schema) -> Facts:
    """Return the facts of one parameter."""
    return facts_of(resolve(document, declared["schema"]), required=declared.get("required", False))


def body(document: Schema, holder: Schema) -> Fields | None:
    """Return the fields of a request or response body, or None if there is none."""
    content = resolve(document, holder).get("content", {})
    return dict(fields(document, content["application/json"]["schema"])) if content else None


def fields(document: Schema, schema: Schema, name: str = "", required: bool = False) -> Iterator[tuple[str, Facts]]:
    """Yield the field `name`, which has this schema, and every field in it."""
    schema = resolve(document, schema)
    yield name, facts_of(schema, required)
    yield from members(document, schema, name)
    for part in schema.get("allOf", ()):
        yield from members(document, resolve(document, part), name)
    for number, variant in enumerate((*schema.get("oneOf", ()), *schema.get("anyOf", ())), 1):
        for inner, facts in members(document, resolve(document, variant), name):
            yield inner, {**facts, "variant": number}


def members(document: Schema, schema: Schema, name: str) -> Iterator[tuple[str, Facts]]:
    """Yield every field inside the field `name`."""
    for key, member in schema.get("properties", {}).items():
        inner = f"{name}.{key}" if name else key
        yield from fields(document, member, inner, key in schema.get("required", ()))
    if "items" in schema:
        yield from fields(document, schema["items"], f"{name}[]")
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from fields(document, schema["additionalProperties"], f"{name}{{}}")


def facts_of(schema: Schema, required: bool) -> Facts:
    """Return the facts of a schema about its one value; `open` objects may have any members."""
    facts = {key: schema[key] for key in STATED if key in schema}
    if isinstance(schema.get("additionalProperties"), bool):
        facts["open"] = schema["additionalProperties"]
    return {**facts, "required": True} if required else facts


def resolve(document: Schema, schema: Schema) -> Schema:
    """Return the schema, or the one of the same document that its `$ref` names."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        schema = found
    return schema


def to_json(facts: Any, indent: str = "") -> str:
    """Return sorted JSON with one line for each field, so that a change of the contract is a change of its lines."""
    if not isinstance(facts, Mapping) or not any(isinstance(each, Mapping) for each in facts.values()):
        return json.dumps(facts, sort_keys=True)
    inner = indent + " "
    lines = (f"{inner}{json.dumps(key)}: {to_json(facts[key], inner)}" for key in sorted(facts))
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


if __name__ == "__main__":
    print(to_json(contract(yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8")))))
