"""The examples of the pages and of the schema: one for each resource, the same in every language."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tavus_provider.native.schema import FILE
from tests.support.documented import TOKENS, documented_class
from tools.programs.example import read_program
from tools.programs.layout import Group, Item, Style, lay_out
from tools.programs.usage import NAMES, write_programs

SCHEMA = json.loads(FILE.read_text())


@pytest.mark.parametrize("token", TOKENS)
def test_every_resource_has_an_example_in_every_language(token: str) -> None:
    """The page of a resource and the schema have its example, which declares that resource."""
    resource = documented_class(token)
    programs = write_programs(resource)
    assert programs.keys() == NAMES.keys()
    assert resource.__name__ in [each.type for each in read_program(resource).declarations]
    assert all(f"```{language}\n{text}```" in SCHEMA["resources"][token]["description"] for language, text in programs.items())


@pytest.mark.parametrize("token", TOKENS)
def test_examples_give_inputs_of_the_schema(token: str) -> None:
    """Each property of an example in YAML is an input of the type, and no required one is missing."""
    program: dict[str, Any] = yaml.safe_load(write_programs(documented_class(token))["yaml"])
    for declared in program["resources"].values():
        described = SCHEMA["resources"][declared["type"].replace(":", ":index:")]
        given = declared.get("properties", {}).keys()
        assert given <= described["inputProperties"].keys()
        assert set(described["requiredInputs"]) <= given


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("a = tavus.Persona('b')", "another name than its variable"),
        ("a = tavus.Persona('a', prompt='x')", "there is no input prompt"),
        ("a = make('a')", "not `name = tavus.Class"),
        ("print('a')", "not `pulumi.export"),
    ],
)
def test_an_example_that_no_other_language_can_have_is_refused(example: str, words: str) -> None:
    """A mistake in a docstring stops `make docs`."""
    documented = type("Documented", (), {"__doc__": f"Text.\n\nExample:\n    {example}\n\nArgs:\n    a: b"})
    with pytest.raises(ValueError, match=words):
        read_program(documented)


def test_lines_are_broken_where_they_are_full() -> None:
    """What fits stays in one line; neighboring values of Go begin in one column, up to one of several lines."""
    short = Group("{", [Item("a:", "1"), Item("long:", "2")], "}", " ")
    assert lay_out(short, Style("  ")) == "{ a: 1, long: 2 }"
    long = Group("{", [*short.items, Item("inner:", Group("[", [Item("", "x" * 100)], "]"))], "}")
    inner = "\tinner: [\n\t\t" + "x" * 100 + ",\n\t],\n"
    assert lay_out(long, Style("\t", aligned=True)) == "{\n\ta:    1,\n\tlong: 2,\n" + inner + "}"
