"""`make bench-scale`: measure, and write docs/scale.md from the samples."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from ..about import about
from ..local import local_tavus
from ..page import DOCS, fill_tables
from ..samples import Results
from ..stacks import Workspace
from . import backends, fleet, paging
from .options import KEPT, Arguments, Options, parse
from .tables import TABLES

PAGE = DOCS / "scale.md"


def main() -> None:
    """Measure, or with --pages only write the page."""
    asked = parse(sys.argv[1:])
    results = Results.load(asked.output) if asked.pages else run(asked)
    page = PAGE if asked.output == KEPT else asked.output.with_name(PAGE.name)
    page.write_text(fill_tables(PAGE.read_text(), results, TABLES))
    print(f"samples: {asked.output}; tables: {page}")


def run(asked: Arguments) -> Results:
    """Measure everything; samples are saved as they come, so that an interrupted run keeps them."""
    began, results = time.monotonic(), Results(about(asked.command))
    with local_tavus() as tavus, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        workspace = Workspace(Path(folder), tavus)
        if asked.options.warm:
            _warm_up(workspace)
        for module in (paging, backends, fleet):
            for sample in module.measure(workspace, asked.options):
                results.add([sample])
                results.about["took"] = f"{(time.monotonic() - began) / 60:.0f} minutes"
                results.save(asked.output)
    return results


def _warm_up(workspace: Workspace) -> None:
    """Run each kind of command once."""
    print("warming up", flush=True)
    small = Options(sizes=(1,), written=("end",), listed=(1,), objects=1)
    for module in (paging, fleet):
        list(module.measure(workspace, small))


if __name__ == "__main__":
    main()
