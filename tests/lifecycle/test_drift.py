"""A service's answer compared with the inputs: only drift is a difference, and only changes are written."""

import copy
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavus_provider.lifecycle.drift import fill_in, merge_changes, project
from tavus_provider.schema.annotations import Input
from tavus_provider.schema.fields import Field, table


class Rule(TypedDict):
    """An item of a list, with a default that the service fills in."""

    text: Annotated[Input[str], Field("Text.")]
    strict: NotRequired[Annotated[Input[bool], Field("Strictness.", default=False)]]


class Model(TypedDict, total=False):
    """Nested object with secrets and with a member that answers never have."""

    kind: Annotated[Input[str], Field("Kind.", default="large")]
    key: Annotated[Input[str], Field("Key.", secret=True)]
    headers: Annotated[Input[Mapping[str, Input[str]]], Field("Headers.", secret=True)]
    early: Annotated[Input[bool], Field("Haste.", write_only=True)]
    more: Annotated[Input[Mapping[str, Any]], Field("Anything.")]


class Args(TypedDict, total=False):
    """Inputs of each kind."""

    title: Annotated[Input[str], Field("Title.")]
    mode: Annotated[Input[str], Field("Mode.", write_only=True)]
    words: Annotated[Input[Sequence[Input[str]]], Field("Words.")]
    labels: Annotated[Input[Mapping[str, Input[str]]], Field("Labels.")]
    rules: Annotated[Input[Sequence[Input[Rule]]], Field("Rules.")]
    tools: Annotated[Input[Sequence[Input[Mapping[str, Any]]]], Field("Tools.")]
    model: Annotated[Input[Model], Field("Model.", wire_path="layers")]
    policy: Annotated[Input[str], Field("Ours.", wire_path=None)]


ROWS = table(Args)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"title": "a"}, {"title": "a", "words": ["by the service"]}),
        ({"mode": "m", "policy": "p"}, {}),
        ({"words": []}, {}),
        ({"rules": [{"text": "a"}]}, {"rules": [{"text": "a", "strict": False, "id": 7}]}),
        ({"model": {"more": {"a": 1}}}, {"model": {"kind": "large", "more": {"a": 1, "b": 2}}}),
        ({"model": {}}, {"model": {"kind": "small"}}),
        ({"model": {"kind": "large"}}, {}),
        ({"model": {"early": True}}, {"model": {"kind": "large"}}),
        ({"model": {"key": "k"}}, {"model": {"key": "********"}}),
        ({"model": {"key": "k"}}, {"model": {}}),
        ({"model": {"headers": {"A": "b"}}}, {"model": {"headers": {"A": "***"}}}),
        ({"tools": [{"name": "f"}]}, {"tools": [{"name": "f", "id": 1}]}),
        ({"tools": [{"key": "k"}]}, {"tools": [{"key": "********"}]}),
        ({"model": {"more": {"a": {"key": "k"}}}}, {"model": {"more": {"a": {"key": "***"}}}}),
    ],
)
def test_what_the_service_fills_in_or_keeps_to_itself_is_no_drift(known: dict[str, Any], told: dict[str, Any]) -> None:
    """Defaults at any depth, members that the answer lacks, and masked secrets leave the known value as it is."""
    assert project(ROWS, known, told) == known


