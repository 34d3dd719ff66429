"""`make bench`: measure, check the targets, and write docs/performance.md and its plots from the samples."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from . import commands, limits, others, startup, storage
from .about import about
from .local import local_tavus
from .options import LATEST, Arguments, Options, parse
from .page import DOCS, write
from .regressions import check, require_same_machine
from .samples import Results
from .stacks import Workspace
from .targets import check_targets, format_lines

MEASURES = {commands: (1, 5, 6), others: (2,), storage: (3,), startup: (4,), limits: (7,)}
"""Groups that each module measures."""


def main() -> None:
    """Measure, or with --pages only write the page."""
    asked = parse(sys.argv[1:])
    output = asked.options.output
    if asked.check:
        require_same_machine()
    results = Results.load(output) if asked.pages else run(asked)
    folder = DOCS if output == LATEST else output.parent
    write(results, folder)
    print(format_lines(check_targets(results)))
    print(f"samples: {output}; tables and plot: {folder}")
    if asked.check:
        check(results)


def run(asked: Arguments) -> Results:
    """Measure everything, round by round; samples are saved after each round, so that an interrupted run keeps them."""
    options, began, results = asked.options, time.monotonic(), Results()
    with local_tavus() as tavus, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        workspace = Workspace(Path(folder), tavus)
        results.about = about(asked.command)
        _warm_up(workspace)
        for round_ in range(options.repeat):
            print(f"round {round_ + 1} of {options.repeat}", flush=True)
            for module, groups in MEASURES.items():
                if set(groups) & set(options.groups):
                    results.add(module.measure(workspace, options, round_))
            results.about["took"] = f"{(time.monotonic() - began) / 60:.0f} minutes, {round_ + 1} of {options.repeat} rounds"
            results.save(options.output)
    return results


def _warm_up(workspace: Workspace) -> None:
    """Run everything once, so that no first measurement includes compiling and reading from the disk."""
    print("warming up", flush=True)
    small = Options(sizes=(1,), delays=(0.0,), repeat=1)
    for module in (commands, startup):
        list(module.measure(workspace, small, 0))


if __name__ == "__main__":
    main()
