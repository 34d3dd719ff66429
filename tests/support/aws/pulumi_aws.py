"""Programs with resources of pulumi-aws, run without an engine and without pulumi-aws's plugin: what they declare."""

from __future__ import annotations

import runpy
import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack

from tools.stacks import ROOT


@dataclass
class Declared:
    """What a program has declared: inputs by the last part of the type, such as Bucket; its outputs, and which are secret."""

    resources: dict[str, list[dict[str, Any]]]
    outputs: dict[str, Any] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    def find_one(self, kind: str) -> dict[str, Any]:
        """Return the inputs of the only resource of this kind."""
        (only,) = self.resources[kind]
        return only

    async def add_output(self, name: str, output: pulumi.Output[Any]) -> None:
        """Wait for an output, and note it."""
        self.outputs[name] = await output.future()
        if await output.is_secret():
            self.secrets.append(name)


@dataclass
class _Engine(Mocks):
    """Pulumi's own stand-in for the engine. answers: what AWS and Tavus would add to the inputs, by the same names."""

    answers: Mapping[str, Mapping[str, Any]]
    resources: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        kind = args.typ.rpartition(":")[2]
        self.resources[kind].append(args.inputs)
        outputs = {**args.inputs, **self.answers.get(kind, {})}
        return outputs.get("id", f"{args.name}-id"), outputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {"id": str(args.args.get("name"))}, []


def run_example(
    name: str,
    answers: Mapping[str, Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    program: str = "__main__.py",
    **settings: str,
) -> Declared:
    """Run a program of an example with these settings, and return what it has declared."""
    folder = ROOT / "examples" / name
    monkeypatch.syspath_prepend(str(folder))  # as when the engine runs it
    pulumi.runtime.set_all_config({f"project:{key}": value for key, value in settings.items()})
    engine = _Engine(answers)
    declared = Declared(engine.resources)
    pulumi.runtime.set_mocks(engine, preview=False)

    async def declare() -> None:
        runpy.run_path(str(folder / program))
        stack = get_root_resource()
        assert isinstance(stack, Stack)
        for output, value in stack.outputs.items():
            await declared.add_output(output, pulumi.Output.from_input(value))

    with warnings.catch_warnings():  # pulumi-aws warns of older types of its own
        warnings.filterwarnings("ignore", r"\S+ has been deprecated", DeprecationWarning)
        pulumi.runtime.test(declare)()  # type: ignore[no-untyped-call]  # as pulumi has it
    return declared
