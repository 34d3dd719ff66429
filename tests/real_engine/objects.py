"""What holds for every object of Tavus on the real engine: the test of one is a table of what it is given and how it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A change of inputs, and lines that Pulumi shows of it; spaces do not matter. An input that is None is left out."""

    inputs: Inputs
    shown: Sequence[str]


@dataclass(frozen=True)
class ObjectSpec:
    """
    What one resource is tested with.

    given: inputs to begin with. updates: changes in place, each of `given`, one after the other. by_hand: what somebody sends to
    Tavus as PATCH, to the path `by_hand_at` under its own; drifted: what the preview shows of it. replacements: changes that need
    a new one. made: the calls that creating it takes.
    """

    resource: str
    path: str
    id_field: str
    given: Inputs
    updates: Sequence[Change]
    by_hand: Any
    drifted: Sequence[str]
    replacements: Sequence[Change] = ()
    by_hand_at: str = ""
    made: Sequence[str] = ("POST",)

    def program(self, **changed: Any) -> str:
        """Return a program that declares one, `it`, and exports its id as both outputs that have it."""
        inputs = {name: value for name, value in {**self.given, **changed}.items() if value is not None}
        return (
            f"it = tavus.{self.resource}('it', **{inputs!r})\n"
            f"pulumi.export('id', it.id)\npulumi.export('same', it.{self.id_field})\n"
        )


class ObjectSpecification:
    """The tests; a subclass has the table."""

    spec: ClassVar[ObjectSpec]

    @pytest.fixture(autouse=True)
    def account(self, sandbox: Sandbox, stack: Stack, new_stack: Callable[..., Stack]) -> None:
        """Take note of what the account holds before anything is made in it."""
        self.sandbox, self.stack, self.new_stack = sandbox, stack, new_stack
        self.headers = {"x-api-key": sandbox.key}
        self.seeded = self.listed()
        self.seen = len(sandbox.control.calls())

    def test_from_nothing_to_nothing(self) -> None:
        """A preview asks Tavus nothing, up creates one, refresh and further ups find nothing to do, destroy deletes it."""
        self.stack.program(self.spec.program())
        assert self.stack.plan()["it"] == "create"
        assert self.calls() == []
        self.stack.up()
        assert self.calls() == [*self.spec.made]
        assert self.stack.outputs() == {"id": self.only(), "same": self.only()}
        self.stack.up("--expect-no-changes")
        assert self.calls() == [*self.spec.made]
        self.stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        self.stack.preview("--expect-no-changes")
        assert self.calls() == [*self.spec.made, "GET"]
        self.stack.destroy()
        assert self.calls() == [*self.spec.made, "GET", "DELETE"]
        assert self.listed() == self.seeded

    def test_changes_in_place(self) -> None:
        """Each change shows with both values and is one patch, after which nothing is left to do."""
        self.stack.program(self.spec.program())
        self.stack.up()
        id_ = self.only()
        for patches, change in enumerate(self.spec.updates, 1):
            self.stack.program(self.spec.program(**change.inputs))
            shows(self.stack.up("--diff"), "(update)", *change.shown)
            assert self.calls().count("PATCH") == patches
            self.stack.up("--refresh", "--expect-no-changes")
        assert self.only() == id_
        self.stack.destroy()

    def test_what_somebody_changed_shows_and_is_put_back(self) -> None:
        """A change by hand shows under its own property in a preview that refreshes, and up writes what the program says."""
        self.stack.program(self.spec.program())
        self.stack.up()
        before = self.told()
        self.patch(self.spec.by_hand)
        assert self.told() != before
        shows(self.stack.preview("--refresh"), "(update)", *self.spec.drifted)
        self.stack.up("--refresh")
        assert self.told() == before
        self.stack.up("--refresh", "--expect-no-changes")

    def test_what_somebody_deleted_leaves_the_state_and_is_made_again(self) -> None:
        """What vanished is gone after a refresh, and the next up makes another one; destroy minds no second vanishing."""
        self.stack.program(self.spec.program())
        self.stack.up()
        httpx.delete(self.url(), headers=self.headers).raise_for_status()
        self.stack.refresh()
        assert "it" not in self.stack.resources()
        self.stack.up()
        httpx.delete(self.url(), headers=self.headers).raise_for_status()
        self.stack.destroy()

    def test_what_is_there_is_read_or_adopted(self) -> None:
        """What exists is read without being owned, or adopted as it is and patched from then on; kept, it outlives its stack."""
        self.stack.program(self.spec.program())
        self.stack.up()
        id_, other = self.only(), self.new_stack(self.sandbox, "other")
        other.program(f"it = tavus.{self.spec.resource}.get('it', {id_!r})\npulumi.export('id', it.{self.spec.id_field})\n")
        other.up()
        assert other.outputs() == {"id": id_}
        other.destroy()

        adopting = {f"existing_{self.spec.id_field}": id_}
        other.program(self.spec.program(**adopting))
        other.up()
        other.up("--refresh", "--expect-no-changes")
        other.program(self.spec.program(**adopting, **self.spec.updates[0].inputs, on_destroy="keep"))
        assert other.plan()["it"] == "update"
        other.up()
        other.destroy()
        assert self.calls().count("POST") == 1
        assert self.only() == id_

    def test_what_cannot_change_in_place_is_replaced(self) -> None:
        """The new one is made before the old one is deleted."""
        for change in self.spec.replacements:
            self.stack.program(self.spec.program())
            self.stack.up()
            id_, before = self.only(), len(self.calls())
            self.stack.program(self.spec.program(**change.inputs))
            shows(self.stack.preview(), "(replace)", *change.shown)
            self.stack.up()
            assert self.calls()[before:] == [*self.spec.made, "DELETE"]
            assert self.only() != id_
        self.stack.destroy()

    def calls(self) -> list[str]:
        """Return the methods of the provider's calls about such objects."""
        calls = self.sandbox.control.calls()[self.seen :]
        ours = [call for call in calls if str(call["user_agent"]).startswith("tavus-provider")]
        return [call["method"] for call in ours if call["path"].startswith(self.spec.path)]

    def listed(self) -> set[str]:
        """Return the ids that Tavus lists."""
        answer = httpx.get(f"{self.sandbox.url}{self.spec.path}", params={"limit": 100}, headers=self.headers).raise_for_status()
        return {str(item[self.spec.id_field]) for item in answer.json()["data"]}

    def only(self) -> str:
        """Return the id of the only one that was made."""
        (id_,) = self.listed() - self.seeded
        return id_

    def url(self) -> str:
        """Return the address of the only one that was made."""
        return f"{self.sandbox.url}{self.spec.path}/{self.only()}"

    def patch(self, body: Any) -> None:
        """Change the only one that was made, as somebody else would."""
        httpx.patch(self.url() + self.spec.by_hand_at, json=body, headers=self.headers).raise_for_status()

    def told(self) -> Any:
        """Return what Tavus tells of the only one that was made, without the times."""
        return _untimed(httpx.get(self.url(), headers=self.headers).raise_for_status().json())


def shows(printed: str, *lines: str) -> None:
    """Assert that each line was printed, whatever its spaces."""
    dense = "".join(printed.split())
    for line in lines:
        assert "".join(line.split()) in dense, printed


def _untimed(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _untimed(value) for name, value in told.items() if name != "updated_at"}
    return [_untimed(each) for each in told] if isinstance(told, list) else told
