"""The state of one Tavus account, and what its owner, its guests and its tests can do to it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tavus_provider.sandbox import personas, replicas, wire
from tavus_provider.sandbox.agenda import Agenda
from tavus_provider.sandbox.clock import Clock
from tavus_provider.sandbox.conditions import AS_USUAL, Conditions
from tavus_provider.sandbox.conversations import ENDED_BY_CALL, Conversation, Event, settings_of
from tavus_provider.sandbox.errors import ApiError, concurrency_reached, invalid_id, out_of_credits
from tavus_provider.sandbox.recordings import Destination, Recording, WriteError, Writer
from tavus_provider.sandbox.webhooks import Webhooks

if TYPE_CHECKING:
    from tavus_provider.sandbox.aws import Aws

_log = logging.getLogger("tavus_provider.sandbox")


@dataclass(frozen=True)
class Limits:
    """What the account may do; None means without limit.

    `concurrency`: active conversations at a time. `credits`: minutes of conversation in all. `iam_delay`: seconds for
    which a new IAM role cannot be assumed yet.
    """

    concurrency: int | None = None
    credits: float | None = None
    iam_delay: float = 0.0


NO_LIMITS = Limits()


class Account:
    """An account of the local Tavus. Its methods may be called from any thread."""

    def __init__(self, clock: Clock, limits: Limits, aws_endpoint: str | None) -> None:
        self.agenda = Agenda(clock)
        self.present = self.agenda.present
        self.webhooks = Webhooks()
        self.limits = self._first_limits = limits
        self.url = ""
        self.personas: dict[str, personas.Persona] = {}
        self.replicas: dict[str, replicas.Replica] = {}
        self.conversations: dict[str, Conversation] = {}
        self._uploads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-uploads")
        self._aws = _aws(aws_endpoint)
        self._seed()

    def start(self) -> None:
        """Let time pass."""
        self.agenda.start()

    def close(self) -> None:
        """Stop all threads; recordings and webhooks that are not under way yet are dropped."""
        self.agenda.close()
        self._uploads.shutdown(cancel_futures=True)
        self.webhooks.close()

    def reset(self) -> None:
        """Return to the state of a fresh sandbox."""
        self.settled_recordings()
        with self.present():
            self.agenda.reset()
            self.conversations.clear()
            self.limits = self._first_limits
            self._seed()
        self.webhooks.reset()

    def set_limits(self, **limits: Any) -> dict[str, Any]:
        """Change the limits that are given, and return all."""
        with self.present():
            self.limits = replace(self.limits, **limits)
            return asdict(self.limits)

    def add_persona(self, persona: Mapping[str, Any], now: float) -> personas.Persona:
        """Add a persona that the test or the seed describes."""
        new = personas.complete(persona, now)
        self.personas[new["persona_id"]] = new
        return new

    def add_replica(self, replica: Mapping[str, Any], now: float) -> replicas.Replica:
        """Add a replica that the test or the seed describes."""
        new = replicas.complete(replica, now)
        self.replicas[new["replica_id"]] = new
        return new

    def create(self, body: Mapping[str, Any], conditions: Conditions = AS_USUAL, age: float = 0) -> Conversation:
        """Create a conversation from a valid body, as if `age` seconds ago. Raises ApiError."""
        settings = settings_of(body)
        with self.present():
            persona_id, replica_id = self._cast(body)
        # AWS is asked without the lock, since it may take its time.
        write = self._writer(settings.destination)
        with self.present() as now:
            if not settings.test_mode:
                self._admit(now)
            conversation_id = f"c{secrets.token_hex(8)}"
            conversation = Conversation(
                conversation_id=conversation_id,
                name=body.get("conversation_name", f"New Conversation {int(now * 1000)}"),  # assumed: default-name
                url=f"{self.url}/rooms/{conversation_id}",  # assumed: room-url
                callback_url=body.get("callback_url", ""),
                persona_id=persona_id,
                replica_id=replica_id,
                settings=settings,
                created=now - age,
                outside=self,
                skew=conditions.skew,
                write=write,
            )
            self.conversations[conversation_id] = conversation
            conversation.begin()
            self.agenda.watch(conversation)
        return conversation

    def find(self, conversation_id: str, now: float, conditions: Conditions) -> Conversation:
        """Return a conversation that was not deleted."""
        conversation = self.conversations.get(conversation_id)
        if conversation is None or conversation.deleted:
            raise invalid_id("conversation_id")  # assumed: deleted-gone
        if conditions.hide(conversation_id, now - conversation.created):
            raise invalid_id("conversation_id")
        return conversation

    def existing(self, status: str | None, now: float, conditions: Conditions) -> list[Conversation]:
        """Return the conversations that were not deleted, newest first."""  # assumed: list-order, unknown-filter
        found = [
            one
            for one in reversed(self.conversations.values())
            if not conditions.hide(one.conversation_id, now - one.created)
            and not one.deleted
            and status in (None, "active" if one.active else "ended")
        ]
        return sorted(found, key=lambda one: one.created + one.skew, reverse=True)

    def end(self, conversation_id: str, conditions: Conditions) -> None:
        """End a conversation as its owner asks."""
        with self.present() as now:
            self.find(conversation_id, now, conditions).end(now, ENDED_BY_CALL)

    def delete(self, conversation_id: str, hard: bool, conditions: Conditions) -> None:
        """Delete a conversation as its owner asks."""
        with self.present() as now:
            self.find(conversation_id, now, conditions).delete(now, hard)

    def books(self) -> dict[str, Any]:
        """Return every conversation that ever was, how many are active, and the seconds that all of them cost."""
        with self.present() as now:
            booked = [wire.booked(one, now) for one in self.conversations.values()]
        return {
            "active": sum(one["status"] == "active" for one in booked),
            "billed_seconds": sum(one["billed_seconds"] for one in booked),
            "conversations": booked,
        }

    def settled_recordings(self) -> list[Recording]:
        """Return every recording, once those that have stopped are written or have failed."""
        self._uploads.submit(lambda: None).result()
        with self.present():
            return [recording for one in self.conversations.values() for recording in one.recordings]

    def tell(self, conversation: Conversation, event: Event) -> None:
        """Send an event to the conversation's callback_url."""
        self.webhooks.send(conversation.callback_url, wire.webhook(conversation, event))

    def save(self, conversation: Conversation, recording: Recording) -> None:
        """Write a finished recording, from another thread."""
        self._uploads.submit(self._upload, conversation, recording)

    def _seed(self) -> None:
        now = self.agenda.clock.now()
        self.personas.clear()
        self.replicas.clear()
        for persona in personas.SEED:
            self.add_persona(persona, now)
        for replica in replicas.SEED:
            self.add_replica(replica, now)

    def _cast(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Return the ids of persona and replica; the body's replica goes before the persona's."""
        persona = self.personas.get(body.get("persona_id", personas.DEFAULT_ID))
        if persona is None:
            raise invalid_id("persona_id")
        replica_id = body.get("replica_id") or persona.get("default_replica_id")
        if not replica_id:
            raise ApiError(400, "replica_id is required, since the persona has no default replica")
        replica = self.replicas.get(replica_id)
        if replica is None:
            raise invalid_id("replica_id")
        if replica["status"] != "completed":
            raise ApiError(400, f"The replica is not ready: {replica['status']}")  # assumed: replica-ready
        return persona["persona_id"], replica_id

    def _admit(self, now: float) -> None:
        """Refuse a conversation that the account has no credits or no slot for."""
        limits, all_of_them = self.limits, self.conversations.values()
        if limits.credits is not None and sum(one.billed(now) for one in all_of_them) >= limits.credits * 60:
            raise out_of_credits()  # assumed: credits
        if limits.concurrency is not None and sum(one.active for one in all_of_them) >= limits.concurrency:
            raise concurrency_reached()

    def _writer(self, destination: Destination | None) -> Writer | None:
        if self._aws is None or destination is None or destination.provider != "s3":
            return None
        return self._aws.writer(destination, self.limits.iam_delay)

    def _upload(self, conversation: Conversation, recording: Recording) -> None:
        status, error = "simulated", None
        if conversation.write:
            try:
                conversation.write(recording.key, recording.content())
                status = "written"
            except WriteError as problem:
                status, error = "failed", str(problem)  # assumed: recording-failed
                _log.warning("recording %s was not written: %s", recording.destination.uri(recording.key), error)
        with self.present() as now:
            recording.status, recording.error = status, error
            if not error:
                conversation.recording_saved(now, recording)


def _aws(endpoint: str | None) -> Aws | None:
    """Return AWS at the endpoint; boto3 is loaded only when there is one."""
    if endpoint is None:
        return None
    from tavus_provider.sandbox.aws import Aws  # noqa: PLC0415 (boto3 is slow to load and seldom needed)

    return Aws(endpoint)
