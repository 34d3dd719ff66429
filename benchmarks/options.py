"""Options of a run, and their command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

LATEST = Path(__file__).parent / "results" / "latest.json"
"""Samples that docs/performance.md shows."""
ASIDE = Path(__file__).parents[1] / "build" / "bench" / "samples.json"
"""Samples of any run that does not measure everything."""
GROUPS = {
    1: "the engine's commands beside its floor and beside four threads",
    2: "the same work by a shell loop and by a script",
    3: "recording storage beside bare boto3 calls",
    4: "import, and start of the plugin process",
    5: "memory of the plugin process",
    6: "growth with the number of resources, and the state's size",
    7: "what helps where the engine itself is the limit",
}
LARGE = 500
"""Size from which, as for loops without threads, only every third round measures everything: one takes minutes."""


@dataclass(frozen=True)
class Options:
    """Options. groups: keys of GROUPS. sizes: resources. delays: seconds of each call. widths: --parallel. repeat: rounds."""

    groups: tuple[int, ...] = tuple(GROUPS)
    sizes: tuple[int, ...] = (1, 10, 100, 500)
    delays: tuple[float, ...] = (0.0, 0.25)
    widths: tuple[int, ...] = (64,)
    repeat: int = 3

    @property
    def output(self) -> Path:
        """Return the file for the samples."""
        return LATEST if replace(self, repeat=Options.repeat) == Options() else ASIDE

    def due(self, round_: int, slow: bool) -> bool:
        """Return whether something is measured in this round, the first being 0."""
        return not slow or round_ % 3 == 0


QUICK = Options(sizes=(1, 10), delays=(0.0, 0.25), repeat=1)
"""Everything once and small, in a few minutes: a check that it works, not a measurement."""

CHECK = Options(groups=(1, 3, 4), sizes=(1, 100), delays=(0.0,))
"""What is measured again for a comparison with the kept results, in ten minutes."""


@dataclass(frozen=True)
class Arguments:
    """Options, the typed command, and whether only the page is written from earlier samples, or the kept results are compared."""

    options: Options
    command: str
    pages: bool
    check: bool = False


def parse(arguments: Sequence[str]) -> Arguments:
    """Parse the command line."""
    listed = "\n".join(f"  {number}  {what}" for number, what in GROUPS.items())
    parser = argparse.ArgumentParser(
        prog="make bench", epilog=f"groups:\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--groups", type=_numbers(int), help="which, such as 1,4")
    parser.add_argument("--sizes", type=_numbers(int), help="numbers of conversations")
    parser.add_argument("--delays", type=_numbers(float), help="seconds that each call takes longer")
    parser.add_argument("--widths", type=_numbers(int), help="values of --parallel")
    parser.add_argument("--repeat", type=int, help="rounds; all kinds take turns in each")
    parser.add_argument("--command", default="make bench", help="what was typed, for the page")
    parser.add_argument("--quick", action="store_true", help="everything once and small")
    parser.add_argument("--pages", action="store_true", help="measure nothing: write the page and the plot from the samples")
    parser.add_argument("--check", action="store_true", help="fail if a ratio is more than a fifth above the kept one")
    given = parser.parse_args(arguments)
    chosen = {each.name: value for each in fields(Options) if (value := getattr(given, each.name)) is not None}
    initial = QUICK if given.quick else CHECK if given.check else Options()
    return Arguments(replace(initial, **chosen), given.command, given.pages, given.check)


def _numbers(kind: type) -> type:
    def read(text: str) -> tuple[float, ...]:
        return tuple(sorted(kind(part) for part in text.split(",") if part))

    return read  # type: ignore[return-value]  # argparse takes any function
