#!/usr/bin/env python3
"""Find or get the Pulumi engine, and print its folder.

Sources, in this order: PATH, the user's cache folder, the official download, a build from Go modules.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cache import cached, keep, locked
from check import OLDEST
from gobuild import build
from sources import download, on_path
from steps import Unavailable, notify

FIND: dict[str, Callable[[], Path]] = {"path": on_path, "cache": cached}
MAKE: dict[str, Callable[[Path], Path]] = {"download": download, "build": build}
SOURCES = [*FIND, *MAKE]
INSTALL = (
    f"no Pulumi engine was found, downloaded or built: install Pulumi {OLDEST} or later so that `pulumi` is on PATH "
    "(https://www.pulumi.com/docs/install/), then try again"
)


def engine(sources: Sequence[str] = SOURCES) -> Path:
    """Return the folder of the engine, from the first of ``sources`` that has it; end the process if none has."""
    # An exit ends the compiler and removes the work folder; a termination has to do the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return _find(sources)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Unavailable as refusal:
        notify(str(refusal))
    except OSError as error:
        notify(f"the engine cannot be kept: {error}; set XDG_CACHE_HOME to a folder that you may write to")
    sys.exit(1)


def _find(sources: Sequence[str]) -> Path:
    refusals = []
    for source in [source for source in sources if source in FIND]:
        try:
            return FIND[source]()
        except Unavailable as refusal:
            refusals.append(f"{source}: {refusal}")
    for line in refusals:
        notify(line)
    with locked():
        if "cache" in sources:
            with contextlib.suppress(Unavailable):
                return cached()
        return _make([source for source in sources if source in MAKE])


def _make(sources: list[str]) -> Path:
    for source, following in zip(sources, [*sources[1:], None], strict=True):
        try:
            return keep(MAKE[source])
        except Unavailable as refusal:
            notify(f"{refusal}; next: {following}" if following else str(refusal))
    raise Unavailable(INSTALL)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SOURCES), metavar="SOURCES", help="use these of %(default)s")
    parser.add_argument("--rebuild", action="store_true", help="replace the copy in the cache")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    if unknown := set(chosen) - set(SOURCES):
        parser.error(f"--only knows {', '.join(SOURCES)}, not {', '.join(sorted(unknown))}")
    allowed = MAKE if arguments.rebuild else SOURCES
    print(engine([source for source in SOURCES if source in chosen and source in allowed]))


if __name__ == "__main__":
    main()
