"""The lives of all objects of Tavus on the real engine, side by side in one stack: each is one line of SPECS.

The special behavior of one kind is tested in its own file.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.objects import (
    test_deployment,
    test_document,
    test_guardrails,
    test_objectives,
    test_persona,
    test_pronunciation_dictionary,
    test_replica,
    test_tool,
    test_voice,
)
from tests.real_engine.specs import Subject, assert_shows, lines_about
from tests.real_engine.stack import Stack

FILES = (
    test_deployment,
    test_document,
    test_guardrails,
    test_objectives,
    test_persona,
    test_pronunciation_dictionary,
    test_replica,
    test_tool,
    test_voice,
)
SPECS = [file.SPEC for file in FILES]
NAMES = [spec.name for spec in SPECS]
ROUNDS = range(max(len(spec.updates) for spec in SPECS))


@pytest.fixture
def subjects(sandbox: Sandbox) -> list[Subject]:
    """Return all objects, in an account where Tavus processes and trains at once."""
    sandbox.control.set_behavior(processing=0, training=0)
    return [Subject(spec, sandbox) for spec in SPECS]


@pytest.fixture
def declared_stack(subjects: list[Subject], stack: Stack) -> Stack:
    """Return a stack that has declared all of them with their first inputs."""
    stack.program("".join(spec.program() for spec in SPECS))
    stack.up()
    return stack


def test_from_nothing_to_nothing(subjects: list[Subject], stack: Stack) -> None:
    """A preview calls nothing, up creates one each, refresh and further ups find nothing to do, destroy deletes them."""
    stack.program("".join(spec.program() for spec in SPECS))
    assert stack.plan() == dict.fromkeys(NAMES, "create")
    assert [it.calls() for it in subjects] == [[]] * len(subjects)
    stack.up()
    assert [it.calls() for it in subjects] == [[*it.spec.made] for it in subjects]
    assert stack.outputs() == {f"{it.spec.name} {what}": it.only_id() for it in subjects for what in ("id", "same")}
    stack.up("--expect-no-changes")
    assert [it.calls() for it in subjects] == [[*it.spec.made] for it in subjects]
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    stack.preview("--expect-no-changes")
    assert [it.calls() for it in subjects] == [[*it.spec.made, "GET"] for it in subjects]
    stack.destroy()
    assert [it.calls() for it in subjects] == [[*it.spec.made, "GET", "DELETE"] for it in subjects]
    assert [it.listed_ids() for it in subjects] == [it.seeded for it in subjects]


def test_changes_in_place(subjects: list[Subject], declared_stack: Stack) -> None:
    """Each change shows with both values and is one patch, after which nothing is left to do."""
    ids = [it.only_id() for it in subjects]
    for round_ in ROUNDS:
        changes = [it.spec.updates[min(round_, len(it.spec.updates) - 1)] for it in subjects]
        declared_stack.program("".join(it.spec.program(**change.inputs) for it, change in zip(subjects, changes, strict=True)))
        printed = declared_stack.up("--diff")
        for it, change in zip(subjects, changes, strict=True):
            if round_ < len(it.spec.updates):
                assert_shows(lines_about(it.spec.name, printed), "(update)", *change.shown)
            assert it.calls().count("PATCH") == min(round_ + 1, len(it.spec.updates))
        declared_stack.up("--refresh", "--expect-no-changes")
    assert [it.only_id() for it in subjects] == ids
    declared_stack.destroy()


def test_what_somebody_changed_shows_and_is_put_back(subjects: list[Subject], declared_stack: Stack) -> None:
    """A change by hand shows under its own property in a preview that refreshes, and up writes the program's value."""
    before = [it.get() for it in subjects]
    for it in subjects:
        it.patch(it.spec.by_hand)
    assert [was for it, was in zip(subjects, before, strict=True) if it.get() == was] == []
    printed = declared_stack.preview("--refresh")
    for it in subjects:
        assert_shows(lines_about(it.spec.name, printed), "(update)", *it.spec.drifted)
    declared_stack.up("--refresh")
    assert [it.get() for it in subjects] == before
    declared_stack.up("--refresh", "--expect-no-changes")


def test_what_somebody_deleted_leaves_the_state_and_is_created_again(subjects: list[Subject], declared_stack: Stack) -> None:
    """A vanished object is gone after a refresh, and the next up creates another; destroy accepts that it vanished again."""
    for it in subjects:
        it.delete()
    declared_stack.refresh()
    assert declared_stack.resources() == {}
    declared_stack.up()
    for it in subjects:
        it.delete()
    declared_stack.destroy()


def test_what_is_there_is_read_or_adopted(
    subjects: list[Subject], declared_stack: Stack, sandbox: Sandbox, new_stack: Callable[..., Stack]
) -> None:
    """An existing object is read without being owned, or adopted and patched from then on; kept, it outlives its stack."""
    ids, other = {it.spec.name: it.only_id() for it in subjects}, new_stack(sandbox, "other")
    reading = "pulumi.export('{0.name}', tavus.{0.resource}.get('{0.name}', {1!r}).{0.id_field})\n"
    other.program("".join(reading.format(spec, ids[spec.name]) for spec in SPECS))
    other.up()
    assert other.outputs() == ids
    other.destroy()

    adopting = {spec.name: {f"existing_{spec.id_field}": ids[spec.name]} for spec in SPECS}
    other.program("".join(spec.program(**adopting[spec.name]) for spec in SPECS))
    other.up()
    other.up("--refresh", "--expect-no-changes")
    other.program("".join(spec.program(**adopting[spec.name], **spec.updates[0].inputs, on_destroy="keep") for spec in SPECS))
    assert other.plan() == dict.fromkeys(NAMES, "update")
    other.up()
    other.destroy()
    assert [it.calls().count("POST") for it in subjects] == [1] * len(subjects)
    assert {it.spec.name: it.only_id() for it in subjects} == ids


@pytest.mark.parametrize("round_", range(max(len(spec.replacements) for spec in SPECS)))
def test_what_cannot_change_in_place_is_replaced(subjects: list[Subject], stack: Stack, round_: int) -> None:
    """The new one is created before the old one is deleted."""
    changing = [it for it in subjects if round_ < len(it.spec.replacements)]
    stack.program("".join(it.spec.program() for it in changing))
    stack.up()
    ids = [it.only_id() for it in changing]
    stack.program("".join(it.spec.program(**it.spec.replacements[round_].inputs) for it in changing))
    printed = stack.preview()
    for it in changing:
        assert_shows(lines_about(it.spec.name, printed), "(replace)", *it.spec.replacements[round_].shown)
    stack.up()
    assert [it.calls() for it in changing] == [[*it.spec.made, *it.spec.made, "DELETE"] for it in changing]
    assert [id_ for it, id_ in zip(changing, ids, strict=True) if it.only_id() == id_] == []
    stack.destroy()
