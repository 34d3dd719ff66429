"""Groups 1, 5 and 6: each command of the engine, by each kind of resource, number of them, time of a call and width.

A cell is one combination; in each round every cell goes once from nothing to nothing, the kinds taking turns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from .options import LARGE, Options
from .processes import Usage
from .samples import Sample
from .stacks import COMMANDS, Stack, Workspace

_QUIET = ("preview", "no-op up", "no-op preview")
"""Commands that make no call, so that the time of a call does not matter."""
_CALLS = {"up": "POST", "refresh": "GET", "destroy": "POST"}
"""The one method that each command needs."""
_SKETCH = 100
"""Size at which waiting null resources show that four of our threads are the stock SDK's four."""


@dataclass(frozen=True)
class Cell:
    """One combination."""

    kind: str
    size: int
    delay: float
    parallel: int


def cells(options: Options) -> list[Cell]:
    """Return the cells that the chosen groups need, in the order in which they are measured."""
    widest = max(options.widths)
    found: dict[Cell, None] = {}
    for size in options.sizes:
        # With fewer resources than threads the width does not matter.
        for parallel in [width for width in options.widths if 1 in options.groups and size > width] or [widest]:
            for delay in _delays(options, size):
                found.update(dict.fromkeys(Cell(kind, size, delay, parallel) for kind in _kinds(options, size, delay, parallel)))
    if 1 in options.groups and _SKETCH in options.sizes:
        found.update({Cell(kind, _SKETCH, max(options.delays), widest): None for kind in ("four", "stock")})
    if 6 in options.groups:
        found[Cell("bare", min(10, max(options.sizes)), min(options.delays), widest)] = None
    return list(found)


def due(options: Options, round_: int) -> list[Cell]:
    """Return the cells of a round; every second round is reversed, so that no kind always has the warmer machine."""
    found = [cell for cell in cells(options) if options.due(round_, cell.size >= LARGE)]
    return found[::-1] if round_ % 2 else found


def measure(workspace: Workspace, options: Options, round_: int) -> Iterator[Sample]:
    """Measure once each cell that is due."""
    for cell in due(options, round_):
        yield from _life(workspace, cell, whole=cell.delay == min(options.delays), first=round_ == 0)


def _kinds(options: Options, size: int, delay: float, parallel: int) -> Iterator[str]:
    if size < LARGE or delay == min(options.delays):
        yield "null"  # the time of a call is nothing to it, but each comparison has one of its own minute
    yield "ours"
    if 1 in options.groups and parallel == max(options.widths) and delay == min(options.delays):
        yield "native"


def _delays(options: Options, size: int) -> tuple[float, ...]:
    """Return the times of a call that matter: where few calls are made, no command waits for more than one."""
    chosen = options.delays if 1 in options.groups else (min(options.delays), max(options.delays))
    return tuple(dict.fromkeys(chosen)) if size >= _SKETCH else (min(options.delays),)


def _life(workspace: Workspace, cell: Cell, whole: bool, first: bool) -> Iterator[Sample]:
    """Run every command, from nothing to nothing."""
    stack = workspace.stack(cell.kind)
    stack.declare(cell.size, cell.delay)
    workspace.tavus.restart(cell.delay)
    for what in COMMANDS:
        if whole or what not in _QUIET:
            yield _step(workspace, stack, cell, what)
        if what == "up" and whole and first and cell.kind != "four":
            yield Sample("commands", "state", cell.kind, cell.size, values=_state(stack))


def _step(workspace: Workspace, stack: Stack, cell: Cell, what: str) -> Sample:
    calls, cpu = workspace.tavus.calls(), workspace.tavus.cpu()
    used = stack.run(what, cell.parallel)
    cpu = workspace.tavus.cpu() - cpu
    made = workspace.tavus.calls() - calls
    needed = made.pop(_CALLS.get(what, ""), 0)
    values = {**_values(used), "tavus_cpu": cpu, "calls": needed, "other_calls": made.total()}
    return Sample("commands", what, cell.kind, cell.size, cell.delay, cell.parallel, values)


def _values(used: Usage) -> dict[str, float]:
    cpu = {f"{role}_cpu": seconds for role, seconds in used.cpu.items()}
    return {"seconds": used.seconds, **cpu, **{f"{role}_bytes": size for role, size in used.memory.items()}}


def _state(stack: Stack) -> dict[str, float]:
    """Return the mean size of a resource in the exported state, and the part of its inputs and outputs, in bytes."""
    resources = stack.resources()
    whole = sum(len(json.dumps(each)) for each in resources)
    fields = sum(len(json.dumps(each.get("inputs", {}))) + len(json.dumps(each.get("outputs", {}))) for each in resources)
    return {"whole_bytes": whole / len(resources), "fields_bytes": fields / len(resources)}
