"""
Group 7: what helps where the engine itself is the limit, which writes the whole state at each step of a self-managed backend.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from .options import Options
from .samples import Sample
from .stacks import Place, Stack

SETTINGS: dict[str, dict[str, str]] = {
    "as it comes": {},
    "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": {"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true"},
    "PULUMI_DIY_BACKEND_GZIP": {"PULUMI_DIY_BACKEND_GZIP": "true"},
    "PULUMI_SKIP_CHECKPOINTS": {"PULUMI_SKIP_CHECKPOINTS": "true"},
}
"""Source: Pulumi docs, "Environment variables"."""
PARTS = 5
_WHATS = ("up", "destroy")


def measure(place: Place, options: Options, round_: int) -> Iterator[Sample]:
    """Open and end as many conversations as there can be, under each setting and in several stacks."""
    size = max(options.sizes)
    if not options.due(round_, slow=True):
        return
    place.tavus.restart(0.0)
    whole = place.stack("ours")
    whole.declare(size)
    for kind, setting in SETTINGS.items():
        for what in _WHATS:
            yield _sample(what, kind, size, whole.run(what, max(options.widths), **setting).seconds)
    yield from _in_parts(place, size, max(options.widths))


def _in_parts(place: Place, size: int, parallel: int) -> Iterator[Sample]:
    """Divide them among several stacks, which can run one after another or at once."""
    parts = [place.stack("ours", f"part-{number}") for number in range(PARTS)]
    for part in parts:
        part.declare(size // PARTS)
    for workers, kind in ((1, f"{PARTS} stacks, one after another"), (PARTS, f"{PARTS} stacks at once")):
        for what in _WHATS:
            yield _sample(what, kind, size, _together(parts, what, parallel, workers))


def _together(stacks: list[Stack], what: str, parallel: int, workers: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda stack: stack.run(what, parallel), stacks))
    return time.perf_counter() - began


def _sample(what: str, kind: str, size: int, seconds: float) -> Sample:
    return Sample("limits", what, kind, size, values={"seconds": seconds})
