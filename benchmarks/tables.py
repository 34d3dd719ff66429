"""Tables of docs/performance.md: medians, with minimum and maximum if there were several rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .others import THREADS
from .samples import Results
from .stacks import COMMANDS, KINDS
from .startup import IMPORTS, PLUGINS
from .targets import MEGABYTE, PARALLEL, SIZE, check_targets, compare, floor, own_cpu

Rows = Iterable[Sequence[str]]


def table(heads: Sequence[str], rows: Rows) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cell(results: Results, value: str = "seconds", scale: float = 1.0, digits: int = 2, **which: Any) -> str:
    """Return "median (minimum-maximum)" of one value, only the median of one sample, or "" without samples."""
    median, spread = results.median(value, **which), results.spread(value, **which)
    if median is None or spread is None:
        return ""
    least, most = (f"{each / scale:.{digits}f}" for each in spread)
    shown = f"{median / scale:.{digits}f}"
    return shown if least == most else f"{shown} ({least}-{most})"


def targets(results: Results) -> str:
    """Return each target with its bound and the measured ratio."""
    rows = [[each.target.text, each.target.bound_text, each.ratio_text, each.verdict] for each in check_targets(results)]
    return table(["", "target", "measured", ""], rows)


def machine(results: Results) -> str:
    """Return the description of the run."""
    about = results.about
    return f"`{about['command']}` on {about['date']}, {about['took']}: {about['machine']}; {about['versions']}."


def commands(results: Results) -> str:
    """Return the seconds of each command, by size, width and time of a call."""
    rows: list[Sequence[str]] = []
    for size in results.all("size", group="commands", what="up", kind="ours"):
        for parallel in results.all("parallel", group="commands", what="up", kind="ours", size=size):
            rows += _commands(results, size, parallel)
    return table(["conversations", "--parallel", "ms per call", "kind", *COMMANDS], rows)


def _commands(results: Results, size: int, parallel: int) -> Rows:
    where: dict[str, Any] = {"group": "commands", "size": size, "parallel": parallel}
    yield [str(size), str(parallel), "", "null", *(cell(results, what=what, kind="null", **where) for what in COMMANDS)]
    for kind in ("ours", "native", "four", "stock"):
        for delay in results.all("delay", kind=kind, what="up", **where):
            each = [cell(results, what=what, kind=kind, delay=delay, **where) for what in COMMANDS]
            yield [str(size), str(parallel), f"{delay * 1000:.0f}", KINDS[kind].label, *each]


def shares(results: Results) -> str:
    """Return what each command takes beyond the floor, and the processor time of program and plugin in it."""
    rows = []
    for what in COMMANDS:
        which: dict[str, Any] = {"group": "commands", "what": what, "size": SIZE, "delay": 0.0, "parallel": PARALLEL}
        row = [what]
        for value in ("seconds", "program_cpu", "plugin_cpu"):
            null = results.median(value, kind="null", **which)
            ours = results.median(value, kind="ours", **which)
            row += ["", ""] if null is None or ours is None else [f"{null:.2f}", f"{ours - null:+.2f}"]
        rows.append(row)
    return table(["", "floor", "ours", "program, floor", "ours", "plugin, floor", "ours"], rows)


def calls(results: Results) -> str:
    """Return the calls for one conversation, counted by the local Tavus."""
    rows = []
    for what in COMMANDS:
        which: dict[str, Any] = {"group": "commands", "what": what, "kind": "ours"}
        counted = [
            sum(results.values(value, size=size, **which)) / (size * len(results.values(value, size=size, **which)))
            for size in results.all("size", **which)
            for value in ("calls", "other_calls")
        ]
        rows.append([what, f"{max(counted[::2], default=0):g}", f"{max(counted[1::2], default=0):g}"])
    return table(["", "POST or GET", "any other"], rows)


def others(results: Results) -> str:
    """Return the seconds by means that keep no state."""
    names = {"curl": "loop with curl", "httpx": "script with httpx", "httpx threads": f"the same in {THREADS} threads"}
    rows = []
    for size in results.all("size", group="others"):
        for delay in results.all("delay", group="others", size=size):
            for what in ("up", "destroy"):
                which: dict[str, Any] = {"what": what, "size": size, "delay": delay}
                means = [cell(results, group="others", kind=kind, **which) for kind in names]
                ours = cell(results, kind="ours", parallel=PARALLEL, **which)
                rows.append([str(size), f"{delay * 1000:.0f}", {"up": "open"}.get(what, "end"), *means, ours])
    return table(["conversations", "ms per call", "", *names.values(), f"pulumi, --parallel {PARALLEL}"], rows)


def storage(results: Results) -> str:
    """Return seconds and calls of AWS for a bucket and a role."""
    names = {"boto3": "bare boto3 in sequence", "null storage": KINDS["null storage"].label, "storage": "RecordingStorage"}
    rows = []
    for delay in results.all("delay", group="storage"):
        for what in ("up", "no-op up", "destroy"):
            which: dict[str, Any] = {"group": "storage", "what": what, "delay": delay}
            counts = [cell(results, "calls", digits=0, kind=kind, **which) for kind in ("boto3", "storage")]
            rows.append([f"{delay * 1000:.0f}", what, *(cell(results, kind=kind, **which) for kind in names), *counts])
    heads = ["ms per call", "", *names.values(), "calls of boto3", "calls of RecordingStorage"]
    return table(heads, rows)


def startup(results: Results) -> str:
    """Return the milliseconds of imports and of the plugin's start."""
    rows = [[f"`{kind}`", cell(results, scale=0.001, digits=0, what="import", kind=kind)] for kind in IMPORTS]
    label = "plugin process to its first answer, {}"
    rows += [
        [label.format(KINDS[kind].label), cell(results, scale=0.001, digits=0, what="plugin", kind=kind)] for kind in PLUGINS
    ]
    return table(["", "milliseconds"], rows)


