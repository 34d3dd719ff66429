"""The input `extra`: merged into a request, compared with what the service shows, and never what an input says."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.conversations.args import ConversationArgs
from tavus_provider.objects.objectives import ObjectivesArgs
from tavus_provider.objects.persona import PersonaArgs
from tavus_provider.schema.extra import find_overlaps, merge, pick_current
from tavus_provider.schema.fields import table


@pytest.mark.parametrize(
    ("body", "extra", "merged"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": {"c": 2}}, {"a": 1, "b": {"c": 2}}),
        ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"c": 3}, {}]}, {"a": [{"b": 1, "c": 3}, {"b": 2}]}),
        ({"a": []}, {"a": [1]}, {"a": [1]}),
    ],
)
def test_members_are_merged_at_any_depth(body: Any, extra: Any, merged: Any) -> None:
    """Objects are merged member by member, lists of objects item by item."""
    assert merge(body, extra) == merged


@pytest.mark.parametrize(
    ("known", "shown", "current"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, {"a": 2}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 5}}, {"a": {"b": 5, "c": 2}}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": [{"c": 3}]}, {"a": [{"b": 1, "c": 4}]}, {"a": [{"c": 4}]}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}),
    ],
)
def test_what_the_service_shows_is_current_and_the_rest_as_known(known: Any, shown: Any, current: Any) -> None:
    """Only members that were given are compared; one that the service does not show is no drift."""
    assert pick_current(known, shown) == current


@pytest.mark.parametrize(
    ("args", "given", "paths"),
    [
        (ConversationArgs, {"language": "English", "extra": {"properties": {"language": "German"}}}, ["language"]),
        (ConversationArgs, {"language": "English", "extra": {"properties": {"new": 1}}}, []),
        (ConversationArgs, {"language": "English", "extra": {"language": 1}}, []),
        (ConversationArgs, {"language": "English", "extra": {"properties": 1}}, ["language"]),
        (ConversationArgs, {"extra": {"document_retrieval_strategy": "newest"}}, []),
        (PersonaArgs, {"llm": {"model": "a"}, "extra": {"layers": {"llm": {"model": "b", "new": 1}}}}, ["llm.model"]),
        (PersonaArgs, {"llm": {"model": "a"}, "extra": {"layers": {"llm": {"new": 1}, "new": {}}}}, []),
        (
            ObjectivesArgs,
            {"data": [{"objective_name": "a"}], "extra": {"data": [{"objective_name": "b", "new": 1}]}},
            ["data[0].objective_name"],
        ),
        (ObjectivesArgs, {"data": [{"objective_name": "a"}], "extra": {"data": [{"new": 1}, {"new": 2}]}}, ["data"]),
    ],
)
def test_what_an_input_says_is_named(args: type, given: Any, paths: list[str]) -> None:
    """The mistake names each input, or member of one, that `extra` would overwrite."""
    assert list(find_overlaps(table(args), given)) == paths


def test_what_a_lifecycle_has_to_know_is_named_even_if_it_is_not_given() -> None:
    """`extra` may not set what a lifecycle needs, such as the name, even if the program does not give the input."""
    given = {"extra": {"conversation_name": "x", "max_participants": 3}}

    assert list(find_overlaps(table(ConversationArgs), given, ("conversation_name",))) == ["conversation_name"]
