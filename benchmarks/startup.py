"""Group 4: the time of an import, and of the plugin process until its first answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .local import SCRIPTS
from .options import Options
from .samples import Sample
from .stacks import Workspace

PLAIN = "import pulumi, httpx"
PACKAGE = "import tavus_provider"
USED = "from tavus_provider import Conversation"
IMPORTS = ("import pulumi", PLAIN, PACKAGE, USED)
_TIMED = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"
PLUGINS = {
    "null": ["benchmarks.null", "NullProvider"],
    "ours": ["tavus_provider.resources.conversation", "ConversationProvider"],
}
_TIMES = 7
"""Repetitions in each round: an import takes a moment, and the first ones read from the disk."""


def measure(workspace: Workspace, options: Options, round_: int) -> Iterator[Sample]:
    """Measure every import and every plugin in turns."""
    for _ in range(_TIMES):
        for kind in IMPORTS:
            yield Sample("startup", "import", kind, values={"seconds": _measure_script(workspace, "-c", _TIMED.format(kind))})
        for kind, provider in PLUGINS.items():
            yield Sample(
                "startup", "plugin", kind, values={"seconds": _measure_script(workspace, SCRIPTS / "plugin_start.py", *provider)}
            )


def _measure_script(workspace: Workspace, *arguments: str | Path) -> float:
    """Return the number that a Python prints."""
    command = [sys.executable, *arguments]
    environment, folder = workspace.environment, workspace.folder
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)
