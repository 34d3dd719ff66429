"""The schema, derived from the tables: SDKs of other languages, editors and registries are made from it.

Source: Pulumi docs, "Pulumi Package schema", pulumi-pulumi-schema.json.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..journal.recovery_names import DYNAMIC
from ..lifecycle.base import Lifecycle
from ..program.names import all_rows, rename_words, to_camel
from ..resources.account import AccountArgs
from ..schema.documentation import describe_class, describe_input
from ..schema.fields import InputSpec, Table, table
from ..schema.outputs import outputs_table
from ..version import __version__
from .function_registry import ITEMS, find_function, find_list, function_tokens
from .registry import MODULE, component_tokens, find_component, find_lifecycle, find_resource, resource_tokens

FILE = Path(__file__).with_name("schema.json")
"""The schema as it is published; `make docs` writes it."""

Schema = dict[str, Any]

_LANGUAGES: Schema = {
    "nodejs": {"packageName": "pulumi-tavus", "respectSchemaVersion": True},
    "go": {"importBasePath": "pulumi-tavus/sdk/go/tavus", "rootPackageName": "tavus", "respectSchemaVersion": True},
}
"""Names of the SDKs that are generated. The SDK for Python is this package, written by hand."""

_ANY = {"$ref": "pulumi.json#/Any"}
_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean"}


@functools.cache
def read_schema() -> str:
    """Return the published schema as JSON."""
    return FILE.read_text()


def make_schema() -> Schema:
    """Return the schema of the resources, functions and settings of this version."""
    types: Schema = {}
    config = _describe_properties(table(AccountArgs), types)
    return {
        "name": "tavus",
        "displayName": "Tavus",
        "version": __version__,
        "description": "Recorded AI video conversations of Tavus, with the S3 bucket and IAM role for their recordings.",
        "keywords": ["pulumi", "tavus", "category/infrastructure"],
        "license": "Apache-2.0",
        "attribution": "tavus_provider; the facts are Tavus's, AWS's and Pulumi's, each with its source in the documentation",
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "language": _LANGUAGES,
        "config": {"variables": config},
        "provider": {
            "description": "A Tavus account, and how it is talked to.",
            "inputProperties": config,
            "properties": {name: each for name, each in config.items() if each.get("type") == "string"},
        },
        "resources": {
            **{token: _describe_resource(token, types) for token in resource_tokens()},
            **{token: _describe_component(token, types) for token in component_tokens()},
        },
        "functions": {token: _describe_function(token, types) for token in function_tokens()},
        "types": dict(sorted(types.items())),
    }


def _describe_resource(token: str, types: Schema) -> Schema:
    lifecycle: type[Lifecycle] = find_lifecycle(token)
    rows, outputs = _own_rows(table(lifecycle.args)), outputs_table(lifecycle.state)
    words = Table((*rows, *outputs))
    inputs = _describe_properties(rows, types, words, replaces=True)
    answered = _describe_properties(outputs, types, words)
    return {
        "description": _describe_class(find_resource(token), words),
        "inputProperties": inputs,
        "requiredInputs": [to_camel(row.name) for row in rows if row.required],
        "properties": {**{name: _without_replacement(each) for name, each in inputs.items()}, **answered},
        "required": [to_camel(row.name) for row in outputs if row.required],
        "aliases": [{"type": DYNAMIC + token.removeprefix(MODULE)}],
        **({"listInputs": {"type": "object", "properties": {}}} if find_list(token) else {}),
    }


def _describe_component(token: str, types: Schema) -> Schema:
    component = find_component(token)
    rows, outputs = _own_rows(table(component.documented_args[0])), outputs_table(component)
    conversation = all_rows(find_lifecycle(MODULE + "Conversation"))
    words = Table((*rows, *outputs, *conversation))
    return {
        "description": _describe_class(component, words),
        "isComponent": True,
        "inputProperties": _describe_properties(rows, types, words),
        "requiredInputs": [to_camel(row.name) for row in rows if row.required],
        "properties": _describe_properties(outputs, types, words),
        "required": [to_camel(row.name) for row in outputs if row.required],
    }


def _describe_function(token: str, types: Schema) -> Schema:
    function = find_function(token)
    found = outputs_table(function.result)
    result: Schema = {
        "type": "object",
        "properties": _describe_properties(found, types),
        "required": [to_camel(row.name) for row in found if row.required],
    }
    if function.is_list:
        name = MODULE + function.result.__name__
        types[name] = {"description": inspect.cleandoc(function.result.__doc__ or ""), **result}
        items = {"type": "array", "items": {"$ref": f"#/types/{name}"}, "description": "What was found."}
        result = {"type": "object", "properties": {ITEMS: items}, "required": [ITEMS]}
    return {
        "description": inspect.cleandoc(function.python.__doc__ or "").partition("\n")[0].partition(" Raises ")[0],
        "inputs": {"type": "object", "properties": _describe_properties(function.arguments, types)},
        "outputs": result,
    }


def _own_rows(rows: Table) -> Table:
    """Return the inputs without those that take a resource: other languages give its id, an output."""
    return Table(tuple(row for row in rows if not row.field.reference))


def _describe_properties(rows: Table, types: Schema, words: Table | None = None, replaces: bool = False) -> Schema:
    return {to_camel(row.name): _describe_property(row, words or rows, types, replaces) for row in _own_rows(rows)}


def _describe_property(row: InputSpec, words: Table, types: Schema, replaces: bool) -> Schema:
    field = row.field
    text = re.sub(r"\b(True|False)\b", lambda match: match[0].lower(), describe_input(row, nested=not replaces))
    described = {**_describe_type(row, types), "description": _rename(words, text)}
    if field.secret:
        described["secret"] = True
    if field.deprecated:
        described["deprecationMessage"] = rename_words(words, field.deprecated)
    if replaces and field.replaces:
        described["willReplaceOnChanges"] = True
    return described


def _describe_type(row: InputSpec, types: Schema) -> Schema:
    if len(row.shapes) == 1:
        return {"$ref": _add_type(row.shapes[0], types)}
    if row.shapes:
        return {"oneOf": [{"$ref": _add_type(shape, types)} for shape in row.shapes]}
    item = _describe_type(row.item, types) if row.item else _ANY
    if row.kind is dict:
        return {"type": "object", "additionalProperties": item}
    if row.kind is list:
        return {"type": "array", "items": item}
    return dict(_ANY) if row.kind is object else {"type": _SIMPLE[row.kind]}


def _add_type(shape: type, types: Schema) -> str:
    """Add the type of an object, and of what is in it; return the reference to it."""
    token = MODULE + shape.__name__.removesuffix("Args")
    if token not in types:
        types[token] = {}
        rows = _own_rows(table(shape))
        types[token] = {
            "type": "object",
            "description": rename_words(rows, inspect.cleandoc(shape.__doc__ or "")),
            "properties": _describe_properties(rows, types),
            "required": [to_camel(row.name) for row in rows if row.required],
        }
    return f"#/types/{token}"


def _describe_class(resource: type, rows: Table) -> str:
    return _rename(rows, describe_class(resource))


def _rename(words: Table, text: str) -> str:
    """Return a text with the names outside; options of a resource are in camelCase there, too."""
    return rename_words(words, text).replace("ignore_changes", "ignoreChanges")


def _without_replacement(described: Schema) -> Schema:
    return {name: value for name, value in described.items() if name != "willReplaceOnChanges"}


def write_schema(usage: Callable[[str, Schema], str]) -> str:
    """Return the text of the published schema. usage: returns what follows the description of a token, such as its example."""
    schema = make_schema()
    for token, described in schema["resources"].items():
        described["description"] += usage(token, schema)
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
