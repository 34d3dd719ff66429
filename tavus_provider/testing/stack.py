"""Stacks of users' programs on the real engine. Source: Pulumi docs, "Automation API"."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi import automation

from .project import copy_project

Program = Callable[[], object]
Step = tuple[str, str]
"""A resource of the program: the name of its class, such as "Conversation", and its own."""

_REPLACEMENTS = ("create-replacement", "delete-replaced", "replace")


class EngineMissing(Exception):
    """There is no `pulumi` on PATH."""


@dataclass(frozen=True)
class Result:
    """What a command of Pulumi did, or of a preview: what it would do.

    steps: what happens to each resource: "create", "update", "replace", "delete", "same", "read" and Pulumi's other words.
    outputs: the stack's outputs after an up, secrets in clear. secret_outputs: the names of those that the state encrypts.
    printed: everything that the command printed.
    """

    steps: Mapping[Step, str]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    secret_outputs: frozenset[str] = frozenset()
    printed: str = ""


@dataclass
class TavusStack:
    """A stack of a program, whose state is in a temporary folder.

    automation: Pulumi's own object, for all that has no method here. Every method raises pulumi.automation.CommandError where the
    command fails; its text has all that was printed.
    """

    automation: automation.Stack
    is_used: bool = field(default=False, init=False)
    """Whether a command may have created something."""

    def preview(self) -> Result:
        """Run `pulumi preview --diff`."""
        events = _Events()
        done = self.automation.preview(diff=True, color="never", on_event=events.add)
        return Result(events.steps, printed=done.stdout + done.stderr)

    def up(self) -> Result:
        """Run `pulumi up` without its own preview."""
        self.is_used, events = True, _Events()
        done = self.automation.up(color="never", on_event=events.add)
        outputs = {name: each.value for name, each in done.outputs.items()}
        secret = frozenset(name for name, each in done.outputs.items() if each.secret)
        return Result(events.steps, outputs, secret, done.stdout + done.stderr)

    def destroy(self) -> Result:
        """Run `pulumi destroy`."""
        events = _Events()
        done = self.automation.destroy(color="never", on_event=events.add)
        self.is_used = False
        return Result(events.steps, printed=done.stdout + done.stderr)


@dataclass
class _Events:
    """Events of one command."""

    steps: dict[Step, str] = field(default_factory=dict)

    def add(self, event: automation.EngineEvent) -> None:
        """Note the step of a resource; the engine tells several of one that is replaced."""
        if event.resource_pre_event and not event.resource_pre_event.metadata.type.startswith("pulumi:"):
            metadata = event.resource_pre_event.metadata
            step = metadata.type.rpartition(":")[2], metadata.urn.rpartition("::")[2]
            self.steps[step] = "replace" if metadata.op.value in _REPLACEMENTS else str(metadata.op.value)


def create_stack(
    program: Program | Path, folder: Path, *, name: str, config: Mapping[str, Any], environment: Mapping[str, str]
) -> TavusStack:
    """Create a stack of a function that declares resources, or of a copy of the project in a folder.

    folder: new, for the project and the state. config: of the stack, by key; a pulumi.automation.ConfigValue can be secret.
    Raises EngineMissing, FileNotFoundError where `program` is no project, CommandError where Pulumi refuses.
    """
    if not shutil.which("pulumi"):
        raise EngineMissing("there is no `pulumi` on PATH: install it, see https://www.pulumi.com/docs/install/")
    state = folder / "state"
    state.mkdir(parents=True)
    options = automation.LocalWorkspaceOptions(env_vars={**_engine_variables(state), **environment})
    if callable(program):
        work = folder / "project"
        work.mkdir()
        options.work_dir = str(work)
        options.project_settings = automation.ProjectSettings(name="test", runtime="python", main=os.getcwd())
        declare = program

        # Pulumi would await what the user's function returns.
        def run() -> None:
            declare()

        stack = automation.create_stack(name, project_name="test", program=run, opts=options)
    else:
        work = copy_project(program, folder / "project")
        stack = automation.create_stack(name, work_dir=str(work), opts=options)
    if config:
        stack.set_all_config({key: _to_config(value) for key, value in config.items()})
    return TavusStack(stack)


def _engine_variables(state: Path) -> dict[str, str]:
    """Return variables that keep a stack to the folder `state` and let this Python run its program and its provider."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _to_config(value: Any) -> automation.ConfigValue:
    """Return a value of the configuration in Pulumi's form, in which booleans are written as in YAML."""
    if isinstance(value, automation.ConfigValue):
        return value
    return automation.ConfigValue(str(value).lower() if isinstance(value, bool) else str(value))
