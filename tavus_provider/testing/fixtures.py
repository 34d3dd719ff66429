"""Fixtures of pytest for tests of users' programs: `pytest_plugins = ["tavus_provider.testing.fixtures"]` in conftest.py.

Requires the extra: pip install 'tavus-provider[testing]'. It is no entry point of pytest, because each run of pytest in the
environment would load Pulumi's SDK then, also where no test needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation

from ..sandbox import Sandbox
from ..sandbox.local_aws import LocalAws
from .environment import find_foreign_variables, local_variables
from .stack import EngineMissing, Program, TavusStack, create_stack

__all__ = ["NewStack", "tavus_sandbox", "tavus_servers", "tavus_stack"]


@pytest.fixture(scope="session")
def tavus_servers() -> Iterator[tuple[Sandbox, LocalAws]]:
    """Run one local Tavus and one local AWS for all tests of a process."""
    with LocalAws() as aws, Sandbox(aws_endpoint=aws.url) as sandbox:
        yield sandbox, aws


@pytest.fixture
def tavus_sandbox(
    tavus_servers: tuple[Sandbox, LocalAws], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Sandbox:
    """Return a local Tavus, as new, to which this process and the commands that it starts are pointed.

    The same holds for a local AWS. No variable of the environment leads to a real account of either. Documents, voices and
    replicas are ready at once; `control.set_behavior` changes that.
    """
    sandbox, aws = tavus_servers
    aws.reset()
    sandbox.control.reset()
    sandbox.control.set_behavior(processing=0, training=0)
    for name in find_foreign_variables(os.environ):
        monkeypatch.delenv(name)
    for name, value in local_variables(sandbox, aws.url, tmp_path_factory.mktemp("tavus-state")).items():
        monkeypatch.setenv(name, value)
    return sandbox


@dataclass
class NewStack:
    """Function that creates stacks, which the fixture destroys at the end of the test."""

    sandbox: Sandbox
    folder: Path
    stacks: list[TavusStack] = field(default_factory=list)

    def __call__(
        self, program: Program | str | Path, *, name: str = "test", config: Mapping[str, Any] | None = None
    ) -> TavusStack:
        """Create a stack of a function that declares resources, or of a copy of the project in a folder.

        config: the stack's configuration, by key, such as `{"persona_id": "p1"}`; the user's own Pulumi.<stack>.yaml are not
        used.
        """
        source = Path(program) if isinstance(program, str | Path) else program
        folder = self.folder / str(len(self.stacks))
        try:
            stack = create_stack(source, folder, name=name, config=config or {}, environment={})
        except EngineMissing as error:
            pytest.fail(f"tavus_stack: {error}", pytrace=False)
        self.stacks.append(stack)
        return stack

    def destroy(self) -> list[str]:
        """Destroy the stacks, the last one first; return what went wrong."""
        # A fault that the test has armed would hit the destroy as well.
        self.sandbox.control.clear_faults()
        problems = []
        for stack in reversed(self.stacks):
            try:
                if stack.is_used:
                    stack.destroy()
            except automation.CommandError as error:
                problems.append(f"`pulumi destroy` failed: {error}")
        return problems


@pytest.fixture
def tavus_stack(tavus_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewStack]:
    """Return a function that creates a stack of a program on the real engine, pointed to `tavus_sandbox`.

    At the end of the test, also of one that failed, the stacks are destroyed. Then the test fails if a conversation is active
    that it did not seed: at Tavus it would be billed.
    """
    stacks = NewStack(tavus_sandbox, tmp_path_factory.mktemp("tavus-stack"))
    yield stacks
    problems = stacks.destroy()
    left = _find_left(tavus_sandbox)
    if left:
        problems.append(f"conversations were left active, which Tavus would bill: {', '.join(left)}")
    if problems:
        pytest.fail("tavus_stack: " + "\n".join(problems), pytrace=False)


def _find_left(sandbox: Sandbox) -> list[str]:
    """Return the active conversations that calls have created, each with its name."""
    left = [each for each in sandbox.control.conversations() if each["status"] == "active" and not each["seeded"]]
    return [f"{each['conversation_id']} ({each['conversation_name']})" for each in left]
