"""What differs between the kinds of things that are created once: how to create, find, take over and discard one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..api.errors import OutcomeUnknown, ServerError, TavusError
from ..api.retry import Allowance
from .intent import Intent
from .recovery_names import resource_name

LOST = (OutcomeUnknown, ServerError)
"""After these the thing may or may not have been created."""


@dataclass(frozen=True)
class Found:
    """A thing that exists.

    id: its id. answer: what the service says of it. is_certain: False where it may be what another resource of this machine
    created.
    """

    id: str
    answer: dict[str, Any]
    is_certain: bool = True


@dataclass(frozen=True)
class Target:
    """Thing to create, as its intent describes it (see Intent).

    urn: the resource. place: where, in the intent's `base_url`. given_name: the name in the inputs, None where we choose one.
    """

    urn: str
    place: str
    kind: str
    inputs: str
    given_name: str | None = None
    match: Mapping[str, str] = field(default_factory=dict)
    region: str = ""


class Strategy(ABC):
    """How things of one kind are created. The defaults are for things that only have to be created under a name of their own.

    name_field, id_field: members of a listed item. is_listed: whether Tavus lists such things, so that they can be searched by
    name. takes_namesakes: whether several things of one given name are assigned to the resources of this machine that look for
    them; otherwise that is an error, since they may differ. risk: what an error says of a create whose outcome nobody knows.
    undecided: errors after which the thing may exist, so that its intent stays. settle_timeout: seconds for which a thing is
    searched after its answer was lost, since a list may lag behind.
    """

    name_field: str = ""
    id_field: str = ""
    is_listed: ClassVar[bool] = False
    takes_namesakes: ClassVar[bool] = False
    risk: ClassVar[str] = "it may have been created"
    undecided: ClassVar[tuple[type[TavusError], ...]] = ()
    settle_timeout: float = 0.0

    @property
    @abstractmethod
    def target(self) -> Target:
        """The thing to create."""

    @abstractmethod
    def post(self, intent: Intent, is_resumed: bool) -> Found:
        """Create the thing under the intent's name; `is_resumed` says that an interrupted run may have created it."""

    def name_prefix(self) -> str:
        """Return the beginning of the name that is chosen where none is given; by default the resource's name."""
        return resource_name(self.target.urn)

    def patience(self) -> list[Allowance]:
        """Return after which errors to try again, and for how long; any other error ends the create."""
        return []

    def explain(self, error: TavusError) -> TavusError:
        """Return the error to raise when the create ends with `error`."""
        return error

    def prepare(self, name: str, earlier: Intent | None) -> None:  # noqa: B027  # most kinds need nothing
        """Check what has to hold before anything is written or created."""

    def review(self, earlier: Intent) -> Intent | None:
        """Return the intent of an interrupted run; None where this create does not go on with it."""
        return earlier

    @property
    def account(self) -> str:
        """What tells the account from others, as `Intent.account`; "" where the place does."""
        return ""

    @property
    def clock_skew(self) -> float:
        """Seconds by which the service's clock is ahead of ours."""
        return 0.0

    def list_items(self, doing: str) -> Iterable[dict[str, Any]]:
        """Yield what exists; `doing` says in an error why it is listed."""
        return ()

    def get(self, id_: str) -> dict[str, Any] | None:
        """Return the thing with an id, None where it is gone or over."""
        return None

    def describe(self, items: list[dict[str, Any]]) -> str:
        """Return several items in words, and what to do with those that nobody needs."""
        return ", ".join(str(item[self.id_field]) for item in items)

    def removal(self, item: dict[str, Any]) -> str:
        """Return what a user does to end or delete an item."""
        return "delete it"

    def choose_leftover(self, items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
        """Return the item to take over or discard, of those with a recovery name of this resource; `name` is for equal inputs."""
        return next((item for item in items if item[self.name_field] == name), None)

    def can_use(self, found: Found) -> bool:
        """Tell whether a thing whose answer was lost can be used without that answer."""
        return True

    def can_take_over(self, found: Found) -> bool:
        """Tell whether what an interrupted run created for equal inputs can be used."""
        return self.can_use(found)

    def take_over(self, found: Found) -> Found:
        """Bring what an interrupted run created to the inputs of now, and return it as it is then."""
        return found

    def discard(self, found: Found, why: str) -> None:  # noqa: B027  # things that are never found are never discarded
        """End or delete a thing that cannot be used; gone is fine."""
