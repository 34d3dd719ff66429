"""Lifecycle of objectives, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.objects.objectives import ObjectivesArgs
from tavus_provider.objects.objectives import ObjectivesLifecycle as Lifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import table
from tavus_provider.schema.unknowns import UNKNOWN
from tavus_provider.schema.validation import find_warnings
from tests.support.calls import sent_bodies
from tests.support.lifecycles import create_and_update, find_mistakes, object_at

AGE = {
    "objective_name": "check_age",
    "objective_prompt": "Ask for the age.",
    "output_variables": ["age"],
    "next_conditional_objectives": {"say_no": "younger than 18", "go_on": "at least 18"},
}
NO = {"objective_name": "say_no", "objective_prompt": "Explain why not.", "next_required_objective": "go_on"}
ON = {"objective_name": "go_on", "objective_prompt": "Go on."}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({}, "data", "is required"),
        ({"data": []}, "", "at least one objective"),
        ({"data": [{"objective_prompt": "a"}]}, "data[0].objective_name", "is required"),
        ({"data": [{**AGE, "objective_name": "check age"}]}, "data[0].objective_name", "must have no spaces"),
        ({"data": [{**AGE, "confirmation_mode": "ask"}]}, "data[0].confirmation_mode", "one of auto, manual"),
        ({"data": [{**AGE, "output_variables": "age"}]}, "data[0].output_variables", "write ['age']"),
        (
            {"data": [{**AGE, "next_conditional_objectives": {"say_no": 18}}]},
            "data[0].next_conditional_objectives.say_no",
            "must be a string, not 18",
        ),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    assert [reason for failed, reason in find_mistakes(Lifecycle, **given) if failed == name and words in reason]


def test_a_next_objective_that_is_none_of_them_is_warned_of() -> None:
    """check warns of a next objective whose name is that of no objective."""
    assert [each.reason for each in find_warnings(table(ObjectivesArgs), {"data": [AGE, NO]})] == [
        "has none of these, which others name as the next one: go_on"
    ]
    assert list(find_warnings(table(ObjectivesArgs), {"data": [AGE, NO, ON]})) == []


@pytest.mark.parametrize("as_lists", [False, True], ids=["one object", "a list"])
def test_a_single_objective_is_patched_at_the_root(sandbox: Sandbox, as_lists: bool) -> None:
    """The patch of a single objective has its members at the root, whatever shape the answers have."""
    sandbox.control.set_behavior(sets_as_lists=as_lists)
    objectives = object_at(Lifecycle, sandbox.url)
    news = {"data": [{**AGE, "confirmation_mode": "manual", "next_conditional_objectives": {"go_on": "always"}}]}
    id_, outs = create_and_update(objectives, {"data": [AGE]}, news)
    assert sent_bodies(sandbox, "PATCH") == [
        [
            {"op": "add", "path": "/confirmation_mode", "value": "manual"},
            {"op": "remove", "path": "/next_conditional_objectives/say_no"},
            {"op": "add", "path": "/next_conditional_objectives/go_on", "value": "always"},
        ]
    ]
    assert objectives.read(id_, outs) == (id_, outs)


@pytest.mark.parametrize(
    ("olds", "news", "replaces"),
    [
        ([AGE], [{**AGE, "modality": "visual"}], ()),
        ([AGE], [AGE, NO], ("data",)),
        ([AGE, NO], [AGE], ("data",)),
        ([AGE, NO], [AGE, ON], ("data",)),
        ([AGE, NO], [AGE, {**NO, "modality": "verbal"}], ()),
        ([AGE], UNKNOWN, ()),
    ],
)
def test_several_are_made_anew(sandbox: Sandbox, olds: Any, news: Any, replaces: tuple[str, ...]) -> None:
    """Several objectives, before or after, are replaced, because Tavus's patch reaches only one."""
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create({"data": olds})
    diff = objectives.diff(id_, outs, {"data": news})
    assert (diff.replaces, diff.delete_before_replace) == (replaces, False)


def test_of_several_the_one_that_is_shown_is_compared(sandbox: Sandbox) -> None:
    """diff compares the objective that Tavus returns; the others keep their known values."""
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create({"data": [AGE, NO]})
    assert objectives.read(id_, outs) == (id_, outs)
    objectives.send_patch(id_, [{"op": "add", "path": "/objective_prompt", "value": "Guess."}], {})
    found = objectives.read(id_, outs)
    assert found
    assert found[1]["data"] == [{**AGE, "objective_prompt": "Guess."}, NO]
