"""The state of one Tavus account, and what its owner, its guests and its tests can do to it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from tavus_provider.sandbox import wire
from tavus_provider.sandbox.agenda import Agenda
from tavus_provider.sandbox.behaviour import BY_THE_LETTER, Behaviour
from tavus_provider.sandbox.clock import Clock
from tavus_provider.sandbox.collection import Collection
from tavus_provider.sandbox.conditions import AS_USUAL, Conditions
from tavus_provider.sandbox.conversations import ENDED_BY_CALL, Conversation, Event, settings_of
from tavus_provider.sandbox.dictionaries import Dictionaries
from tavus_provider.sandbox.documents import Documents
from tavus_provider.sandbox.errors import ApiError, concurrency_reached, invalid_id, out_of_credits
from tavus_provider.sandbox.guardrails import Guardrails
from tavus_provider.sandbox.jobs import Lipsyncs, Replacements, Transcriptions
from tavus_provider.sandbox.objectives import Objectives
from tavus_provider.sandbox.personas import DEFAULT_ID, Personas
from tavus_provider.sandbox.recordings import Destination, Recording, WriteError, Writer
from tavus_provider.sandbox.records import Record
from tavus_provider.sandbox.replicas import Replicas
from tavus_provider.sandbox.videos import Videos
from tavus_provider.sandbox.voices import Voices
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

    def __init__(self, clock: Clock, limits: Limits, aws_endpoint: str | None, behaviour: Behaviour = BY_THE_LETTER) -> None:
        self.agenda = Agenda(clock)
        self.present = self.agenda.present
        self.webhooks = Webhooks()
        self.limits = self._first_limits = limits
        self.behaviour = self._first_behaviour = behaviour
        self.url = ""
        self.dictionaries = Dictionaries(self)
        self.guardrails = Guardrails(self)
        self.objectives = Objectives(self)
        self.personas = Personas(self)
        self.documents = Documents(self)
        self.replicas = Replicas(self)
        self.voices = Voices(self)
        jobs = (Videos(self), Transcriptions(self), Replacements(self), Lipsyncs(self))
        of_personas = (self.dictionaries, self.guardrails, self.objectives, self.documents, self.replicas, self.voices)
        self.collections: dict[str, Collection] = {one.name: one for one in (self.personas, *of_personas, *jobs)}
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
            self.limits, self.behaviour = self._first_limits, self._first_behaviour
            self._seed()
        self.webhooks.reset()

    def set_limits(self, **limits: Any) -> dict[str, Any]:
        """Change the limits that are given, and return all."""
        with self.present():
            self.limits = replace(self.limits, **limits)
            return asdict(self.limits)

    def set_behaviour(self, **behaviour: Any) -> dict[str, Any]:
        """Change the parts of the behaviour that are given, and return all; what is under way keeps its time."""
        with self.present():
            self.behaviour = replace(self.behaviour, **behaviour)
            return asdict(self.behaviour)

    def ready_replica(self, replica_id: str, now: float, conditions: Conditions = AS_USUAL) -> Record:
        """Return a replica that can be used. Raises ApiError (400)."""
        replica = self.replicas.find(replica_id, now, conditions)
        if replica.fields["status"] != "completed":
            raise ApiError(400, f"The replica is not ready: {replica.fields['status']}")  # assumed: replica-ready
        return replica

    def create(self, body: Mapping[str, Any], conditions: Conditions = AS_USUAL, created: float | None = None) -> Conversation:
        """Create a conversation from a valid body, now or as if at the moment `created`. Raises ApiError."""
        settings = settings_of(body)
        with self.present() as now:
            persona_id, replica_id = self._cast(body, now, conditions)
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
                created=now if created is None else created,
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

    def ids(self) -> list[str]:
        """Return the ids of all that ever was."""
        return [*self.conversations, *(id_ for kind in self.collections.values() for id_ in kind.records)]

    def objects(self) -> dict[str, list[dict[str, Any]]]:
        """Return every other object that ever was, by kind, deleted or not, in the order of their creation."""
        with self.present():
            return {name: [one.booked() for one in kind.records.values()] for name, kind in self.collections.items()}

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
        for collection in self.collections.values():
            collection.reset(now)

    def _cast(self, body: Mapping[str, Any], now: float, conditions: Conditions) -> tuple[str, str]:
        """Return the ids of persona and replica; the body's replica goes before the persona's. Raises ApiError (400)."""
        persona = self.personas.find(body.get("persona_id", DEFAULT_ID), now, conditions)
        replica_id = body.get("replica_id") or persona.fields.get("default_replica_id")
        if not replica_id:
            raise ApiError(400, "replica_id is required, since the persona has no default replica")
        for document_id in body.get("document_ids", ()):
            if not self.documents.has(document_id):
                raise invalid_id("document_ids")  # assumed: conversation-documents
        return persona.id, self.ready_replica(replica_id, now, conditions).id

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
