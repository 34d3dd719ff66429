"""A program's arguments, translated for the engine."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

import pulumi
import pytest

import tavus_provider as tavus
from tavus_provider.program.arguments import to_properties
from tavus_provider.schema.annotations import Input
from tavus_provider.schema.fields import Field, instead_of, table


class Thing:
    """Stand-in for a resource, with an id."""

    id = "t1"


class Inner(TypedDict, total=False):
    """A nested object with a secret and a reference."""

    key: Annotated[Input[str], Field("Key.", secret=True)]
    plain: Annotated[Input[str], Field("Text.")]
    thing_id: Annotated[Input[str], Field("Id.")]
    thing: Annotated["Thing", instead_of("thing_id", "Thing.")]


class Args(TypedDict, total=False):
    """Inputs of each kind."""

    text: Annotated[Input[str], Field("Text.")]
    inner: Annotated[Input[Inner], Field("Object.")]
    inners: Annotated[Input[Sequence[Input[Inner]]], Field("Objects.")]
    free: Annotated[Input[Mapping[str, Any]], Field("Anything.")]
    thing_id: Annotated[Input[str], Field("Id.")]
    thing: Annotated["Thing", instead_of("thing_id", "Thing.")]
    thing_ids: Annotated[Input[Sequence[Input[str]]], Field("Ids.")]
    things: Annotated[Sequence["Thing"], instead_of("thing_ids", "Things.")]


ROWS = table(Args)
IMPORTED, READ = pulumi.ResourceOptions(import_="x1"), pulumi.ResourceOptions(id="x1")


def secret(value: Any) -> bool:
    """Tell whether a value is an output marked as a secret."""

    async def marked() -> bool:
        return isinstance(value, pulumi.Output) and await value.is_secret()

    return asyncio.run(marked())


def test_resources_stand_for_their_ids() -> None:
    """Single, listed and nested resources become the ids that Tavus takes."""
    thing = Thing()
    props = to_properties(ROWS, {"thing": thing, "things": [thing, thing], "inner": {"thing": thing, "plain": "a"}})
    assert props == {"thing_id": "t1", "thing_ids": ["t1", "t1"], "inner": {"thing_id": "t1", "plain": "a"}}


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_id_does_not_replace_a_resource(nothing: str | None) -> None:
    """A resource wins over an empty id in either order, and an empty resource counts as not given."""
    assert to_properties(ROWS, {"thing": Thing(), "thing_id": nothing}) == {"thing_id": "t1"}
    assert to_properties(ROWS, {"thing_id": nothing, "thing": Thing()}) == {"thing_id": "t1"}
    assert to_properties(ROWS, {"thing": nothing, "thing_id": "t2"}) == {"thing": None, "thing_id": "t2"}


def test_both_a_resource_and_an_id_are_passed_on_to_be_refused() -> None:
    """Both inputs are passed on, and check refuses them."""
    assert to_properties(ROWS, {"thing": Thing(), "thing_id": "t2"}) == {"thing": "t1", "thing_id": "t2"}


def test_a_resource_of_another_class_is_refused() -> None:
    """The error names the input, what it takes and what it was given."""
    with pytest.raises(pulumi.RunError, match="things takes Thing, not str; write thing_ids for ids$"):
        to_properties(ROWS, {"things": ["t1"]})
    with pytest.raises(pulumi.RunError, match="thing takes Thing, not str; write thing_id for an id$"):
        to_properties(ROWS, {"inner": {"thing": "t1"}})


def test_a_resource_where_an_object_is_asked_for_is_refused() -> None:
    """The error says what to give instead, such as `destination`; the engine would get the URN."""

    class Plain(pulumi.CustomResource):
        def __init__(self) -> None:
            """Stand for a resource that no engine knows."""

    class Storage(Plain):
        destination = "d"

    with pytest.raises(pulumi.RunError, match="inner takes an object, not Plain$"):
        to_properties(ROWS, {"inner": Plain()})
    with pytest.raises(pulumi.RunError, match="inner takes an object, not Storage; give its `destination`"):
        to_properties(ROWS, {"inner": Storage()})


@pytest.mark.parametrize("resource", [tavus.Conversation, tavus.RecordingBucket, tavus.RecordingStorage])
def test_an_input_by_position_is_refused(resource: Any) -> None:
    """The second argument of every resource is its options."""
    name = resource.__name__
    with pytest.raises(
        pulumi.RunError, match=rf"^{name} 'call': opts must be pulumi.ResourceOptions\(…\), not str; give inputs by"
    ):
        resource("call", "p1234")


@pytest.mark.parametrize(
    ("resource", "opts", "words"),
    [
        (
            tavus.Conversation,
            IMPORTED,
            "Pulumi cannot import a dynamic resource: remove import_ and give the input existing",
        ),
        (
            tavus.RecordingBucket,
            IMPORTED,
            "Pulumi cannot import a dynamic resource: remove import_ and give the input existing_bucket",
        ),
        (tavus.RecordingBucket, READ, "it cannot be read by its id alone: remove id and give the input existing_bucket"),
        (tavus.RecordingRole, READ, "it cannot be read by its id alone: remove id and let it be created"),
        (tavus.RecordingStorage, READ, "it cannot be read by its id alone: remove id and give the input existing_bucket"),
    ],
)
def test_options_that_pulumi_cannot_honor_are_refused(resource: Any, opts: pulumi.ResourceOptions, words: str) -> None:
    """The error names the input to give instead."""
    with pytest.raises(pulumi.RunError, match=f"^{resource.__name__} 'it': {words}"):
        resource("it", opts)


def test_everything_else_is_left_as_it_is() -> None:
    """Values without secrets and resources stay as they are, misspelled names included."""
    args = {"text": "a", "free": {"key": "k"}, "thing": None, "wrong": 1}
    assert to_properties(ROWS, args) == args


def test_secrets_are_marked_at_any_depth() -> None:
    """A plain text becomes a secret in an object, in a list of objects, and in an object that is known only later."""

    async def run() -> dict[str, Any]:
        later = pulumi.Output.from_input({"key": "k"})
        return to_properties(ROWS, {"inner": {"key": "k", "plain": "p"}, "inners": [{"key": "k"}], "free": later})

    props = asyncio.run(run())
    assert props["inner"]["plain"] == "p"
    assert isinstance(props["inner"]["key"], pulumi.Output)
    assert isinstance(props["inners"][0]["key"], pulumi.Output)
    assert isinstance(props["free"], pulumi.Output)
