"""Read-only access to the stacks of the `pulumi` on PATH: names, states, outputs and configuration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ...api.errors import TavusError

if TYPE_CHECKING:
    from pulumi.automation import StackSummary

Result = TypeVar("Result")

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
"""Files that make a folder, and those in it, a project. Source: Pulumi docs, "Pulumi project file reference"."""

_OPTIONS = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_OPTION_COLOR": "never",
    # The Automation API has no argument for this option, and "dev" alone would name a stack of each project.
    "PULUMI_OPTION_FULLY_QUALIFY_STACK_NAMES": "true",
}
"""Source: Pulumi blog, "Controlling the CLI through environment variables" (from 3.208 on)."""


class PulumiError(TavusError):
    """The `pulumi` command is not installed, or could not do what it was asked for."""


class Stacks:
    """The stacks that `pulumi` finds in the folder `cwd`, an absolute path.

    Every method raises PulumiError with the line in which Pulumi says what is wrong. Pulumi is never interactive here: where it
    would ask a question, it fails.
    """

    def __init__(self, cwd: Path) -> None:
        # Pulumi's SDK takes 0.15 s to load, which most commands do without.
        from pulumi.automation import LocalWorkspace

        from .pulumi_command import Command

        self.cwd = cwd
        self._workspace = LocalWorkspace(work_dir=str(cwd), env_vars=_OPTIONS, pulumi_command=Command())

    def version(self) -> str:
        """Return the version of `pulumi`, such as "3.274.1"."""
        return self._run("version").strip().removeprefix("v")

    def qualify(self, stack: str) -> str:
        """Return a stack's fully qualified name, "organization/project/stack"; a backend of the older layout has only "stack"."""
        return self._run("stack", "--show-name", f"--stack={stack}").strip()

    def list_all(self) -> list[StackSummary]:
        """Return all stacks of the backend, under their fully qualified names."""
        return _parse("stack ls --all", lambda: self._workspace.list_stacks(include_all=True))

    def list_of_project(self) -> list[str]:
        """Return the fully qualified names of the stacks of the project in `cwd`: none where there is no project."""
        if not any((folder / name).is_file() for folder in (self.cwd, *self.cwd.parents) for name in _PROJECT_FILES):
            return []
        return [each.name for each in _parse("stack ls", self._workspace.list_stacks)]

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """Return the resources in a stack's state; secrets in them stay encrypted."""
        # LocalWorkspace.export_stack decrypts everything, which needs the passphrase of each stack of the backend.
        state = self._read_json("stack", "export", f"--stack={stack}")
        return (state.get("deployment") or {}).get("resources") or []

    def outputs(self, stack: str) -> dict[str, Any]:
        """Return a stack's outputs; secrets in them stay hidden."""
        # LocalWorkspace.stack_outputs decrypts them too, and runs the command twice.
        outputs: dict[str, Any] = self._read_json("stack", "output", "--json", f"--stack={stack}")
        return outputs

    def configuration(self, stack: str) -> dict[str, str]:
        """Return a stack's configuration with secrets in plain text; the stack has to belong to the project in `cwd`."""
        settings = _parse("config", lambda: self._workspace.get_all_config(stack))
        return {key: setting.value for key, setting in settings.items()}

    def _read_json(self, *args: str) -> Any:
        return _parse(" ".join(args), lambda: json.loads(self._run(*args)))

    def _run(self, *args: str) -> str:
        return self._workspace.pulumi_command.run([*args], str(self.cwd), _OPTIONS).stdout


def _parse(command: str, read: Callable[[], Result]) -> Result:
    """Return what `read` makes of the command's answer. Raises PulumiError where that has another form."""
    try:
        return read()
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise PulumiError(f"`pulumi {command}` did not answer with the JSON that was expected") from error
