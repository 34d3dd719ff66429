"""The example of a class, as a program that belongs to no language.

An example is Python: declarations `name = tavus.Class("name", …)` whose arguments are literals, resources and their outputs, and
calls of `pulumi.export`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tavus_provider
from tavus_provider.program.names import to_camel
from tavus_provider.program.resource import Resource
from tavus_provider.schema.documentation import find_example
from tavus_provider.schema.fields import InputSpec, Table, table


@dataclass(frozen=True)
class Reference:
    """An output of a resource of the program, in camelCase."""

    resource: str
    output: str


@dataclass(frozen=True)
class Declaration:
    """A resource of the program. name: its name and its variable's. inputs: by their names in camelCase, ids for resources."""

    name: str
    type: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Program:
    """What an example declares. python: its text. exports: references by the name of the stack's output."""

    python: str
    declarations: tuple[Declaration, ...]
    exports: Mapping[str, Reference]


def read_program(documented: type) -> Program:
    """Return the example of a class. Raises ValueError where it is more than declarations and exports."""
    text = find_example(documented)
    statements = ast.parse(text).body
    declarations = tuple(_read_declaration(each) for each in statements if isinstance(each, ast.Assign))
    exports = dict(_read_export(each) for each in statements if isinstance(each, ast.Expr))
    return Program(text, declarations, exports)


def rows_of(type_: str) -> Table:
    """Return the inputs of a resource's class."""
    found: Any = getattr(tavus_provider, type_)
    if issubclass(found, Resource):
        return table(found.provider_class.lifecycle.args)
    return table(found.documented_args[0])


def _read_declaration(statement: ast.Assign) -> Declaration:
    (target,), call = statement.targets, statement.value
    if not (isinstance(target, ast.Name) and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        raise ValueError(f"not `name = tavus.Class(…)`: {ast.unparse(statement)}")
    if ast.literal_eval(call.args[0]) != target.id:
        raise ValueError(f"the resource has another name than its variable: {ast.unparse(statement)}")
    inputs = ((each.arg or "", _read_value(each.value)) for each in call.keywords)
    return Declaration(target.id, call.func.attr, dict(_rename(rows_of(call.func.attr), dict(inputs))))


def _read_export(statement: ast.Expr) -> tuple[str, Reference]:
    call = statement.value
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "pulumi.export"):
        raise ValueError(f"not `pulumi.export(…)`: {ast.unparse(statement)}")
    return ast.literal_eval(call.args[0]), _read_value(call.args[1])


def _read_value(node: ast.expr) -> Any:
    """Return a literal, a reference, or an object or list of such."""
    if isinstance(node, ast.Name):
        return Reference(node.id, "id")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return Reference(node.value.id, to_camel(node.attr))
    if isinstance(node, ast.List):
        return [_read_value(each) for each in node.elts]
    if isinstance(node, ast.Dict):
        return {ast.literal_eval(name): _read_value(value) for name, value in zip(node.keys, node.values, strict=True) if name}
    return ast.literal_eval(node)


def _rename(rows: Table, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield inputs as other languages have them: in camelCase, and the input of its id for one that takes a resource."""
    for name, value in inputs.items():
        row = rows.find(name)
        if row is None:
            raise ValueError(f"there is no input {name}")
        yield to_camel(row.find_reference(value) or name), _rename_inside(row, value)


def _rename_inside(row: InputSpec | None, value: Any) -> Any:
    if row and row.shapes and isinstance(value, Mapping):
        return dict(_rename(row.members(value) or row.all_members, value))
    if isinstance(value, list):
        return [_rename_inside(row.item if row else None, each) for each in value]
    return value
