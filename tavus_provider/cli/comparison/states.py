"""States of stacks: which resource has which id."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any

from ...journal.backend import backend_address
from ...journal.intent import Intent
from ..terminal import track
from .stacks import PulumiError, Stacks

if TYPE_CHECKING:
    from pulumi.automation import StackSummary

_CONCURRENCY = 8
"""States that are read at the same time; each read is a process of Pulumi."""

_CLOCKS = 300.0
"""Seconds by which the clocks of two machines may differ. AWS refuses calls from a machine whose clock is off by more."""

_LONGEST_UPDATE = 86400.0
"""Seconds that one update may take."""


@dataclass(frozen=True)
class Holder:
    """A resource in a state. owned: False where the stack only reads what it stands for, so that `pulumi destroy` keeps that."""

    stack: str
    urn: str
    owned: bool

    def __str__(self) -> str:
        return f"stack {self.stack} {'has' if self.owned else 'reads'} it as {self.urn}"


@dataclass(frozen=True)
class States:
    """The states of some stacks.

    holders: resources by the id that they have. urn_prefixes: of each stack whose state was read,
    "urn:pulumi:STACK::PROJECT::". unread: reasons by the stack whose state could not be read. backend: its address.
    """

    holders: Mapping[str, Holder] = field(default_factory=dict)
    urn_prefixes: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    backend: str = ""

    def covers(self, intent: Intent) -> bool:
        """Tell whether the state that an intent's resource belongs to was read."""
        return intent.backend == self.backend and intent.resource.startswith(tuple(self.urn_prefixes))


@dataclass(frozen=True)
class Relevance:
    """Which stacks of a backend have to be read, since each read is a process of Pulumi.

    since: when the first of the conversations in question was created, in seconds since 1970 by this machine's clock.
    stacks: names of stacks, without their projects, that are read in any case.
    """

    since: float = -math.inf
    stacks: Collection[str] = ()

    def includes(self, stack: StackSummary) -> bool:
        """Tell whether a stack's state may have any of the conversations: it was written after the first one was created."""
        if stack.update_in_progress or not stack.last_update or stack.name.rpartition("/")[2] in self.stacks:
            return True
        # Only Pulumi Cloud reports progress; its documents do not say whether it reports the beginning or the end of an update.
        tolerance = _CLOCKS if stack.update_in_progress is None else _LONGEST_UPDATE
        return stack.last_update.replace(tzinfo=UTC).timestamp() + tolerance >= self.since


def read_states(stacks: Stacks, names: Sequence[str] = (), relevance: Relevance = Relevance()) -> States:
    """Read the states of the stacks of these fully qualified names, by default of all relevant stacks of the backend.

    Raises PulumiError where the stacks cannot be listed; a single state that cannot be read is noted in `unread`.
    """
    names = names or [each.name for each in stacks.list_all() if relevance.includes(each)]
    with (
        ThreadPoolExecutor(_CONCURRENCY) as pool,
        track(pool.map(lambda name: _read_resources(stacks, name), names), "Reading states", len(names)) as resources,
    ):
        answers = dict(zip(names, resources, strict=True))
    read = {name: answer for name, answer in answers.items() if not isinstance(answer, PulumiError)}
    holders = [
        (each["id"], Holder(name, each["urn"], not each.get("external")))
        for name in read
        for each in read[name]
        if each.get("id")
    ]
    return States(
        holders=dict(sorted(holders, key=lambda each: each[1].owned)),  # the owner comes last and replaces those who only read
        urn_prefixes=frozenset(prefix for name in read for prefix in _urn_prefixes(name, read[name])),
        unread={name: str(answer) for name, answer in answers.items() if isinstance(answer, PulumiError)},
        backend=backend_address(stacks.cwd),
    )


def _read_resources(stacks: Stacks, name: str) -> list[dict[str, Any]] | PulumiError:
    try:
        return stacks.resources(name)
    except PulumiError as error:
        return error


def _urn_prefixes(stack: str, resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return how the URNs of a stack begin."""
    # In a backend of the older layout a name is without its project, which only the URNs have.
    if resources:
        return {"::".join(each["urn"].split("::")[:2]) + "::" for each in resources}
    *_, project, name = ["", *stack.split("/")]
    return {f"urn:pulumi:{name}::{project}::"}
