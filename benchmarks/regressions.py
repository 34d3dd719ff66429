"""`make bench-check`: whether the ratios of the kept results have become worse on this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .about import about
from .options import LATEST
from .samples import Results
from .targets import check_targets

ALLOWED = 1.2
"""How much worse a ratio may be: less is within the spread of three rounds."""


def find_regressions(kept: Results, current: Results) -> Iterator[str]:
    """Yield each target whose ratio is more than a fifth above the kept one; only ratios can be compared between two days."""
    before = {each.target.text: each.ratio for each in check_targets(kept) if each.target.unit == "times"}
    for each in check_targets(current):
        earlier = before.get(each.target.text)
        if each.ratio is not None and earlier is not None and each.ratio > earlier * ALLOWED:
            yield f"{each.target.text}: {each.ratio:.2f} times, {earlier:.2f} in the kept results"


def require_same_machine() -> None:
    """End the process with 2 on a machine of another kind than that of the kept results."""
    kept, current = Results.load(LATEST).about["machine"], about("")["machine"]
    if _kind(current) != _kind(kept):
        print(f"the kept results are from another kind of machine: {kept}; this is {current}")
        sys.exit(2)


def check(current: Results) -> None:
    """Print every regression, and end the process with 1 if there is one."""
    found = list(find_regressions(Results.load(LATEST), current))
    print("\n".join(found) or "no ratio is more than a fifth above the kept one")
    sys.exit(1 if found else 0)


def _kind(machine: str) -> str:
    """Return processors and memory, without the kernel's version."""
    return machine.partition(", Linux")[0]
