"""Check whether a folder has an engine that this project can use."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from steps import Unavailable

PROGRAMS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-language-yaml",
    "pulumi-resource-pulumi-python",
)
OLDEST = "3.254.0"
"""``pulumi import --file`` takes the inputs and outputs of a resource from this version on."""


def check(folder: Path, programs: tuple[str, ...] = PROGRAMS) -> None:
    """Raise Unavailable unless ``folder`` has ``programs``, and its pulumi works and is recent enough."""
    if missing := [program for program in programs if shutil.which(program, path=folder) is None]:
        raise Unavailable(f"{folder} is without {', '.join(missing)}")
    pulumi, env = folder / "pulumi", {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    command = [str(pulumi), "version"]
    try:
        answer = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"`{pulumi} version` does not work: {error}") from error
    if not release(OLDEST) <= release(answer) < (4,):
        raise Unavailable(f"`{pulumi} version` answers {answer[:80]!r}, not a 3.x from {OLDEST} on")


def release(text: str) -> tuple[int, ...]:
    """Return the first version number in ``text``: (1, 26, 6) for "go version go1.26.6 linux/amd64", () if there is none."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in match.groups()) if match else ()
