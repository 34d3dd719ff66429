"""
The lives of all objects of Tavus on the real engine, side by side in one stack: each is one line of SPECS.

What is special about one is in its own file.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine import (
    test_document,
    test_guardrails,
    test_objectives,
    test_persona,
    test_pronunciation_dictionary,
    test_replica,
)
from tests.real_engine.objects import Subject, shown_of, shows
from tests.real_engine.stack import Stack

FILES = (test_document, test_guardrails, test_objectives, test_persona, test_pronunciation_dictionary, test_replica)
SPECS = [file.SPEC for file in FILES]
NAMES = [spec.name for spec in SPECS]
ROUNDS = range(max(len(spec.updates) for spec in SPECS))


@pytest.fixture
def subjects(sandbox: Sandbox) -> list[Subject]:
    """Return all objects, in an account where Tavus reads and trains at once."""
    sandbox.control.set_behavior(processing=0, training=0)
    return [Subject(spec, sandbox) for spec in SPECS]


@pytest.fixture
def declared(subjects: list[Subject], stack: Stack) -> Stack:
    """Return a stack that has all of them as they are to begin with."""
    stack.program("".join(spec.program() for spec in SPECS))
    stack.up()
    return stack


def test_from_nothing_to_nothing(subjects: list[Subject], stack: Stack) -> None:
    """A preview asks Tavus nothing, up creates one each, refresh and further ups find nothing to do, destroy deletes them."""
    stack.program("".join(spec.program() for spec in SPECS))
    assert stack.plan() == dict.fromkeys(NAMES, "create")
    assert [it.calls() for it in subjects] == [[]] * len(subjects)
    stack.up()
    assert [it.calls() for it in subjects] == [[*it.spec.made] for it in subjects]
    assert stack.outputs() == {f"{it.spec.name} {what}": it.only() for it in subjects for what in ("id", "same")}
    stack.up("--expect-no-changes")
    assert [it.calls() for it in subjects] == [[*it.spec.made] for it in subjects]
    stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    stack.preview("--expect-no-changes")
    assert [it.calls() for it in subjects] == [[*it.spec.made, "GET"] for it in subjects]
    stack.destroy()
    assert [it.calls() for it in subjects] == [[*it.spec.made, "GET", "DELETE"] for it in subjects]
    assert [it.listed() for it in subjects] == [it.seeded for it in subjects]


def test_changes_in_place(subjects: list[Subject], declared: Stack) -> None:
    """Each change shows with both values and is one patch, after which nothing is left to do."""
    ids = [it.only() for it in subjects]
    for round_ in ROUNDS:
        changes = [it.spec.updates[min(round_, len(it.spec.updates) - 1)] for it in subjects]
        declared.program("".join(it.spec.program(**change.inputs) for it, change in zip(subjects, changes, strict=True)))
        printed = declared.up("--diff")
        for it, change in zip(subjects, changes, strict=True):
            if round_ < len(it.spec.updates):
                shows(shown_of(it.spec.name, printed), "(update)", *change.shown)
            assert it.calls().count("PATCH") == min(round_ + 1, len(it.spec.updates))
        declared.up("--refresh", "--expect-no-changes")
    assert [it.only() for it in subjects] == ids
    declared.destroy()


def test_what_somebody_changed_shows_and_is_put_back(subjects: list[Subject], declared: Stack) -> None:
    """A change by hand shows under its own property in a preview that refreshes, and up writes what the program says."""
    before = [it.told() for it in subjects]
    for it in subjects:
        it.patch(it.spec.by_hand)
    assert [was for it, was in zip(subjects, before, strict=True) if it.told() == was] == []
    printed = declared.preview("--refresh")
    for it in subjects:
        shows(shown_of(it.spec.name, printed), "(update)", *it.spec.drifted)
    declared.up("--refresh")
    assert [it.told() for it in subjects] == before
    declared.up("--refresh", "--expect-no-changes")


def test_what_somebody_deleted_leaves_the_state_and_is_made_again(subjects: list[Subject], declared: Stack) -> None:
    """What vanished is gone after a refresh, and the next up makes another one; destroy minds no second vanishing."""
    for it in subjects:
        it.delete()
    declared.refresh()
    assert declared.resources() == {}
    declared.up()
    for it in subjects:
        it.delete()
    declared.destroy()


def test_what_is_there_is_read_or_adopted(
    subjects: list[Subject], declared: Stack, sandbox: Sandbox, new_stack: Callable[..., Stack]
) -> None:
    """What exists is read without being owned, or adopted as it is and patched from then on; kept, it outlives its stack."""
    ids, other = {it.spec.name: it.only() for it in subjects}, new_stack(sandbox, "other")
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
    assert {it.spec.name: it.only() for it in subjects} == ids


@pytest.mark.parametrize("round_", range(max(len(spec.replacements) for spec in SPECS)))
def test_what_cannot_change_in_place_is_replaced(subjects: list[Subject], stack: Stack, round_: int) -> None:
    """The new one is made before the old one is deleted."""
    changing = [it for it in subjects if round_ < len(it.spec.replacements)]
    stack.program("".join(it.spec.program() for it in changing))
    stack.up()
    ids = [it.only() for it in changing]
    stack.program("".join(it.spec.program(**it.spec.replacements[round_].inputs) for it in changing))
    printed = stack.preview()
    for it in changing:
        shows(shown_of(it.spec.name, printed), "(replace)", *it.spec.replacements[round_].shown)
    stack.up()
    assert [it.calls() for it in changing] == [[*it.spec.made, *it.spec.made, "DELETE"] for it in changing]
    assert [id_ for it, id_ in zip(changing, ids, strict=True) if it.only() == id_] == []
    stack.destroy()
