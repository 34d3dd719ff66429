"""Plot of docs/performance.md: the time of `up` and `destroy` and the plugin's memory, by the number of conversations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from .samples import Results
from .stacks import KINDS
from .targets import DELAY, MEGABYTE, PARALLEL

mpl.use("Agg")
from matplotlib import pyplot as plt  # after the choice of a backend that needs no screen

_LINES: dict[str, dict[str, Any]] = {
    "null": {"color": "0.55", "marker": "s", "label": KINDS["null"].label},
    "ours": {"color": "tab:blue", "marker": "o", "label": KINDS["ours"].label},
    "four": {"color": "tab:orange", "marker": "^", "label": KINDS["four"].label},
    "curl": {"color": "tab:red", "marker": "x", "linestyle": "--", "label": "loop with curl (no state)"},
}


def draw(results: Results, path: Path) -> None:
    """Write the plot as PNG."""
    figure, (up, destroy, memory) = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
    for axes, what in ((up, "up"), (destroy, "destroy")):
        _times(axes, results, what)
    _memory(memory, results)
    if up.get_legend_handles_labels()[0]:
        up.legend(fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _times(axes: Any, results: Results, what: str) -> None:
    """Draw seconds by size on logarithmic scales, each with its spread."""
    for kind in _LINES:
        which: dict[str, Any] = {"what": what, "kind": kind}
        which |= {} if kind == "null" else {"delay": DELAY}
        which |= {} if kind == "curl" else {"parallel": PARALLEL}
        _line(axes, results, "seconds", 1.0, which)
    axes.set(xscale="log", yscale="log", xlabel="conversations", ylabel="seconds")
    axes.set_title(f"{what}, {DELAY * 1000:.0f} ms per call, --parallel {PARALLEL}", fontsize=10)
    axes.grid(visible=True, which="both", alpha=0.2)


def _memory(axes: Any, results: Results) -> None:
    """Draw the plugin's memory by size."""
    for kind in ("null", "ours"):
        which: dict[str, Any] = {"what": "up", "kind": kind, "parallel": PARALLEL} | ({} if kind == "null" else {"delay": DELAY})
        _line(axes, results, "plugin_bytes", MEGABYTE, which)
    axes.set(xscale="log", xlabel="conversations", ylabel="MB", ylim=(0, None))
    axes.set_title("plugin process, most memory", fontsize=10)
    axes.grid(visible=True, which="both", alpha=0.2)


def _line(axes: Any, results: Results, value: str, scale: float, which: dict[str, Any]) -> None:
    sizes, middles, least, most = results.all("size", **which), [], [], []
    for size in sizes:
        median, spread = results.median(value, size=size, **which) or 0.0, results.spread(value, size=size, **which) or (0, 0)
        middles.append(median / scale)
        least.append((median - spread[0]) / scale)
        most.append((spread[1] - median) / scale)
    if sizes:
        axes.errorbar(sizes, middles, yerr=(least, most), capsize=2, **_LINES[which["kind"]])
