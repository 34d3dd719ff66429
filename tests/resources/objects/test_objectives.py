"""Lifecycle of objectives, over real HTTP against the sandbox."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.lifecycle.base import Props
from tavus_provider.lifecycle.json_patch import Operation
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
BYE = {"objective_name": "say_bye", "objective_prompt": "Say goodbye."}
INTAKE: Props = {"data": [AGE, NO, ON]}


class Api(NamedTuple):
    """Form of the API: whether GET has a list, and which paths patches have."""

    sets_as_lists: bool
    set_pointers: Literal["both", "set", "item"]

    def serve(self, sandbox: Sandbox) -> None:
        """Let the sandbox have this form."""
        sandbox.control.set_behavior(sets_as_lists=self.sets_as_lists, set_pointers=self.set_pointers)


LISTS = Api(sets_as_lists=True, set_pointers="set")
FIRST = Api(sets_as_lists=False, set_pointers="set")
ITEMS = Api(sets_as_lists=False, set_pointers="item")
EITHER = Api(sets_as_lists=False, set_pointers="both")


def for_each(*forms: Api) -> pytest.MarkDecorator:
    """Run a test for each of these forms."""
    return pytest.mark.parametrize("api", forms, ids=lambda api: f"{'list' if api.sets_as_lists else 'item'}-{api.set_pointers}")


def stored(sandbox: Sandbox) -> dict[str, Any]:
    """Return the only set as Tavus has it, without the defaults of its items."""
    (found,) = sandbox.control.objects("objectives")
    defaults = {"confirmation_mode": "auto", "modality": "verbal"}
    data = [{name: value for name, value in each.items() if defaults.get(name) != value} for each in found["data"]]
    return {"name": found.get("name"), "allow_loops": found.get("allow_loops"), "data": data}


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({}, "data", "is required"),
        ({"data": []}, "", "at least one objective"),
        ({"data": [{"objective_prompt": "a"}]}, "data[0].objective_name", "is required"),
        ({"data": [{**ON, "objective_name": "check age"}]}, "data[0].objective_name", "must have only letters, digits and"),
        ({"data": [{**ON, "objective_name": "go-on"}]}, "data[0].objective_name", "as in check_age, not 'go-on'"),
        ({"data": [{**ON, "objective_name": "n" * 101}]}, "data[0].objective_name", "at most 100 characters, not 101"),
        ({"data": [{**ON, "objective_prompt": "p" * 10_001}]}, "data[0].objective_prompt", "at most 10000 characters, not 10001"),
        ({"data": [{**ON, "confirmation_mode": "ask"}]}, "data[0].confirmation_mode", "one of auto, manual"),
        ({"data": [{**ON, "output_variables": "age"}]}, "data[0].output_variables", "write ['age']"),
        ({"data": [{**ON, "output_variables": ["v"] * 51}]}, "data[0].output_variables", "at most 50 names, not 51"),
        ({"data": [{**ON, "callback_url": "https://a.example/" + "c" * 2048}]}, "", "at most 2048 characters, not 2066"),
        ({"data": [{**ON, "tool_call": "notify"}]}, "", "tool_call must be an object"),
        (
            {"data": [{**AGE, "next_conditional_objectives": {"say_no": 18}}]},
            "data[0].next_conditional_objectives.say_no",
            "must be a string, not 18",
        ),
        ({"data": [{**ON, "objective_name": f"o{number}"} for number in range(51)]}, "", "at most 50 objectives, not 51"),
        ({"data": [ON, ON]}, "", "must have one objective of each name: go_on is the name of several"),
        ({"data": [AGE, NO]}, "", "has no objective go_on, which check_age names as the next one: add it"),
        (
            {"data": [{**NO, "next_required_objective": "goon"}, ON]},
            "",
            "which say_no names as the next one: did you mean go_on?",
        ),
        ({"data": [{**ON, "next_required_objective": "go_on"}]}, "", "go_on must not name itself as the next objective"),
        (
            {"data": [{**AGE, "next_required_objective": "go_on"}, NO, ON]},
            "",
            "check_age must have next_required_objective or next_conditional_objectives, not both",
        ),
        ({"data": [NO, ON, BYE]}, "", "must begin with one objective, but no other leads to data[0] and data[2]: give next_"),
        ({"data": [NO, {**ON, "next_required_objective": "say_no"}, BYE]}, "", "in a circle, as data[0] and data[1] do: leave"),
        ({**INTAKE, "name": "n" * 101}, "name", "at most 100 characters, not 101"),
        ({**INTAKE, "allow_loops": "yes"}, "allow_loops", "must be a boolean"),
    ],
)
def test_each_mistake_is_found_without_the_network(given: dict[str, Any], name: str, words: str) -> None:
    """check names the property and what to write instead."""
    assert [reason for failed, reason in find_mistakes(Lifecycle, **given) if failed == name and words in reason]


@pytest.mark.parametrize(
    "given",
    [
        INTAKE,
        {"data": [ON]},
        {"data": [NO, {**ON, "next_required_objective": "say_no"}], "allow_loops": True},
        {"data": [ON, BYE], "allow_loops": True},
        {"data": [ON, BYE], "allow_loops": UNKNOWN},
        {"data": [ON, {**BYE, "objective_name": UNKNOWN}]},
        {"data": UNKNOWN},
        {"existing_objectives_id": "o1", "data": [ON]},
    ],
)
def test_right_inputs_pass(given: dict[str, Any]) -> None:
    """check accepts what Tavus accepts, and what only `up` knows."""
    assert find_mistakes(Lifecycle, **given) == []


def test_no_message_shows_a_name_that_is_secret() -> None:
    """The order of objectives is explained by their places."""
    (mistake,) = find_mistakes(Lifecycle, data=[ON, BYE])
    assert not [name for name in ("go_on", "say_bye") if name in mistake[1]]


def test_a_modality_that_tavus_does_not_document_is_a_warning() -> None:
    """Audio is documented; anything else is sent with a warning."""
    data = [{**ON, "modality": "audio"}, {**BYE, "modality": "visuell"}]
    assert [each.property for each in find_warnings(table(ObjectivesArgs), {"data": data})] == ["data[1].modality"]


@for_each(LISTS, FIRST, ITEMS, EITHER)
def test_a_single_objective_changes_in_place(sandbox: Sandbox, api: Api) -> None:
    """Whichever form the API has, the patch arrives, and nothing is left to do."""
    api.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    news = {"data": [{**ON, "confirmation_mode": "manual", "output_variables": ["reason"]}]}
    id_, outs = objectives.create({"data": [ON]})
    assert objectives.diff(id_, outs, news).replaces == ()
    outs = objectives.update(id_, outs, news)
    assert stored(sandbox)["data"] == news["data"]
    assert objectives.read(id_, outs) == (id_, outs)


@for_each(LISTS, FIRST)
@pytest.mark.parametrize(
    ("changed", "operations"),
    [
        (
            {"data": [AGE, {**NO, "objective_prompt": "Be kind."}, ON]},
            [{"op": "add", "path": "/data/1/objective_prompt", "value": "Be kind."}],
        ),
        (
            {"data": [AGE, NO, {**ON, "next_required_objective": "say_bye"}, BYE]},
            [
                {"op": "add", "path": "/data/2/next_required_objective", "value": "say_bye"},
                {"op": "add", "path": "/data/-", "value": BYE},
            ],
        ),
        (
            {"data": [{**AGE, "next_conditional_objectives": {"say_no": "always"}}, {**NO, "next_required_objective": None}]},
            [
                {"op": "remove", "path": "/data/0/next_conditional_objectives/go_on"},
                {"op": "add", "path": "/data/0/next_conditional_objectives/say_no", "value": "always"},
                {"op": "remove", "path": "/data/1/next_required_objective"},
                {"op": "remove", "path": "/data/2"},
            ],
        ),
        (
            {"data": [AGE, NO, {**ON, "tool_call": {"name": "notify"}}]},
            [{"op": "add", "path": "/data/2/tool_call", "value": {"name": "notify"}}],
        ),
        ({"name": "Intake"}, [{"op": "add", "path": "/name", "value": "Intake"}]),
        (
            {"data": [AGE, NO, {**ON, "next_required_objective": "check_age"}], "allow_loops": True},
            [
                {"op": "add", "path": "/data/2/next_required_objective", "value": "check_age"},
                {"op": "add", "path": "/allow_loops", "value": True},
            ],
        ),
    ],
    ids=["one of several", "one more", "one less", "a tool", "the name", "loops"],
)
def test_several_change_in_place_in_one_call(
    sandbox: Sandbox, api: Api, changed: dict[str, Any], operations: list[dict[str, Any]]
) -> None:
    """One patch has all operations; where GET shows one objective, it first tests which ones are in their places."""
    api.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    news = {name: [_without_none(each) for each in value] if name == "data" else value for name, value in changed.items()}
    news = {**INTAKE, **news}
    id_, outs = objectives.create(INTAKE)
    assert objectives.diff(id_, outs, news).replaces == ()
    outs = objectives.update(id_, outs, news)
    (patch,) = sent_bodies(sandbox, "PATCH")
    assert [each for each in patch if each["op"] != "test"] == operations
    assert bool([each for each in patch if each["op"] == "test"]) == (not api.sets_as_lists and "data" in changed)
    assert stored(sandbox) == {"name": None, "allow_loops": None, **news}
    assert objectives.read(id_, outs) == (id_, outs)
    assert objectives.diff(id_, outs, news).changes == ()


def _without_none(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


@for_each(LISTS, FIRST)
def test_inputs_of_the_set_can_be_taken_away(sandbox: Sandbox, api: Api) -> None:
    """A name and allow_loops that the program no longer has are removed at Tavus."""
    api.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = create_and_update(objectives, {**INTAKE, "name": "Intake", "allow_loops": True}, INTAKE)
    assert stored(sandbox) == {"name": None, "allow_loops": None, **INTAKE}
    assert objectives.read(id_, outs) == (id_, outs)


def test_a_change_that_reaches_no_single_objective_is_an_error(sandbox: Sandbox) -> None:
    """Where Tavus patches a single objective only, a change of another one is refused as a whole, with what to do."""
    ITEMS.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create(INTAKE)
    news = {"data": [{**AGE, "modality": "visual"}, NO, {**ON, "objective_prompt": "Stay."}]}
    with pytest.raises(InputError, match=r"refused to change data\[0\].modality, data\[2\].objective_prompt: .* --replace URN"):
        objectives.update(id_, outs, news)
    assert stored(sandbox)["data"] == INTAKE["data"]


def test_what_somebody_renamed_out_of_sight_is_not_overwritten(sandbox: Sandbox) -> None:
    """Where GET shows one objective, a patch of another one is refused once its place has another name; nothing changes."""
    FIRST.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create({"data": [NO, ON]})
    moved = [
        {"op": "add", "path": "/data/1", "value": BYE},
        {"op": "replace", "path": "/data/0/next_required_objective", "value": "say_bye"},
    ]
    objectives.client.send(objectives.call("PATCH", id_, "change by hand"), [*moved, {"op": "remove", "path": "/data/2"}])
    before = stored(sandbox)
    with pytest.raises(InputError, match=r"refused to change .*data\[1\].objective_prompt"):
        objectives.update(id_, outs, {"data": [NO, {**ON, "objective_prompt": "Stay."}]})
    assert stored(sandbox) == before


def test_a_refused_change_leaves_no_stray_member(sandbox: Sandbox) -> None:
    """What Tavus refuses is not written into the set itself either; the error is its first refusal."""
    FIRST.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create({"data": [ON]})
    with pytest.raises(InputError, match=r"refused to change data\[0\].modality"):
        objectives.update(id_, outs, {"data": [{**ON, "modality": "smell"}]})
    assert [call["status"] for call in sandbox.control.calls() if call["method"] == "PATCH"] == [400, 400]
    assert stored(sandbox)["data"] == [ON]


def test_of_several_the_one_that_is_shown_is_compared(sandbox: Sandbox) -> None:
    """diff compares the objective that Tavus returns; the others keep their known values."""
    objectives = object_at(Lifecycle, sandbox.url)
    id_, outs = objectives.create(INTAKE)
    assert objectives.read(id_, outs) == (id_, outs)
    objectives.send_patch(id_, [{"op": "add", "path": "/data/0/objective_prompt", "value": "Guess."}], {})
    found = objectives.read(id_, outs)
    assert found
    assert found[1]["data"] == [{**AGE, "objective_prompt": "Guess."}, NO, ON]


def test_what_somebody_added_shows_where_all_are_shown(sandbox: Sandbox) -> None:
    """A refresh shows every objective, the name of the set and allow_loops, where Tavus returns them."""
    LISTS.serve(sandbox)
    objectives = object_at(Lifecycle, sandbox.url)
    given = {**INTAKE, "name": "Intake", "allow_loops": True}
    id_, outs = objectives.create(given)
    by_hand: list[Operation] = [
        {"op": "add", "path": "/data/-", "value": BYE},
        {"op": "replace", "path": "/name", "value": "Mine"},
    ]
    objectives.send_patch(id_, by_hand, {})
    found = objectives.read(id_, outs)
    assert found
    assert (found[1]["name"], [each["objective_name"] for each in found[1]["data"]][-1]) == ("Mine", "say_bye")
    objectives.update(id_, found[1], given)
    assert stored(sandbox) == given
