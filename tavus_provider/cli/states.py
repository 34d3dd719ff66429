"""
What the states of stacks know: which of their resources has which id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ..journal.backend import backend
from ..journal.journal import Intent
from .pulumi_command import PulumiCommand, PulumiFailed

_AT_ONCE = 8
"""States that are read at once."""


@dataclass(frozen=True)
class Holder:
    """A resource in a state. owned: False where the stack only reads the thing, so that `pulumi destroy` leaves it alone."""

    stack: str
    urn: str
    owned: bool

    def __str__(self) -> str:
        return f"stack {self.stack} {'has' if self.owned else 'reads'} it as {self.urn}"


@dataclass(frozen=True)
class States:
    """
    The states of some stacks.

    holders: by id of the thing, the resource that has it. stacks: beginnings of the URNs of every stack whose state was read,
    "urn:pulumi:STACK::PROJECT::". unread: stacks whose state could not be read, each with the reason. backend: where they are.
    """

    holders: Mapping[str, Holder] = field(default_factory=dict)
    stacks: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    backend: str = ""

    def cover(self, intent: Intent) -> bool:
        """Tell whether the state that an intent's resource belongs to was read."""
        return intent.backend == self.backend and any(intent.resource.startswith(stack) for stack in self.stacks)


def read_states(pulumi: PulumiCommand, stacks: Sequence[str] = ()) -> States:
    """
    Read the states of the stacks of these fully qualified names, by default of all stacks of the backend.

    Raises PulumiFailed where the stacks cannot even be listed; a single state that cannot be read is noted in `unread`.
    """
    names = stacks or pulumi.all_stacks()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(names, pool.map(lambda name: _resources(pulumi, name), names), strict=True))
    read = {name: each for name, each in found.items() if not isinstance(each, PulumiFailed)}
    held = [
        (each["id"], Holder(name, each["urn"], not each.get("external")))
        for name in read
        for each in read[name]
        if each.get("id")
    ]
    return States(
        holders=dict(sorted(held, key=lambda each: each[1].owned)),  # who owns a thing counts before who reads it
        stacks=frozenset(start for name in read for start in _starts(name, read[name])),
        unread={name: str(each) for name, each in found.items() if isinstance(each, PulumiFailed)},
        backend=backend(pulumi.cwd),
    )


def _resources(pulumi: PulumiCommand, stack: str) -> list[dict[str, Any]] | PulumiFailed:
    try:
        return pulumi.resources(stack)
    except PulumiFailed as failed:
        return failed


def _starts(stack: str, resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return how the URNs of a stack begin: by the resources it has, or by its name where it is empty."""
    if resources:
        return {"::".join(each["urn"].split("::")[:2]) + "::" for each in resources}
    *_, project, name = ["", *stack.split("/")]
    return {f"urn:pulumi:{name}::{project}::"}
