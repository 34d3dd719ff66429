"""Strategy of the journaled create for conversations."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from ..api.call import Call
from ..api.client import TavusClient, read_id
from ..api.errors import (
    ConcurrencyLimit,
    ConnectionFailed,
    Gone,
    OutcomeUnknown,
    RateLimited,
    RoleNotAssumable,
    ServerError,
    TavusError,
)
from ..api.notices import notify
from ..api.retry import Allowance
from ..journal.intent import Intent, digest
from ..journal.search import created_at
from ..journal.strategy import Found, Strategy, Target
from ..settings import Settings
from .calls import PATH, describe, describe_all, end_conversation, list_active, read_conversation


class ConversationCreation(Strategy):
    """The create of a conversation.

    body: the request, with a name only where the user gave one. wait_for_slot: seconds to wait while all concurrency slots are
    taken.
    """

    name_field = "conversation_name"
    id_field = "conversation_id"
    is_listed = True
    takes_namesakes = True
    risk = "it may be active and billed"

    def __init__(self, client: TavusClient, settings: Settings, urn: str, body: dict[str, Any], wait_for_slot: float) -> None:
        self.client = client
        self.settings = settings
        self.urn = urn
        self.body = body
        self.wait_for_slot = wait_for_slot
        self.settle_timeout = settings.settle_timeout

    @functools.cached_property
    def target(self) -> Target:
        """The conversation to create."""
        return Target(
            urn=self.urn,
            place=self.settings.base_url,
            kind="conversation",
            inputs=digest(self.body),
            given_name=self.body.get(self.name_field),
            # A replica that the persona chooses is not in the inputs, so it cannot be compared.
            match={name: self.body[name] for name in ("persona_id", "replica_id") if name in self.body},
        )

    def patience(self) -> list[Allowance]:
        """Return what to do about each error: repeat, wait for the role, wait for a slot."""
        return [
            Allowance((ConnectionFailed, RateLimited, OutcomeUnknown, ServerError), self.settings.retry_timeout),
            Allowance((RoleNotAssumable,), self.settings.role_timeout),
            Allowance((ConcurrencyLimit,), self.wait_for_slot),
        ]

    def post(self, intent: Intent, is_resumed: bool) -> Found:
        """Create the conversation."""
        doing = f"create conversation {intent.name!r}"
        body = {**self.body, self.name_field: intent.name}
        # Repeating is the journaled create's decision: it has to look for the conversation first.
        answer = self.client.send_once(Call("POST", PATH, doing), body)
        return Found(read_id(answer, self.id_field, doing), answer)

    def explain(self, error: TavusError) -> TavusError:
        """Name the conversations that hold the slots."""
        if not isinstance(error, ConcurrencyLimit):
            return error
        try:
            holders = describe_all(sorted(list_active(self.client), key=created_at)) or "none that this key can list"
        except TavusError:
            return error  # the list is a courtesy; the refusal is what the user has to know
        remedy = f"active: {holders}; end one with `tavus-provider conversations --end ID`, or wait (input wait_for_slot)"
        return ConcurrencyLimit(error.doing, error.status, error.answer, remedy)

    @property
    def account(self) -> str:
        """What tells the account of the API key from others."""
        return self.client.account

    @property
    def clock_skew(self) -> float:
        """Seconds by which Tavus's clock is ahead of ours."""
        return self.client.clock_skew

    def list_items(self, doing: str) -> Iterable[dict[str, Any]]:
        """Return the active conversations."""
        return list_active(self.client, doing)

    def get(self, id_: str) -> dict[str, Any] | None:
        """Return the conversation while it is active."""
        try:
            found = read_conversation(self.client, id_)
        except Gone:
            return None
        return found if found.get("status") == "active" else None  # an ended one costs nothing and cannot be joined

    def describe(self, items: list[dict[str, Any]]) -> str:
        """Return names, ids and ages, and what to do."""
        return f"{describe_all(items)}; end those that are not yours, or name one in existing_conversation_id"

    def removal(self, item: dict[str, Any]) -> str:
        """Return the command that ends a conversation."""
        return f"end it with `tavus-provider conversations --end {item[self.id_field]}`"

    def choose_leftover(self, items: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
        """Return the conversation for equal inputs, else any: it is billed, and nobody else ends it."""
        return super().choose_leftover(items, name) or next(iter(items), None)

    def can_use(self, found: Found) -> bool:
        """Tell whether nothing is missing without the answer: the token of a private room comes only with it."""
        return found.is_certain and not self.body.get("require_auth")

    def take_over(self, found: Found) -> Found:
        """Say what is taken over."""
        notify(f"taken over: conversation {describe(found.answer)}, which an interrupted run had created")
        return found

    def discard(self, found: Found, why: str) -> None:
        """End the conversation."""
        try:
            end_conversation(self.client, found.id)
        except Gone:
            return
        notify(f"ended: conversation {describe(found.answer)}, {why}")
