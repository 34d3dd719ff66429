"""Options of a run, and their command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

KEPT = Path(__file__).parents[1] / "results" / "scale.json"
"""Samples that docs/scale.md shows."""
ASIDE = Path(__file__).parents[2] / "build" / "bench" / "scale.json"
"""Samples of any run that does not measure everything."""


@dataclass(frozen=True)
class Options:
    """Options.

    sizes: conversations of a fleet. part: conversations in each of the stacks side by side. written: when the state is written,
    keys of fleet.WRITTEN. stored: conversations whose state is in different backends. delays: seconds that each call of S3 takes.
    listed: conversations that are paged through. objects: personas, and documents, that are exported. warm: whether everything
    runs once before, so that no measurement includes compiling and reading from the disk.
    """

    sizes: tuple[int, ...] = (100, 500, 1000)
    part: int = 100
    written: tuple[str, ...] = ("end", "steps")
    stored: int = 100
    delays: tuple[float, ...] = (0.0, 0.05)
    listed: tuple[int, ...] = (1000, 10_000)
    objects: int = 1000
    warm: bool = True

    @property
    def output(self) -> Path:
        """Return the file for the samples."""
        return KEPT if self == Options() else ASIDE


QUICK = Options(sizes=(8,), part=4, written=("end",), stored=2, delays=(0.0,), listed=(150,), objects=2, warm=False)
"""Everything once and small, in half a minute: a check that it works, not a measurement."""


@dataclass(frozen=True)
class Arguments:
    """Options, where the samples go, the typed command, and whether only the page is written from earlier samples."""

    options: Options
    output: Path
    command: str
    pages: bool


def parse(arguments: Sequence[str]) -> Arguments:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="make bench-scale")
    parser.add_argument("--sizes", type=_read_sizes, help="numbers of conversations, such as 100,500")
    parser.add_argument("--quick", action="store_true", help="everything once and small")
    parser.add_argument("--pages", action="store_true", help="measure nothing: write the page from the samples")
    parser.add_argument("--output", type=Path, help="file for the samples; the page is written beside it")
    parser.add_argument("--command", default="make bench-scale", help="what was typed, for the page")
    given = parser.parse_args(arguments)
    options = QUICK if given.quick else Options()
    options = replace(options, sizes=given.sizes) if given.sizes else options
    return Arguments(options, given.output or options.output, given.command, given.pages)


def _read_sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(",") if part))
