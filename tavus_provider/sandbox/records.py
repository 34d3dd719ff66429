"""One object of an account, and what becomes of it by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tavus_provider.sandbox.clock import iso


@dataclass(frozen=True)
class Step:
    """A change that an object makes by itself: when, and what its fields are from then on."""

    at: float
    fields: Mapping[str, Any]


@dataclass
class Record:
    """One object, from its creation on; kept in the books after its deletion.

    `fields` are all that Tavus knows of it, told or not. `skew` is how many seconds the clock of the Tavus that created it
    was ahead. `system` ones belong to Tavus; `seeded` ones came to be without a call. `course` are the changes ahead.
    """

    id: str
    fields: dict[str, Any]
    created: float
    skew: float = 0.0
    seeded: bool = False
    system: bool = False
    deleted: str | None = None
    course: list[Step] = field(default_factory=list)

    def told(self, at: float) -> str:
        """Return a moment of its life as Tavus tells it."""
        return iso(at + self.skew)

    def tell(self, names: Sequence[str]) -> dict[str, Any]:
        """Return those of its fields that are among the names."""
        return {name: self.fields[name] for name in names if name in self.fields}

    def change(self, at: float, fields: Mapping[str, Any]) -> None:
        """Change the fields, at this moment."""
        self.fields.update(fields, updated_at=self.told(at))

    def fail(self, fields: Mapping[str, Any]) -> None:
        """Let the course that it is on come to this end instead, at the same time."""
        self.course[-1] = Step(self.course[-1].at, fields)

    def deadline(self) -> float | None:
        """Return when it changes by itself next, or None."""
        return self.course[0].at if self.course and not self.deleted else None

    def fire(self, at: float) -> None:
        """Make the next change."""  # assumed: object-webhooks
        self.change(at, self.course.pop(0).fields)

    def booked(self) -> dict[str, Any]:
        """Return it as it stands in the sandbox's books, deleted or not."""
        return {"id": self.id, **self.fields, "deleted": self.deleted, "seeded": self.seeded}
