"""check over a small table: each kind of mistake, on its own property, with the fix in the sentence."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

import pytest

from tavus_provider.schema.annotations import Input
from tavus_provider.schema.fields import Field, instead_of, table
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.schema.validation import Failure, find_failures, find_warnings


class Disk(TypedDict):
    """A nested object with a tag."""

    kind: Annotated[Literal["disk"], Field("Tag.")]
    path: Annotated[Input[str], Field("Folder.")]


class Tape(TypedDict):
    """Another shape of the same object."""

    kind: Annotated[Literal["tape"], Field("Tag.")]
    drive: Annotated[Input[int], Field("Number of the drive.")]
    label: NotRequired[Annotated[Input[str], Field("Label.")]]


class Entry(TypedDict):
    """An item of a list."""

    word: Annotated[Input[str], Field("Word.", max_length=3)]
    weight: NotRequired[Annotated[Input[float], Field("Weight.", minimum=0, maximum=1)]]
    key: NotRequired[Annotated[Input[str], Field("Key.", secret=True)]]
    engine: NotRequired[Annotated[Input[str], Field("Engine.", known=("steam", "diesel"), superseded={"coal": "steam"})]]


class Args(TypedDict, total=False):
    """One input of each kind."""

    owner: Required[Annotated[Input[str], Field("Who owns it.")]]
    wait: Annotated[
        Input[int], Field("How long.", unit="seconds", minimum=1, warning=lambda value: (value > 9 and "is long") or None)
    ]
    loud: Annotated[Input[bool], Field("Whether it makes noise.", default=False)]
    tags: Annotated[Input[Sequence[Input[str]]], Field("Tags.")]
    speed: Annotated[Input[Literal["slow", "fast"]], Field("How fast.")]
    place: Annotated[Input[Disk | Tape], Field("Where it goes.")]
    hook: Annotated[
        Input[str], Field("Who is told.", sensitive=True, validator=lambda value: (value == "x" and "is short") or None)
    ]
    entries: Annotated[
        Input[Sequence[Input[Entry]]],
        Field("Entries.", validator=lambda value: "has too many" if len(value) > 2 else None),
    ]
    labels: Annotated[Input[Mapping[str, Input[str]]], Field("Labels.")]
    anything: Annotated[Input[Mapping[str, Any]], Field("Anything.")]
    owner_itself: Annotated[Disk, instead_of("owner", "The owner.")]
    volume: Annotated[Input[bool], Field("Older name.", alias_of="loud", deprecated="write loud instead")]
    nickname: Annotated[Input[str], Field("Older form of owner.", deprecated="write owner instead")]


def check(**props: Any) -> list[Failure]:
    """Return the mistakes in `props`."""
    return list(find_failures(table(Args), props, "Thing"))


def test_nothing_is_wrong_with_right_inputs() -> None:
    """Right inputs of every kind pass, and None counts as absent."""
    tape = {"kind": "tape", "drive": 3}
    assert check(owner="o", wait=1, loud=True, tags=["a"], speed="fast", place=tape, volume=None) == []
    assert check(owner="o", entries=[{"word": "a", "weight": 1}], labels={"a": "b"}, anything={"a": [1, {"b": None}]}) == []


@pytest.mark.parametrize(
    ("props", "expected"),
    [
        ({}, Failure("owner", "is required: Who owns it.")),
        ({"owner": 5}, Failure("owner", "must be a string, not 5")),
        ({"wait": "30"}, Failure("wait", "must be a whole number of seconds, not the string '30': write 30 without quotes")),
        ({"wait": 1.5}, Failure("wait", "must be a whole number of seconds, not 1.5")),
        ({"wait": True}, Failure("wait", "must be a whole number of seconds, not True")),
        ({"wait": 0}, Failure("wait", "must be at least 1 second, not 0")),
        (
            {"loud": "true"},
            Failure("loud", "must be a boolean (True or False), not the string 'true': write True without quotes"),
        ),
        ({"loud": 1}, Failure("loud", "must be a boolean (True or False), not 1")),
        ({"tags": "a"}, Failure("tags", "must be a list of strings, not the string 'a': write ['a']")),
        ({"tags": ["a", 1]}, Failure("tags[1]", "must be a string, not 1")),
        ({"speed": "fats"}, Failure("speed", "must be one of slow, fast, not 'fats': did you mean fast?")),
        ({"place": "disk"}, Failure("place", "must be an object, not the string 'disk'")),
        ({"place": {"path": "/a"}}, Failure("place.kind", "must be one of disk, tape")),
        ({"place": {"kind": "cloud"}}, Failure("place.kind", "must be one of disk, tape, not 'cloud'")),
        ({"place": {"kind": "tape"}}, Failure("place.drive", "is required: Number of the drive.")),
        ({"place": {"kind": "disk", "path": 1}}, Failure("place.path", "must be a string, not 1")),
        (
            {"place": {"kind": "disk", "path": "/", "drive": 1}},
            Failure("place.drive", "place with kind disk has no input named drive"),
        ),
        ({"hook": 1}, Failure("hook", "must be a string, not a whole number")),
        ({"hook": "x"}, Failure("hook", "is short")),
        ({"entries": {"word": "a"}}, Failure("entries", "must be a list of objects, not an object")),
        ({"entries": [{"word": "a"}, "b"]}, Failure("entries[1]", "must be an object, not a string")),
        ({"entries": [{"word": "abcd"}]}, Failure("entries[0].word", "must have at most 3 characters, not 4")),
        ({"entries": [{"word": "a", "weight": 1.5}]}, Failure("entries[0].weight", "must be at most 1, not 1.5")),
        ({"entries": [{"weight": 1}]}, Failure("entries[0].word", "is required: Word.")),
        ({"entries": [{"word": "a", "key": 7}]}, Failure("entries[0].key", "must be a string, not a whole number")),
        ({"entries": [{"word": "a"}] * 3}, Failure("entries", "has too many")),
        ({"labels": {"a": 1}}, Failure("labels.a", "must be a string, not 1")),
        ({"owner_itself": "o"}, Failure("owner_itself", "cannot be combined with owner: give only one of them")),
        ({"wiat": 3}, Failure("wiat", "Thing has no input named wiat: did you mean wait?")),
        ({"zzz": 3}, Failure("zzz", "Thing has no input named zzz")),
    ],
)
def test_each_mistake_is_told_on_its_property(props: dict[str, Any], expected: Failure) -> None:
    """A mistake names the property and says what to write instead."""
    assert check(**({"owner": "o"} if props else {}) | props) == [expected]


def test_several_mistakes_are_reported_together() -> None:
    """One run of check reports all mistakes."""
    assert [each.property for each in check(wait="x", loud=1)] == ["owner", "wait", "loud"]


def test_what_is_unknown_yet_is_no_mistake() -> None:
    """An unknown value passes at any depth, and its known neighbours are still checked."""
    assert check(owner=UNKNOWN, wait=UNKNOWN, tags=["a", UNKNOWN], place={"kind": "disk", "path": UNKNOWN}) == []
    assert check(owner=UNKNOWN, place={"kind": UNKNOWN, "path": 3}) == []
    assert check(owner=UNKNOWN, entries=[UNKNOWN, {"word": UNKNOWN}], labels={"a": UNKNOWN}) == []
    assert [each.property for each in check(owner=UNKNOWN, entries=[UNKNOWN, {"word": 1}])] == ["entries[1].word"]
    assert [each.property for each in check(owner=UNKNOWN, wait=0)] == ["wait"]


def test_advice_warns_without_refusing() -> None:
    """Warnings and deprecations concern values of the right type only."""
    assert list(find_warnings(table(Args), {"wait": 10, "volume": True})) == [
        Failure("wait", "is long"),
        Failure("volume", "is deprecated: write loud instead"),
    ]
    assert list(find_warnings(table(Args), {"wait": "ten", "volume": UNKNOWN})) == []
    assert list(find_warnings(table(Args), {"nickname": ""})) == []


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("steam", []),
        ("coal", ["is 'coal', which is deprecated: write 'steam'"]),
        ("fusion", ["is 'fusion', which is sent unchanged but not among those that Tavus documents (steam, diesel)"]),
        (
            "deisel",
            [
                "is 'deisel', which is sent unchanged but not among those that Tavus documents (steam, diesel): did you mean "
                "diesel?"
            ],
        ),
        (UNKNOWN, []),
    ],
)
def test_a_string_that_an_open_list_lacks_is_sent_with_a_warning(engine: Any, expected: list[str]) -> None:
    """The service may know more than its documents; what it has deprecated is told with the successor."""
    given = {"owner": "me", "entries": [{"word": "a"}, {"word": "b", "engine": engine}]}

    assert check(**given) == []
    assert list(find_warnings(table(Args), given)) == [Failure("entries[1].engine", reason) for reason in expected]
    assert table(Args).find_at("entries").can_warn  # type: ignore[union-attr]  # it is there


def test_a_secret_string_that_an_open_list_lacks_is_not_shown() -> None:
    """A warning about a value that the program made secret has neither the value nor what is similar to it."""
    (warning,) = find_warnings(table(Args), {"entries": [{"word": "b", "engine": "deisel"}]}, ["entries[0].engine"])

    assert "diesel" not in str(warning)
    assert warning.property == "entries[0].engine"
