"""
Group 2: conversations opened and ended by what people use today, which keeps no state: a loop with curl, a script with httpx.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .local import SCRIPTS
from .options import LARGE, Options
from .samples import Sample
from .stacks import Place

THREADS = "64"
MEANS: dict[str, tuple[list[str | Path], list[str]]] = {
    "curl": ([SCRIPTS / "curl_loop.sh"], []),
    "httpx": ([sys.executable, SCRIPTS / "httpx_script.py"], ["1"]),
    "httpx threads": ([sys.executable, SCRIPTS / "httpx_script.py"], [THREADS]),
}
"""A command, to which `open COUNT` or `end` is added, and what is added after that."""


def measure(place: Place, options: Options, round_: int) -> Iterator[Sample]:
    """Open and end conversations by each means; with threads the script also shows what the local Tavus can bear."""
    for size in (size for size in options.sizes if size < LARGE):
        for delay in options.delays:
            for kind in MEANS:
                if options.due(round_, slow=size * delay > 1):
                    yield from _life(place, kind, size, delay)


def _life(place: Place, kind: str, size: int, delay: float) -> Iterator[Sample]:
    place.tavus.restart(delay)
    command, last = MEANS[kind]
    ids = ""
    for what, asked in (("up", ["open", str(size)]), ("destroy", ["end"])):
        cpu = place.tavus.cpu()
        seconds, ids = _timed([*command, *asked, *last], place.environment, ids)
        values = {"seconds": seconds, "tavus_cpu": place.tavus.cpu() - cpu}
        yield Sample("others", what, kind, size, delay, values=values)
    if place.tavus.calls() != {"POST": 2 * size}:
        raise AssertionError(f"{kind} made other calls than it should have: {place.tavus.calls()}")


def _timed(command: Sequence[str | Path], environment: dict[str, str], given: str) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, input=given, stdout=subprocess.PIPE, text=True, check=True)
    return time.perf_counter() - began, done.stdout
