"""Tables of docs/scale.md, from the samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..samples import Results
from ..tables import machine, table
from ..targets import MEGABYTE
from .usage import ROLES

_WHATS = ("up", "destroy")
_WRITTEN = {"steps": "at each step", "end": "at the end"}
"""When the state is written, by the name in the samples."""


def fleet(results: Results) -> str:
    """Return the seconds and the memory of each fleet."""
    rows = []
    for size, stacks, name in _layouts(results):
        which: dict[str, Any] = {"group": "fleet", "size": size, "parallel": stacks, "kind": name}
        seconds = [_number(results.median(what=what, **which)) for what in _WHATS]
        memory = _number(results.median("all_bytes", what="up", **which), MEGABYTE, 0)
        rows.append([str(size), _describe(stacks, size), _WRITTEN[name], *seconds, memory])
    return table(["conversations", "stacks", "state written", "`up`, s", "`destroy`, s", "memory in `up`, MB"], rows)


def work(results: Results) -> str:
    """Return the processor seconds of each fleet, by role, for `up` and `destroy` together."""
    rows = []
    for size, stacks, name in _layouts(results):
        which: dict[str, Any] = {"group": "fleet", "size": size, "parallel": stacks, "kind": name}
        sums = {value: sum(results.values(value, **which)) for value in (*(f"{role}_cpu" for role in ROLES), "tavus_cpu")}
        ours = (sums["program_cpu"] + sums["plugin_cpu"]) / size * 1000
        cells = [_number(sums.pop(f"{role}_cpu"), digits=1) for role in ROLES]
        rows.append([str(size), _describe(stacks, size), _WRITTEN[name], *cells, _number(sums["tavus_cpu"]), _number(ours)])
    heads = ["engine", "plugin", "program", "`fleet.py`, pip", "local Tavus", "plugin and program, ms for each"]
    return table(["conversations", "stacks", "state written", *heads], rows)


def counts(results: Results) -> str:
    """Return what the local Tavus counted."""
    rows = []
    for size, stacks, name in _layouts(results):
        which: dict[str, Any] = {"group": "fleet", "size": size, "parallel": stacks, "kind": name}
        up, destroy = ({**which, "what": what} for what in _WHATS)
        values = [("calls", up), ("other_calls", up), ("lost", up), ("calls", destroy), ("left", destroy)]
        cells = [_number(results.median(value, **where), digits=0) for value, where in values]
        rows.append([str(size), _describe(stacks, size), _WRITTEN[name], *cells])
    heads = ["created", "read", "in no state", "ended", "left after `destroy`"]
    return table(["conversations", "stacks", "state written", *heads], rows)


def backends(results: Results) -> str:
    """Return the seconds and the calls of each backend."""
    rows = []
    found = dict.fromkeys((each.kind, each.delay, each.parallel) for each in results.samples if each.group == "backends")
    for kind, delay, stacks in found:
        which: dict[str, Any] = {"group": "backends", "kind": kind, "delay": delay, "parallel": stacks}
        backend, name = kind.split()
        title = "files" if backend == "files" else f"{backend}, {delay * 1000:.0f} ms for each call"
        seconds = [_number(results.median(what=what, **which)) for what in _WHATS]
        calls = [_number(results.median("state_calls", what=what, **which), digits=0) for what in _WHATS]
        rows.append([title, str(stacks), _WRITTEN[name], *seconds, *calls])
    size = max(results.all("size", group="backends"), default=0)
    heads = [f"state of {size} conversations in", "stacks", "state written", "`up`, s", "`destroy`, s"]
    return table([*heads, "calls of S3 in `up`", "in `destroy`"], rows)


def paging(results: Results) -> str:
    """Return the processor time of what reads all that an account has."""
    rows = []
    for what, suffix in (("read", "{} conversations"), ("export", "{} own {}")):
        for kind in dict.fromkeys(each.kind for each in results.samples if each.group == "paging" and each.what == what):
            for size in results.all("size", group="paging", what=what, kind=kind):
                which: dict[str, Any] = {"group": "paging", "what": what, "kind": kind, "size": size}
                own, calls = (results.median(value, **which) for value in ("own_cpu", "calls"))
                command = kind if what == "read" else "`tavus-provider export --all`"
                cells = [_number(own), _number(own, size / 1000), _number(calls, digits=0)]
                rows.append([command, suffix.format(size, kind), *cells])
    return table(["", "account", "processor time, s", "for each thousand, s", "calls"], rows)


def _layouts(results: Results) -> list[tuple[int, int, str]]:
    """Return size, stacks and name of each fleet, in the order of the table."""
    found = {(each.size, each.parallel, each.kind) for each in results.samples if each.group == "fleet"}
    return sorted(found)


def _describe(stacks: int, size: int) -> str:
    return "one" if stacks == 1 else f"{stacks} of about {size // stacks}"


def _number(value: float | None, scale: float = 1.0, digits: int = 2) -> str:
    return "" if value is None else f"{value / scale:.{digits}f}"


TABLES: dict[str, Callable[[Results], str]] = {
    "machine": machine,
    "fleet": fleet,
    "work": work,
    "counts": counts,
    "backends": backends,
    "paging": paging,
}
"""Tables by the name between the markers in the page."""