@pytest.mark.parametrize(
    ("known", "told", "now"),
    [
        ({"title": "a"}, {"title": "b"}, {"title": "b"}),
        ({"title": "a"}, {}, {}),
        ({"title": "a"}, {"title": None}, {}),
        ({"mode": "m"}, {"mode": "n"}, {"mode": "n"}),
        ({"words": ["a", "b"]}, {"words": ["b"]}, {"words": ["b"]}),
        ({"labels": {"a": "1"}}, {"labels": {"a": "1", "b": "2"}}, {"labels": {"a": "1", "b": "2"}}),
        (
            {"rules": [{"text": "a"}]},
            {"rules": [{"text": "b", "strict": True}, {"text": "c"}]},
            {"rules": [{"text": "b"}, {"text": "c"}]},
        ),
        ({"rules": [{"text": "a"}, {"text": "b"}]}, {"rules": [{"text": "a"}]}, {"rules": [{"text": "a"}]}),
        ({"model": {"kind": "small", "key": "k"}}, {"model": {"kind": "large"}}, {"model": {"kind": "large", "key": "k"}}),
        ({"model": {"key": "k"}}, {"model": {"key": "new"}}, {"model": {"key": "new"}}),
        (
            {"model": {"headers": {"A": "b", "C": "d"}}},
            {"model": {"headers": {"A": "***", "X": "***", "Y": "z"}}},
            {"model": {"headers": {"A": "b", "Y": "z"}}},
        ),
        ({"model": {"more": {"a": {"b": 1}}}}, {"model": {"more": {"a": {"b": 2}}}}, {"model": {"more": {"a": {"b": 2}}}}),
        ({"tools": [{"name": "f"}]}, {"tools": []}, {"tools": []}),
    ],
)
def test_what_somebody_changed_shows(known: dict[str, Any], told: dict[str, Any], now: dict[str, Any]) -> None:
    """The next diff sees values that somebody changed, removed or added; a mask is never taken for a value."""
    assert project(ROWS, known, told) == now


def test_only_what_changed_is_merged() -> None:
    """A merge removes values that the program dropped and adds new ones; defaults and other people's changes stay."""
    document = {"title": "by hand", "id": 1, "layers": {"model": {"kind": "small", "key": "***"}, "other": {}}}
    olds = {"title": "a", "mode": "m", "layers": {"model": {"kind": "small", "key": "k"}}}
    news = {"title": "a", "layers": {"model": {"key": "k", "early": True}}}
    assert merge_changes(document, olds, news) == {
        "title": "by hand",
        "id": 1,
        "layers": {"model": {"key": "***", "early": True}, "other": {}},
    }


def test_a_list_that_changed_becomes_what_was_asked_for() -> None:
    """Items of the changed list keep what the service added to them, and nothing else."""
    document = {"rules": [{"text": "by hand", "strict": False, "id": 1}, {"text": "b", "id": 2}]}
    olds = {"rules": [{"text": "a"}, {"text": "b", "strict": True}]}
    assert merge_changes(document, olds, {"rules": [{"text": "a"}, {"text": "c"}, {"text": "d"}]}) == {
        "rules": [{"text": "a", "strict": False, "id": 1}, {"text": "c", "id": 2}, {"text": "d"}]
    }


def test_masks_are_not_written_with_a_list_that_changed() -> None:
    """A changed list is written with the program's secrets, and never with stars."""
    document = {"tools": [{"name": "f", "key": "***", "own": {"token": "********", "id": 1}}]}
    olds, news = {"tools": [{"name": "f", "key": "k"}]}, {"tools": [{"name": "g", "key": "k"}]}
    assert merge_changes(document, olds, news) == {"tools": [{"name": "g", "key": "k", "own": {"id": 1}}]}


VALUES = st.recursive(
    st.booleans() | st.integers(-2, 2) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


@given(DOCUMENTS, DOCUMENTS)
def test_without_anything_else_a_merge_is_what_is_asked_for(olds: dict[str, Any], news: dict[str, Any]) -> None:
    """If the service has exactly the previous inputs, a merge results in exactly the new ones."""
    before = copy.deepcopy(olds)
    assert merge_changes(olds, olds, news) == news
    assert olds == before


def test_what_is_not_told_can_be_taken_out_again() -> None:
    """Inputs and secrets that an answer lacks are added at their places, so that a patch can remove them."""
    document: dict[str, Any] = {"title": "b", "layers": {"model": {"kind": "small"}}}
    fill_in(ROWS, document, {"title": "a", "mode": "m", "words": ["w"], "model": {"early": True, "key": "k"}, "policy": "p"})
    assert document == {"title": "b", "mode": "m", "layers": {"model": {"kind": "small", "early": True, "key": "k"}}}
