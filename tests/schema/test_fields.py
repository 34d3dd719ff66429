"""The field table: what it reads from a TypedDict, and what it derives."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict

import pytest

from tavus_provider.schema.annotations import Input
from tavus_provider.schema.fields import Field, table
from tavus_provider.schema.unknowns import UNKNOWN, is_known, to_plain


class Args(TypedDict, total=False):
    """Inputs at the top of the body, in a member of it, and outside it."""

    name: Annotated[Input[str], Field("Name.")]
    seconds: Annotated[Input[int], Field("Time.", wire_path="limits", default=300)]
    parts: Annotated[Input[Sequence[Input[str]]], Field("Parts.")]
    labels: Annotated[Input[Mapping[str, Input[str]]], Field("Labels.")]
    mode: Annotated[Input[Literal["a", "b"]], Field("Mode.", wire_path=None, replaces=False)]
    period: Annotated[Input[int], Field("Older name.", alias_of="seconds")]


ROWS = table(Args)


def test_kinds_and_choices_come_from_the_types() -> None:
    """The type that editors see is the type that check asks for."""
    assert [row.kind for row in ROWS] == [str, int, list, dict, str, int]
    assert [row.choices for row in ROWS if row.choices] == [("a", "b")]


def test_the_body_has_each_input_at_its_place() -> None:
    """The body has the service's inputs, an alias under its real name; it lacks our own and absent inputs."""
    assert ROWS.to_wire({"name": "n", "period": 5, "mode": "a", "parts": None}) == {"name": "n", "limits": {"seconds": 5}}


@pytest.mark.parametrize(
    ("olds", "news", "changed"),
    [
        ({}, {}, []),
        ({"name": "a"}, {"name": "b"}, ["name"]),
        ({"name": "a"}, {}, ["name"]),
        ({}, {"seconds": 300}, []),
        ({}, {"seconds": None}, []),
        ({}, {"seconds": 0}, ["seconds"]),
        ({"seconds": 0}, {}, ["seconds"]),
        ({"period": 7}, {"seconds": 7}, []),
        ({}, {"parts": []}, []),
        ({"parts": ["a", "b"]}, {"parts": ["b", "a"]}, ["parts"]),
        ({"name": "a"}, {"name": UNKNOWN}, ["name"]),
        ({"labels": {"a": "1"}}, {"labels": {"a": UNKNOWN}}, ["labels"]),
    ],
)
def test_absent_none_and_the_default_are_equal(olds: dict[str, Any], news: dict[str, Any], changed: list[str]) -> None:
    """Absent, None and the default are no change of each other; an unknown value counts as a change."""
    assert [row.name for row in ROWS.find_changes(olds, news)] == changed


def test_plain_values_compare_as_they_were_written() -> None:
    """Pulumi's floats for integers become integers again, and None is dropped."""
    given = {"a": 3.0, "b": 2.5, "c": None, "e": [{"f": 1.0, "__tag": 2}], "h": True, "i": ("x",)}
    assert to_plain(given) == {"a": 3, "b": 2.5, "e": [{"f": 1, "__tag": 2}], "h": True, "i": ["x"]}
    assert isinstance(to_plain({"a": 3.0})["a"], int)


def test_unknown_is_seen_at_any_depth() -> None:
    """A value with something unknown in it is not known."""
    assert is_known({"a": [1, {"b": "x"}]})
    assert not is_known({"a": [1, {"b": UNKNOWN}]})


class Part(TypedDict, total=False):
    """An object within another one."""

    size: Annotated[Input[int], Field("Size.", default=3)]
    link: Annotated[Input[str], Field("Link.", normalize=lambda url: url.partition("?")[0])]
    key: Annotated[Input[str], Field("Key.", secret=True)]
    keys: Annotated[Input[Mapping[str, Input[str]]], Field("Keys.", secret=True)]


class Whole(TypedDict, total=False):
    """Inputs that are objects."""

    part: Annotated[Input[Part], Field("Part.", wire_path="layers")]
    parts: Annotated[Input[Sequence[Input[Part]]], Field("Parts.")]
    free: Annotated[Input[Mapping[str, Any]], Field("Anything.")]


WHOLE = table(Whole)


@pytest.mark.parametrize(
    ("olds", "news", "changed"),
    [
        ({"part": {"size": 3}}, {}, []),
        ({"part": {"size": 3}}, {"part": {"size": None}}, []),
        ({"part": {"size": 4}}, {"part": {}}, ["part"]),
        ({"part": {"link": "a?b=1"}}, {"part": {"link": "a?b=2"}}, []),
        ({"part": {"link": "a?b=1"}}, {"part": {"link": "c"}}, ["part"]),
        ({"parts": [{"size": 3}, {"key": "k"}]}, {"parts": [{}, {"key": "k", "size": 3}]}, []),
        ({"parts": [{"size": 4}]}, {"parts": [{"size": 4}, {"size": 4}]}, ["parts"]),
        ({"free": {"size": 3}}, {"free": {}}, ["free"]),
        ({"free": {}}, {}, []),
    ],
)
def test_within_objects_only_what_means_something_else_is_a_change(
    olds: dict[str, Any], news: dict[str, Any], changed: list[str]
) -> None:
    """Defaults, absence and texts that mean the same are equal at any depth, but not where an object may hold anything."""
    assert [row.name for row in WHOLE.find_changes(olds, news)] == changed


def test_a_document_tells_what_a_body_says() -> None:
    """Inputs that are read from a document are at the places where a body has them."""
    props = {"part": {"size": 4}, "free": {"a": 1}}
    assert WHOLE.from_wire({**WHOLE.to_wire(props), "id": 7}) == props
    assert WHOLE.from_wire({"layers": None}) == {}


def test_secrets_are_found_at_any_depth() -> None:
    """The table finds each string of a secret input, so that errors can redact it."""
    props = {"part": {"key": "a", "link": "b"}, "parts": [{"keys": {"x": "c"}}]}
    assert set(WHOLE.find_secrets(props)) == {"a", "c"}
