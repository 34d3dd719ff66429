"""A program in Go, whose literals have the types of the schema."""

from __future__ import annotations

import json
from typing import Any

from .example import Program, Reference
from .layout import Group, Item, Style, lay_out

STYLE = Style("\t", aligned=True)
SIMPLE = {"string": "String", "integer": "Int", "number": "Float64", "boolean": "Bool"}
"""Types of Pulumi's SDK for Go by those of the schema."""

_PROGRAM = """\
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-tavus/sdk/go/tavus"
)

func main() {{
	pulumi.Run(func(ctx *pulumi.Context) error {{
{body}
		return nil
	}})
}}
"""

Property = dict[str, Any]


def write_go(program: Program, schema: dict[str, Any]) -> str:
    """Return the program in Go. schema: the schema of the package, which has the types of the inputs."""
    used = {each.resource for each in _find_references([program.exports, *(each.inputs for each in program.declarations)])}
    lines: list[str] = []
    declared = False
    for each in program.declarations:
        properties = schema["resources"][f"tavus:index:{each.type}"]["inputProperties"]
        arguments = _write_object(f"&tavus.{each.type}Args", properties, each.inputs, schema)
        text = lay_out(arguments, STYLE, "\t\t")
        # Go refuses a variable that nothing uses.
        variable = each.name if each.name in used else "_"
        assigned = ":=" if variable != "_" or not declared else "="
        lines.append(f'\t\t{variable}, err {assigned} tavus.New{each.type}(ctx, "{each.name}", {text})')
        lines += ["\t\tif err != nil {", "\t\t\treturn err", "\t\t}"]
        declared = True
    lines += [f'\t\tctx.Export("{name}", {_write_reference(each)})' for name, each in program.exports.items()]
    return _PROGRAM.format(body="\n".join(lines))


def _find_references(value: Any) -> list[Reference]:
    if isinstance(value, Reference):
        return [value]
    inside = value.values() if hasattr(value, "values") else value if isinstance(value, list) else ()
    return [found for each in inside for found in _find_references(each)]


def _write_reference(reference: Reference) -> str:
    return f"{reference.resource}.ID()" if reference.output == "id" else f"{reference.resource}.{_to_pascal(reference.output)}"


def _write_object(type_: str, properties: dict[str, Property], value: Any, schema: dict[str, Any]) -> Group:
    items = [Item(f"{_to_pascal(name)}:", _write_value(properties[name], each, schema)) for name, each in value.items()]
    return Group(type_ + "{", items, "}", always_broken=bool(items))


def _write_value(property_: Property, value: Any, schema: dict[str, Any]) -> str | Group:
    """Return a value of the type that the schema gives to a property."""
    if isinstance(value, Reference):
        return _write_reference(value)
    if isinstance(value, list):
        items = [Item("", _write_value(property_.get("items", {}), each, schema)) for each in value]
        type_ = _name_type(property_) if "items" in property_ else "pulumi.Array"
        return Group(type_ + "{", items, "}", always_broken=any(isinstance(each, dict) for each in value))
    if isinstance(value, dict) and property_.get("$ref", "").startswith("#/types/"):
        described = schema["types"][property_["$ref"].removeprefix("#/types/")]
        return _write_object(f"&{_name_type(property_)}", described["properties"], value, schema)
    if isinstance(value, dict):
        inner = property_.get("additionalProperties", {})
        items = [Item(f"{json.dumps(name)}:", _write_value(inner, each, schema)) for name, each in value.items()]
        return Group(_name_type(property_) + "{", items, "}", always_broken=True)
    return f"{_name_type(property_) if 'type' in property_ else _name_literal(value)}({json.dumps(value, ensure_ascii=False)})"


def _name_type(property_: Property) -> str:
    """Return the type in Go of what a property takes, such as pulumi.StringArray."""
    if property_.get("$ref", "").startswith("#/types/"):
        return f"tavus.{property_['$ref'].rpartition(':')[2]}Args"
    if property_.get("type") == "array":
        return _name_type(property_["items"]).removesuffix("Args") + "Array"
    if property_.get("type") == "object":
        inner = property_.get("additionalProperties", {})
        return f"pulumi.{SIMPLE.get(inner.get('type', ''), '')}Map"
    return f"pulumi.{SIMPLE[property_['type']]}" if property_.get("type") in SIMPLE else "pulumi.Map"


def _name_literal(value: Any) -> str:
    kinds = {str: "String", bool: "Bool", int: "Int", float: "Float64"}
    return f"pulumi.{kinds[type(value)]}"


def _to_pascal(name: str) -> str:
    return name[0].upper() + name[1:]
