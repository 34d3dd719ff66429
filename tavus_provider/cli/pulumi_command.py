"""
Asking the `pulumi` on PATH about stacks: their names, their states, their configuration.

Nothing here changes a stack, and nothing asks back: a question of Pulumi's is an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..api.errors import TavusError

_PROJECT = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
"""Files that make a folder, and those in it, a project. Source: Pulumi docs, "Pulumi project file reference"."""


class PulumiFailed(TavusError):
    """The `pulumi` command is not there, or could not do what it was asked for."""


@dataclass(frozen=True)
class PulumiCommand:
    """
    The `pulumi` on PATH, run in the folder `cwd`, an absolute path.

    Every method raises PulumiFailed, with the line in which Pulumi says what is wrong.
    """

    cwd: Path

    def full_name(self, stack: str) -> str:
        """Return a stack's fully qualified name, "organization/project/stack"; a backend of the older layout has only "stack"."""
        return self._run("stack", f"--stack={stack}", "--show-name", "--fully-qualify-stack-names").strip()

    def all_stacks(self) -> list[str]:
        """Return the fully qualified names of all stacks of the backend."""
        return [each["name"] for each in self._json("stack", "ls", "--all", "--json", "--fully-qualify-stack-names")]

    def project_stacks(self) -> list[str]:
        """Return the fully qualified names of the stacks of the project in `cwd`: none where there is no project."""
        if not any((folder / name).is_file() for folder in (self.cwd, *self.cwd.parents) for name in _PROJECT):
            return []
        return [each["name"] for each in self._json("stack", "ls", "--json", "--fully-qualify-stack-names")]

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """Return the resources in a stack's state; what is secret in them stays encrypted."""
        deployment = self._json("stack", "export", f"--stack={stack}").get("deployment") or {}
        return deployment.get("resources") or []

    def outputs(self, stack: str) -> dict[str, Any]:
        """Return a stack's outputs; what is secret in them stays hidden."""
        found: dict[str, Any] = self._json("stack", "output", f"--stack={stack}", "--json")
        return found

    def configuration(self, stack: str) -> dict[str, str]:
        """Return a stack's configuration, secrets in clear; the stack has to be one of the project in `cwd`."""
        found = self._json("config", f"--stack={stack}", "--json", "--show-secrets")
        return {key: value["value"] for key, value in found.items() if "value" in value}

    def _json(self, *args: str) -> Any:
        printed = self._run(*args)
        try:
            return json.loads(printed)
        except ValueError:
            raise PulumiFailed(f"`pulumi {' '.join(args)}` answered what is no JSON") from None

    def _run(self, *args: str) -> str:
        program = shutil.which("pulumi")
        if not program:
            raise PulumiFailed("there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/)")
        done = subprocess.run(  # noqa: S603 - the program that the user has on PATH
            [program, *args, "--non-interactive", "--color=never"],
            cwd=self.cwd,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise PulumiFailed(f"`pulumi {' '.join(args)}` failed: {_reason(done.stderr)}")
        return done.stdout


def _reason(said: str) -> str:
    """Return the line in which Pulumi says what is wrong, without the password that a backend's address may hold."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it does not say why"]
    line = next((line for line in lines if line.startswith("error:")), lines[-1])
    return re.sub(r"://[^/@\s]*@", "://***@", line.removeprefix("error:").strip())