def plugins(results: Results) -> str:
    """Return how many times as long each command takes with either plugin as the floor, and the native as the dynamic one."""
    rows = []
    for size in results.all("size", what="up", kind="native"):
        for what in COMMANDS:
            found = [compare(what, size, *pair)(results) for pair in (("ours", "null"), ("native", "null"), ("native", "ours"))]
            rows.append([str(size), what, *("" if each is None else f"{each:.2f}" for each in found)])
    heads = ["conversations", "", "dynamic provider to the floor", "native plugin to the floor", "native to dynamic"]
    return table(heads, rows)


def memory(results: Results) -> str:
    """Return the peak megabytes of the plugin process after up, with the longest calls that were measured."""
    widest, kinds = _most(results, "parallel"), ("null", "ours", "native")
    rows = []
    for size in results.all("size", what="up", kind="ours"):
        which: dict[str, Any] = {"what": "up", "size": size, "parallel": widest}
        longest = {kind: max(results.all("delay", kind=kind, **which), default=0.0) for kind in kinds}
        cells = [cell(results, "plugin_bytes", MEGABYTE, 1, kind=kind, delay=longest[kind], **which) for kind in kinds]
        rows.append([str(size), *cells])
    return table(["resources", *(KINDS[kind].label for kind in kinds)], rows)


def growth(results: Results) -> str:
    """Return how time and processor time grow: the engine's own part, and ours for each conversation."""
    rows = []
    for size in results.all("size", what="up", kind="ours"):
        which: dict[str, Any] = {"what": "up", "size": size, "parallel": PARALLEL, "delay": 0.0}
        own, ours, null = own_cpu(results, size), results.median(kind="ours", **which), floor(results, "up", size)
        if own is not None and ours is not None and null is not None:
            more = f"{ours - null:.2f}"
            rows.append([str(size), f"{null:.2f}", f"{null / size * 1000:.0f}", more, f"{own:.2f}", f"{own / size * 1000:.1f}"])
    heads = [
        "resources",
        "`up` of the floor, s",
        "for each, ms",
        "`up` beyond the floor, s",
        "own processor time, s",
        "for each, ms",
    ]
    return table(heads, rows)


def state(results: Results) -> str:
    """Return the bytes of one resource in the exported state."""
    rows = []
    for kind in ("ours", "native", "null", "bare"):
        sizes = results.all("size", what="state", kind=kind)
        if sizes:
            values = [
                results.median(value, what="state", kind=kind, size=sizes[-1]) or 0.0 for value in ("whole_bytes", "fields_bytes")
            ]
            rows.append([KINDS[kind].label, *(f"{value:.0f}" for value in values), f"{values[0] - values[1]:.0f}"])
    return table(["", "bytes", "of these inputs and outputs", "of these the engine's own"], rows)


def limits(results: Results) -> str:
    """Return the seconds for the largest number of conversations, under settings of the engine's own."""
    kinds = dict.fromkeys(each.kind for each in results.samples if each.group == "limits")
    rows = [
        [
            kind if " " in kind else f"`{kind}=true`",
            *(cell(results, group="limits", what=what, kind=kind) for what in ("up", "destroy")),
        ]
        for kind in kinds
    ]
    size = max(results.all("size", group="limits"), default=0)
    return table([f"{size} conversations", "up", "destroy"], rows)


def share(results: Results) -> str:
    """Return the share of a processor that the local Tavus used meanwhile."""
    which: dict[str, Any] = {
        "what": "up",
        "kind": "ours",
        "parallel": _most(results, "parallel"),
        "delay": _most(results, "delay"),
    }
    size = max(results.all("size", **which, group="commands"), default=0)
    cpu, seconds = (results.median(value, size=size, **which) or 0.0 for value in ("tavus_cpu", "seconds"))
    each = cpu / size * 1000 if size else 0.0
    return (
        f"The local Tavus, a process of its own on the same machine, used {each:.1f} ms of processor time for each creation: "
        f"{cpu / seconds if seconds else 0:.0%} of one processor during `up` of {size} conversations."
    )


def _most(results: Results, name: str) -> Any:
    return max(results.all(name, what="up", kind="ours"), default=0)


TABLES: dict[str, Callable[[Results], str]] = {
    "targets": targets,
    "machine": machine,
    "commands": commands,
    "plugins": plugins,
    "shares": shares,
    "calls": calls,
    "others": others,
    "storage": storage,
    "startup": startup,
    "memory": memory,
    "growth": growth,
    "state": state,
    "limits": limits,
    "share": share,
}
"""Tables by the name between the markers in the page."""
