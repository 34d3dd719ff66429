"""Objects of Tavus as the tests of the real engine see them: their inputs and changes, and what Tavus has of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.api.spellings import to_older_path
from tests.support.http_client import HTTP

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """Change of inputs, with lines that Pulumi prints about it; spaces do not matter. An input that is None is left out."""

    inputs: Inputs
    shown: Sequence[str]


@dataclass(frozen=True)
class ObjectSpec:
    """Inputs and changes that one kind of object is tested with.

    given: inputs of the creation. updates: changes in place, each of `given`, one after the other. by_hand: body of a PATCH that
    somebody sends to Tavus, at the path `by_hand_at` below the object's own; drifted: lines of the preview about it.
    replacements: changes that need a new object. made: the calls that creating one takes.
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

    @property
    def name(self) -> str:
        """Return the name that programs use."""
        return self.resource.lower()

    def program(self, **changed: Any) -> str:
        """Return a program that declares one object, and exports its id under both names."""
        inputs = {name: value for name, value in {**self.given, **changed}.items() if value is not None}
        return (
            f"it = tavus.{self.resource}({self.name!r}, **{inputs!r})\n"
            f"pulumi.export('{self.name} id', it.id)\npulumi.export('{self.name} same', it.{self.id_field})\n"
        )


@dataclass
class Subject:
    """Object under test in an account of Tavus: the provider's calls about its kind, and the object as Tavus has it."""

    spec: ObjectSpec
    sandbox: Sandbox
    seeded: set[str] = field(init=False)
    seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"x-api-key": self.sandbox.key}
        self.seeded = self.listed_ids()
        self.seen = len(self.sandbox.control.calls())

    def calls(self) -> list[str]:
        """Return the methods of the provider's calls about such objects."""
        calls = self.sandbox.control.calls()[self.seen :]
        ours = [call for call in calls if str(call["user_agent"]).startswith("tavus-provider")]
        return [call["method"] for call in ours if to_older_path(call["path"]).startswith(self.spec.path)]

    def listed_ids(self) -> set[str]:
        """Return the ids that Tavus lists."""
        answer = HTTP.get(f"{self.sandbox.url}{self.spec.path}", params={"limit": 100}, headers=self.headers).raise_for_status()
        return {str(item[self.spec.id_field]) for item in answer.json()["data"]}

    def only_id(self) -> str:
        """Return the id of the only object that was created."""
        (id_,) = self.listed_ids() - self.seeded
        return id_

    def patch(self, body: Any) -> None:
        """Change the only object that was created, as somebody else would."""
        httpx.patch(self._url() + self.spec.by_hand_at, json=body, headers=self.headers).raise_for_status()

    def delete(self) -> None:
        """Delete the only object that was created, as somebody else would."""
        HTTP.delete(self._url(), headers=self.headers).raise_for_status()

    def get(self) -> Any:
        """Return Tavus's answer about the only object that was created, without the times."""
        return _without_times(HTTP.get(self._url(), headers=self.headers).raise_for_status().json())

    def _url(self) -> str:
        return f"{self.sandbox.url}{self.spec.path}/{self.only_id()}"


def assert_shows(printed: str, *lines: str) -> None:
    """Assert that each line was printed, whatever its spaces."""
    dense = "".join(printed.split())
    for line in lines:
        assert "".join(line.split()) in dense, printed


def lines_about(name: str, printed: str) -> str:
    """Return what `--diff` printed about one resource, from the line that names its step."""
    steps = re.split(r"^(?=\s*\S+ pulumi-python:dynamic/tavus:\w+: \()", printed, flags=re.MULTILINE)
    return "".join(step for step in steps if f"::{name}]" in step)


def _without_times(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _without_times(value) for name, value in answer.items() if name != "updated_at"}
    return [_without_times(each) for each in answer] if isinstance(answer, list) else answer
