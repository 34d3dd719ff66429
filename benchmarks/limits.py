"""Group 7: what helps where the engine is the limit, because a self-managed backend writes the whole state at each step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from .options import Options
from .samples import Sample
from .stacks import Stack, Workspace

SETTINGS: dict[str, dict[str, str]] = {
    "as it comes": {},
    "PULUMI_SKIP_CHECKPOINTS": {"PULUMI_SKIP_CHECKPOINTS": "true"},
}
"""Source: Pulumi docs, "Environment variables"."""
PARTS = 5
_WHATS = ("up", "destroy")


def measure(workspace: Workspace, options: Options, round_: int) -> Iterator[Sample]:
    """Create and end the largest number of conversations, under each setting and in several stacks."""
    size = max(options.sizes)
    if not options.due(round_, slow=True):
        return
    workspace.tavus.restart(0.0)
    whole = workspace.stack("ours")
    whole.declare(size)
    for kind, setting in SETTINGS.items():
        for what in _WHATS:
            yield _sample(what, kind, size, whole.run(what, max(options.widths), **setting).seconds)
    yield from _in_parts(workspace, size, max(options.widths))


def _in_parts(workspace: Workspace, size: int, parallel: int) -> Iterator[Sample]:
    """Divide them among several stacks, which run one after another or at once."""
    parts = [workspace.stack("ours", f"part-{number}") for number in range(PARTS)]
    for part in parts:
        part.declare(size // PARTS)
    for workers, kind in ((1, f"{PARTS} stacks, one after another"), (PARTS, f"{PARTS} stacks at once")):
        for what in _WHATS:
            yield _sample(what, kind, size, _run_together(parts, what, parallel, workers))


def _run_together(stacks: list[Stack], what: str, parallel: int, workers: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda stack: stack.run(what, parallel), stacks))
    return time.perf_counter() - began


def _sample(what: str, kind: str, size: int, seconds: float) -> Sample:
    return Sample("limits", what, kind, size, values={"seconds": seconds})
