"""A program in Python, YAML, TypeScript and Go."""

from __future__ import annotations

import json
from typing import Any

import yaml as pyyaml

from .example import Program, Reference
from .go import write_go
from .layout import Group, Item, Style, lay_out

TYPESCRIPT = Style("    ")


def write_all(program: Program, schema: dict[str, Any]) -> dict[str, str]:
    """Return the program by the name of the language, as blocks of Markdown have it."""
    return {
        "python": _write_python(program),
        "yaml": _write_yaml(program),
        "typescript": _write_typescript(program),
        "go": write_go(program, schema),
    }


def _write_python(program: Program) -> str:
    pulumi = "import pulumi\n" if program.exports else ""
    return f"{pulumi}import tavus_provider as tavus\n\n{program.python}\n"


def _write_yaml(program: Program) -> str:
    resources = {
        each.name: {"type": f"tavus:{each.type}", "properties": _interpolate(each.inputs)} for each in program.declarations
    }
    resources = {name: {key: part for key, part in each.items() if part} for name, each in resources.items()}
    outputs = {"outputs": _interpolate(program.exports)} if program.exports else {}
    return pyyaml.safe_dump({"resources": resources, **outputs}, sort_keys=False, width=120)


def _interpolate(value: Any) -> Any:
    if isinstance(value, Reference):
        return f"${{{value.resource}.{value.output}}}"
    if isinstance(value, list):
        return [_interpolate(each) for each in value]
    return {name: _interpolate(each) for name, each in value.items()} if hasattr(value, "items") else value


def _write_typescript(program: Program) -> str:
    head = ['import * as tavus from "pulumi-tavus";', ""]
    declared = [
        f"const {each.name} = "
        + lay_out(_call_in_typescript(each.type, each.name, each.inputs), TYPESCRIPT, used=len(each.name) + 9)
        + ";"
        for each in program.declarations
    ]
    exported = [f"export const {name} = {each.resource}.{each.output};" for name, each in program.exports.items()]
    return "\n".join([*head, *declared, *exported]) + "\n"


def _call_in_typescript(type_: str, name: str, inputs: Any) -> str | Group:
    opening = f"new tavus.{type_}({json.dumps(name)}"
    if not inputs:
        return f"{opening})"
    arguments = _value_in_typescript(inputs)
    return Group(f"{opening}, {{", arguments.items, "})", " ", always_broken=len(inputs) > 2)


def _value_in_typescript(value: Any) -> Any:
    if isinstance(value, Reference):
        return f"{value.resource}.{value.output}"
    if isinstance(value, list):
        return Group("[", [Item("", _value_in_typescript(each)) for each in value], "]")
    if hasattr(value, "items"):
        return Group("{", [Item(f"{name}:", _value_in_typescript(each)) for name, each in value.items()], "}", " ")
    return json.dumps(value, ensure_ascii=False)
