"""Flat list of samples, kept as JSON, from which every table, target and plot is derived."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One measurement.

    group: the module that measured it. what: the command ("up"). kind: the means ("ours"; see stacks.KINDS). size: number of
    resources. delay: seconds that each call takes. parallel: value of --parallel. values: measured values; "seconds" of the
    wall clock, "…_cpu" in processor seconds, "…_bytes", "calls" as a count.
    """

    group: str
    what: str
    kind: str
    size: int = 0
    delay: float = 0.0
    parallel: int = 0
    values: dict[str, float] = field(default_factory=dict)


@dataclass
class Results:
    """All samples of a run, and `about`: the command, the machine and the versions."""

    about: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read the file that `save` wrote."""
        kept = json.loads(path.read_text())
        return cls(kept["about"], [Sample(**each) for each in kept["samples"]])

    def save(self, path: Path) -> None:
        """Write all samples, one in a line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(asdict(each)) for each in self.samples)
        path.write_text(f'{{"about": {json.dumps(self.about, indent=1)},\n"samples": [\n{lines}\n]}}\n')

    def values(self, value: str, **which: Any) -> list[float]:
        """Return one value of all samples whose fields are as `which` says, in the order of measurement."""
        return [each.values[value] for each in self._select(which) if value in each.values]

    def median(self, value: str = "seconds", **which: Any) -> float | None:
        """Return the median of one value; None without such samples."""
        found = self.values(value, **which)
        return statistics.median(found) if found else None

    def spread(self, value: str = "seconds", **which: Any) -> tuple[float, float] | None:
        """Return the minimum and maximum of one value; None without such samples."""
        found = self.values(value, **which)
        return (min(found), max(found)) if found else None

    def all(self, name: str, **which: Any) -> list[Any]:
        """Return the values that a field has among the samples, sorted."""
        return sorted({getattr(each, name) for each in self._select(which)})

    def add(self, samples: Iterable[Sample]) -> None:
        """Add samples as they are measured, and print each."""
        for each in samples:
            self.samples.append(each)
            shown = ", ".join(f"{name} {value:.3g}" for name, value in each.values.items())
            print(f"  {each.what} {each.kind} size={each.size} delay={each.delay} parallel={each.parallel}: {shown}", flush=True)

    def _select(self, which: dict[str, Any]) -> Iterator[Sample]:
        return (each for each in self.samples if all(getattr(each, name) == value for name, value in which.items()))
