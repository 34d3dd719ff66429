"""Targets: each a ratio of two measurements, and its upper or lower bound."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .options import LARGE
from .samples import Results
from .stacks import COMMANDS
from .startup import PACKAGE, PLAIN, USED

Ratio = Callable[[Results], float | None]
SIZE, DELAY, PARALLEL = 100, 0.25, 64
"""Conditions of the targets: calls of 0 or 250 ms, --parallel 64."""
MEGABYTE = 1e6
_OWN = (("preview", "program_cpu"), ("up", "plugin_cpu"), ("refresh", "plugin_cpu"), ("destroy", "plugin_cpu"))
"""Commands and processes that this package can slow down: those in which its provider or its resources run."""


@dataclass(frozen=True)
class Target:
    """Target. text: what is compared. bound: the maximum of the ratio."""

    text: str
    bound: float
    ratio: Ratio
    unit: str = "times"

    @property
    def bound_text(self) -> str:
        """Return the bound in words."""
        return f"at most {self.bound:g} {self.unit}"


@dataclass(frozen=True)
class Checked:
    """Target with the measured ratio, None if nothing was measured."""

    target: Target
    ratio: float | None

    @property
    def verdict(self) -> str:
        """Return "met", "missed" or "not measured"."""
        if self.ratio is None:
            return "not measured"
        return "met" if self.ratio <= self.target.bound else "missed"

    @property
    def ratio_text(self) -> str:
        """Return the ratio in words."""
        return "-" if self.ratio is None else f"{self.ratio:.2f} {self.target.unit}"


def check_targets(results: Results) -> list[Checked]:
    """Compare the results with every target."""
    return [Checked(target, target.ratio(results)) for target in TARGETS]


def format_lines(found: Sequence[Checked]) -> str:
    """Return the targets as lines for a terminal."""
    width = max(len(each.target.text) for each in found)
    return "\n".join(
        f"{each.target.text:{width}}  {each.target.bound_text:18} {each.ratio_text:>8}  {each.verdict}" for each in found
    )


def floor(results: Results, what: str, size: int = SIZE, parallel: int = PARALLEL, value: str = "seconds") -> float | None:
    """Return the value of null resources; the time of a call does not affect them."""
    return results.median(value, what=what, kind="null", size=size, parallel=parallel)


def own_cpu(results: Results, size: int) -> float | None:
    """Return the processor seconds beyond null resources': of the program in a preview, and of the plugin in the other commands.

    In `up` the program waits for the engine, which costs processor time for as long as the engine takes.
    """
    found = [_beyond_floor(results, size, what, value) for what, value in _OWN]
    known = [each for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def _beyond_floor(results: Results, size: int, what: str, value: str) -> float | None:
    which: dict[str, Any] = {"what": what, "size": size, "parallel": PARALLEL, "delay": 0.0}
    more = [ours - null for ours, null in _pair_rounds(results, "ours", "null", value, **which)]
    return statistics.median(more) if more else None


def compare(what: str, size: int, above: str = "ours", below: str = "null") -> Ratio:
    """Return the median of the rounds' ratios: two neighbors in a round meet the same machine, whose speed may change later."""

    def ratio(results: Results) -> float | None:
        which: dict[str, Any] = {"what": what, "size": size, "delay": 0.0, "parallel": PARALLEL}
        return _median(more / fewer for more, fewer in _pair_rounds(results, above, below, "seconds", **which))

    return ratio


def _round_trips(what: str) -> Ratio:
    """Return the time beyond the floor in round trips of 250 ms; one cannot be avoided."""

    def trips(results: Results) -> float | None:
        which: dict[str, Any] = {"what": what, "size": SIZE, "delay": DELAY, "parallel": PARALLEL}
        return _median((ours - null) / DELAY for ours, null in _pair_rounds(results, "ours", "null", "seconds", **which))

    return trips


def _median(found: Iterable[float]) -> float | None:
    known = list(found)
    return statistics.median(known) if known else None


def _pair_rounds(results: Results, one: str, other: str, value: str, **which: Any) -> Iterator[tuple[float, float]]:
    """Yield a value of two kinds for each round."""
    return zip(*(results.values(value, kind=kind, **which) for kind in (one, other)), strict=False)


def _import(kind: str) -> Ratio:
    def ratio(results: Results) -> float | None:
        ours, plain = results.median(what="import", kind=kind), results.median(what="import", kind=PLAIN)
        return None if ours is None or plain is None else ours / plain

    return ratio


def _memory(results: Results) -> float | None:
    ours = results.median("plugin_bytes", what="up", kind="ours", size=LARGE, delay=DELAY, parallel=PARALLEL)
    null = floor(results, "up", LARGE, value="plugin_bytes")
    return None if ours is None or null is None else (ours - null) / MEGABYTE


def _growth(results: Results) -> float | None:
    few, some, many = (own_cpu(results, size) for size in (10, SIZE, LARGE))
    if few is None or some is None or many is None or many <= some:  # less for more is noise, and no measurement
        return None
    return ((many - some) / 400) / ((some - few) / 90)


def _calls(what: str) -> Ratio:
    def ratio(results: Results) -> float | None:
        which: dict[str, Any] = {"group": "commands", "what": what, "kind": "ours"}
        sizes = results.all("size", **which)
        made = [(calls, size) for size in sizes for calls in results.values("calls", **which, size=size)]
        others = max(results.values("other_calls", **which), default=0.0)
        return max(calls / size for calls, size in made) + others if made else None

    return ratio


def _own_for_each(results: Results) -> float | None:
    own = own_cpu(results, LARGE)
    return None if own is None else own / LARGE * 1000


_STORAGE: dict[str, Any] = {"group": "storage", "what": "up", "delay": 0.0}


def _storage_over_floor(results: Results) -> float | None:
    return _median(ours / null for ours, null in _pair_rounds(results, "storage", "null storage", "seconds", **_STORAGE))


def _storage_calls(results: Results) -> float | None:
    return results.median("calls", kind="storage", **_STORAGE)


TARGETS = (
    *(Target(f"one conversation: {what} to the floor", 1.2, compare(what, 1)) for what in COMMANDS),
    *(Target(f"100 conversations: {what} to the floor", 1.2, compare(what, SIZE)) for what in COMMANDS),
    *(Target(f"100 conversations, native plugin: {what} to the floor", 1.2, compare(what, SIZE, "native")) for what in COMMANDS),
    *(Target(f"100 at 250 ms: {what} beyond the floor", 2, _round_trips(what), unit="round trips") for what in ("up", "destroy")),
    Target(f"`{PACKAGE}` to `{PLAIN}`", 1.15, _import(PACKAGE)),
    Target(f"`{USED}` to `{PLAIN}`", 1.15, _import(USED)),
    Target("memory of the plugin at 500, beyond the floor's", 10, _memory, unit="MB"),
    Target("own processor time for each of 500", 8, _own_for_each, unit="ms"),
    Target("own processor time for one more conversation, beyond 100 to below", 1.2, _growth),
    Target("RecordingStorage: up to the floor", 1.3, _storage_over_floor),
    Target("RecordingStorage: calls for a creation", 10, _storage_calls, unit="calls"),
    Target("calls for a creation", 1, _calls("up"), unit="call"),
    Target("calls for a refresh", 1, _calls("refresh"), unit="call"),
    Target("calls for an end", 1, _calls("destroy"), unit="call"),
    Target("calls for a preview", 0, _calls("preview"), unit="calls"),
    Target("calls for an up without changes", 0, _calls("no-op up"), unit="calls"),
)
