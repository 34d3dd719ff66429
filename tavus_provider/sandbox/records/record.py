"""Record of one object, and its changes to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..api.times import iso_timestamp


@dataclass(frozen=True)
class Step:
    """A change that an object makes by itself: at which moment, and to which fields."""

    at: float
    fields: Mapping[str, Any]


@dataclass
class Record:
    """One object, which stays in the books after its deletion.

    fields: everything that Tavus knows of it, also what answers never show.
    created: the moment of its creation.
    skew: by how many seconds the clock was ahead when it was created; so are all times that answers show of it.
    seeded: whether it was added without a call.
    system: whether it belongs to Tavus.
    deleted: None, `soft` or `hard`.
    unknown: fields that the contract does not name, where the account keeps those.
    steps: the changes to come, in order.
    on_end: what happens after the last of them.
    """

    id: str
    fields: dict[str, Any]
    created: float
    skew: float = 0.0
    seeded: bool = False
    system: bool = False
    deleted: str | None = None
    unknown: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    on_end: Callable[[float], None] | None = None

    def timestamp(self, at: float) -> str:
        """Return a moment as Tavus shows it."""
        return iso_timestamp(at + self.skew)

    def select(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the fields of these names that it has, in this order, and those that the contract does not name."""
        return {name: self.fields[name] for name in (*names, *sorted(self.unknown)) if name in self.fields}

    def change(self, at: float, fields: Mapping[str, Any]) -> None:
        """Change the fields at this moment, and updated_at with them."""
        self.fields.update(fields, updated_at=self.timestamp(at))

    def fail(self, fields: Mapping[str, Any]) -> None:
        """Replace the result of its steps by this one, at the same moment."""
        self.steps[-1] = Step(self.steps[-1].at, fields)

    def next_change(self) -> float | None:
        """Return when it changes by itself next, or None."""
        return self.steps[0].at if self.steps and not self.deleted else None

    def apply_change(self, at: float) -> None:
        """Make the next change."""  # assumed: object-webhooks
        self.change(at, self.steps.pop(0).fields)
        if not self.steps and self.on_end:
            self.on_end(at)

    def book_entry(self) -> dict[str, Any]:
        """Return it as the sandbox's books show it, deleted or not."""
        return {"id": self.id, **self.fields, "deleted": self.deleted, "seeded": self.seeded}
