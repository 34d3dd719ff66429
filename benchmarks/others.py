"""Group 2: conversations created and ended without a state, as people do today: a loop with curl, a script with httpx."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .local import SCRIPTS
from .options import LARGE, Options
from .samples import Sample
from .stacks import Workspace

THREADS = "64"
MEANS: dict[str, tuple[list[str | Path], list[str]]] = {
    "curl": ([SCRIPTS / "curl_loop.sh"], []),
    "httpx": ([sys.executable, SCRIPTS / "httpx_script.py"], ["1"]),
    "httpx threads": ([sys.executable, SCRIPTS / "httpx_script.py"], [THREADS]),
}
"""Command, to which `open COUNT` or `end` is appended, and the arguments after that."""


def measure(workspace: Workspace, options: Options, round_: int) -> Iterator[Sample]:
    """Create and end conversations by each means; with threads the script also shows the capacity of the local Tavus."""
    for size in (size for size in options.sizes if size < LARGE):
        for delay in options.delays:
            for kind in MEANS:
                if options.due(round_, slow=size * delay > 1):
                    yield from _life(workspace, kind, size, delay)


def _life(workspace: Workspace, kind: str, size: int, delay: float) -> Iterator[Sample]:
    workspace.tavus.restart(delay)
    command, last = MEANS[kind]
    ids = ""
    for what, asked in (("up", ["open", str(size)]), ("destroy", ["end"])):
        cpu = workspace.tavus.cpu()
        seconds, ids = _run_timed([*command, *asked, *last], workspace.environment, ids)
        values = {"seconds": seconds, "tavus_cpu": workspace.tavus.cpu() - cpu}
        yield Sample("others", what, kind, size, delay, values=values)
    if workspace.tavus.calls() != {"POST": 2 * size}:
        raise AssertionError(f"{kind} made other calls than it should have: {workspace.tavus.calls()}")


def _run_timed(command: Sequence[str | Path], environment: dict[str, str], given: str) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, input=given, stdout=subprocess.PIPE, text=True, check=True)
    return time.perf_counter() - began, done.stdout
