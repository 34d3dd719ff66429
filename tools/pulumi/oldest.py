#!/usr/bin/env python3
"""Build the oldest engine that this project takes: oldest.py FOLDER. The programs beside it are those of the engine in use."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from check import OLDEST, PROGRAMS, check
from get import engine
from gobuild import build_module, find_go
from steps import Unavailable, notify


def main() -> None:
    """Run the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tavus-oldest-") as work:
        try:
            build_module(find_go(Path(work)), "oldest", f"Pulumi's engine {OLDEST}, minutes the first time", folder)
            for program in set(PROGRAMS) - {"pulumi"}:
                (folder / program).unlink(missing_ok=True)
                (folder / program).symlink_to(engine() / program)
            check(folder)
        except Unavailable as refusal:
            notify(str(refusal))
            sys.exit(1)


if __name__ == "__main__":
    main()
