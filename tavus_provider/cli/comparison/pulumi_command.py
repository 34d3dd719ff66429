"""The command `pulumi`, as Pulumi's Automation API runs it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping

from pulumi.automation import CommandResult, OnOutput, PulumiCommand

from .stacks import PulumiError


class Command(PulumiCommand):
    """The Automation API's runner of `pulumi`, with the errors of this package."""

    def __init__(self) -> None:
        # The base class would run `pulumi version` first, which takes as long as listing the stacks.
        self.command, self.version = "pulumi", None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run the command. Raises PulumiError."""
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        try:
            # The base class lets Pulumi read what somebody types for us, and hangs at output that is not UTF-8: a folder's name.
            done = subprocess.run(  # noqa: S603 - no shell reads it
                [self.command, "--non-interactive", *args],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except (FileNotFoundError, PermissionError):
            raise PulumiError("there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/)") from None
        if done.returncode:
            raise PulumiError(f"`pulumi {' '.join(args)}` failed: {_find_reason(done.stderr)}")
        return CommandResult(stdout=done.stdout, stderr=done.stderr, code=0)


def _find_reason(errors: str) -> str:
    """Return the line in which Pulumi says what is wrong, without the password that a backend's address may hold."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or ["it does not say why"]
    line = next((line for line in lines if line.startswith("error:")), lines[-1])
    return re.sub(r"://[^/@\s]*@", "://***@", line.removeprefix("error:").strip())
