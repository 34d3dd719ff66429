"""Empty strings, as in copied request bodies: for an optional input they count as not given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from tavus_provider.dynamic.provider import Provider
from tavus_provider.recording.bucket import RecordingBucketProvider
from tavus_provider.recording.role import RecordingRoleProvider
from tavus_provider.resources.conversation import ConversationProvider
from tavus_provider.resources.persona import PersonaProvider
from tavus_provider.schema.fields import InputSpec, Table, table
from tests.support.objects import OBJECTS

PROVIDERS: list[type[Provider]] = [
    ConversationProvider,
    RecordingBucketProvider,
    RecordingRoleProvider,
    *(each.provider_class for each in OBJECTS),
]


def put_in(row: InputSpec, members: dict[str, Any]) -> Any:
    """Return a value of the input `row` that has an object with `members`, and with the tag of its last shape."""
    shapes = row.shapes or (row.item.shapes if row.item else ())
    tags = {each.name: each.choices[0] for each in table(shapes[-1]) if len(each.choices) == 1}
    return [{**tags, **members}] if row.item else {**tags, **members}


def find_strings(rows: Table) -> Iterator[tuple[InputSpec, dict[str, Any], dict[str, Any]]]:
    """Yield each input that is a string, at any depth, with inputs that give it an empty one and inputs that leave it out."""
    for row in rows:
        if row.kind is str and len(row.choices) != 1:
            yield row, {row.name: ""}, {}
        shapes = row.shapes or (row.item.shapes if row.item else ())
        for inner, empty, absent in find_strings(table(shapes[-1])) if shapes else ():
            yield inner, {row.name: put_in(row, empty)}, {row.name: put_in(row, absent)}


CASES = [
    pytest.param(provider, *each, id=f"{provider.__name__}-{each[0].name}")
    for provider in PROVIDERS
    for each in find_strings(table(provider.lifecycle.args))
]


@pytest.fixture
def configured(request: pytest.FixtureRequest) -> Iterator[Provider]:
    """Return the configured provider of a class; undo afterwards what configuring does to the process."""
    provider: Provider = request.param()
    provider.configure(ConfigureRequest(Config({"tavus:apiKey": "k"}, "shop")))
    yield provider
    del sys.tracebacklimit


def mistakes(provider: Provider, inputs: dict[str, Any]) -> list[str]:
    """Return what check says of inputs."""
    return [f"{each.property} {each.reason}" for each in provider.check({}, inputs).failures]


@pytest.mark.parametrize(("configured", "row", "empty", "absent"), CASES, indirect=["configured"])
def test_an_empty_string_counts_as_not_given(
    configured: Provider, row: InputSpec, empty: dict[str, Any], absent: dict[str, Any]
) -> None:
    """Check returns the inputs without the empty string, and reports it as a mistake where the input is required."""
    if row.required:
        assert any("must not be empty" in each and row.name in each for each in mistakes(configured, empty))
    else:
        assert configured.check({}, empty).inputs == absent
        assert mistakes(configured, empty) == mistakes(configured, absent)


@pytest.mark.parametrize(
    ("configured", "row", "empty", "absent"),
    [each for each in CASES if each.values[0] not in (RecordingBucketProvider, RecordingRoleProvider)],
    indirect=["configured"],
)
def test_a_state_with_an_empty_string_shows_no_change(
    configured: Provider, row: InputSpec, empty: dict[str, Any], absent: dict[str, Any]
) -> None:
    """Earlier versions stored empty strings among inputs and outputs, except those of buckets and roles."""
    given = configured.check({}, empty).inputs
    assert row.required or not configured.diff("id1", empty, given).changes


@pytest.mark.parametrize("configured", [PersonaProvider], indirect=True)
def test_empty_strings_of_others_stay(configured: Provider) -> None:
    """An empty string stays in values that are the user's own or another service's, where it has a meaning."""
    llm = {"headers": {"X-Tag": ""}, "extra_body": {"stop": ""}, "tools": [{"function": {"description": ""}}]}
    inputs = {"system_prompt": "You coach.", "llm": llm}
    assert configured.check({}, inputs).inputs == inputs
