"""Sources of the engine that need no compiler: PATH and Pulumi's own download."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from check import check
from gobuild import HERE, pinned
from steps import Unavailable, run

ENVIRONMENT = HERE.parents[1] / ".venv/bin"
"""The programs of this checkout's Python environment, if it has one."""

DOWNLOAD = """
import socket, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
socket.setdefaulttimeout(10)
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def on_path() -> Path:
    """Return the folder of the first pulumi on PATH that works and is recent enough. Raises Unavailable."""
    refusals = []
    for folder in map(Path, filter(None, os.get_exec_path())):
        if shutil.which("pulumi", path=folder) and not _is_launcher(folder / "pulumi"):
            try:
                return _complete(folder.absolute())
            except Unavailable as refusal:
                refusals.append(str(refusal))
    raise Unavailable("; ".join(refusals) or "no pulumi there")


def download(work: Path) -> Path:
    """Let Pulumi's SDK install the official engine in ``work`` and return its folder. Raises Unavailable."""
    python = ENVIRONMENT / "python"
    command = [str(python) if python.exists() else sys.executable, "-c", DOWNLOAD, str(work), pinned("engine")]
    run(f"download: Pulumi {pinned('engine')}", command, work, limit=300)
    return work / "bin"


def _complete(folder: Path) -> Path:
    beside = (folder / "pulumi").resolve().parent
    if not any(shutil.which("pulumi-language-python", path=path) for path in (beside, None)):
        raise Unavailable(f"{folder / 'pulumi'} comes without pulumi-language-python")
    check(folder, ("pulumi",))
    return folder


def _is_launcher(program: Path) -> bool:
    # It is the launcher of this or of another checkout, perhaps through a link, and would search PATH again.
    return (program.resolve().parent / "engine/go.mod").exists()
