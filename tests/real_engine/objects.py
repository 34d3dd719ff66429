"""What holds for every object of Tavus on the real engine: what one is given and how it changes, and what Tavus has of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tavus_provider.sandbox import Sandbox
from tests.support.http_client import HTTP

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

    @property
    def name(self) -> str:
        """How programs name it."""
        return self.resource.lower()

    def program(self, **changed: Any) -> str:
        """Return a program that declares one, and exports its id as both outputs that have it."""
        inputs = {name: value for name, value in {**self.given, **changed}.items() if value is not None}
        return (
            f"it = tavus.{self.resource}({self.name!r}, **{inputs!r})\n"
            f"pulumi.export('{self.name} id', it.id)\npulumi.export('{self.name} same', it.{self.id_field})\n"
        )


@dataclass
class Subject:
    """An object under test in an account of Tavus: what the provider asked about its kind, and what Tavus has of it."""

    spec: ObjectSpec
    sandbox: Sandbox
    seeded: set[str] = field(init=False)
    seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"x-api-key": self.sandbox.key}
        self.seeded = self.listed()
        self.seen = len(self.sandbox.control.calls())

    def calls(self) -> list[str]:
        """Return the methods of the provider's calls about such objects."""
        calls = self.sandbox.control.calls()[self.seen :]
        ours = [call for call in calls if str(call["user_agent"]).startswith("tavus-provider")]
        return [call["method"] for call in ours if call["path"].startswith(self.spec.path)]

    def listed(self) -> set[str]:
        """Return the ids that Tavus lists."""
        answer = HTTP.get(f"{self.sandbox.url}{self.spec.path}", params={"limit": 100}, headers=self.headers).raise_for_status()
        return {str(item[self.spec.id_field]) for item in answer.json()["data"]}

    def only(self) -> str:
        """Return the id of the only one that was made."""
        (id_,) = self.listed() - self.seeded
        return id_

    def patch(self, body: Any) -> None:
        """Change the only one that was made, as somebody else would."""
        httpx.patch(self._url() + self.spec.by_hand_at, json=body, headers=self.headers).raise_for_status()

    def delete(self) -> None:
        """Delete the only one that was made, as somebody else would."""
        HTTP.delete(self._url(), headers=self.headers).raise_for_status()

    def told(self) -> Any:
        """Return what Tavus tells of the only one that was made, without the times."""
        return _untimed(HTTP.get(self._url(), headers=self.headers).raise_for_status().json())

    def _url(self) -> str:
        return f"{self.sandbox.url}{self.spec.path}/{self.only()}"


def shows(printed: str, *lines: str) -> None:
    """Assert that each line was printed, whatever its spaces."""
    dense = "".join(printed.split())
    for line in lines:
        assert "".join(line.split()) in dense, printed


def shown_of(name: str, printed: str) -> str:
    """Return what `--diff` printed of one resource, from the line that says what is done to it."""
    steps = re.split(r"^(?=\s*\S+ pulumi-python:dynamic/tavus:\w+: \()", printed, flags=re.MULTILINE)
    return "".join(step for step in steps if f"::{name}]" in step)


def _untimed(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _untimed(value) for name, value in told.items() if name != "updated_at"}
    return [_untimed(each) for each in told] if isinstance(told, list) else told
