"""State of one Tavus account: its conversations, its other objects, and its limits."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from ..api.call_conditions import NORMAL, CallConditions
from ..api.error_answers import ErrorAnswer, concurrency_limit, invalid_id, missing_credits
from ..objects.deployments import Deployments
from ..objects.documents import Documents
from ..objects.guardrails import Guardrails
from ..objects.jobs import Lipsyncs, Replacements, Transcriptions
from ..objects.objectives import Objectives
from ..objects.pronunciation_dictionaries import PronunciationDictionaries
from ..objects.replicas import Replicas
from ..objects.single_guardrails import SingleGuardrails
from ..objects.tools import Tools
from ..objects.videos import Videos
from ..objects.voices import Voices
from ..personas.personas import DEFAULT_ID, Personas
from ..records.collection import Collection
from ..records.record import Record
from .behavior import CONTRACT_BEHAVIOR, Behavior
from .clock import Clock
from .conversation import ENDED_BY_CALL, Conversation, Event, parse_settings
from .conversation_bodies import book_entry, webhook_body
from .limits import Limits
from .recordings import Destination, Recording, RecordingStore, WriteError, Writer
from .scheduler import Scheduler
from .webhooks import Webhooks

_log = logging.getLogger("tavus_provider.sandbox")


class Account:
    """An account of the local Tavus. Its methods may be called from any thread."""

    def __init__(
        self, clock: Clock, limits: Limits, store: RecordingStore | None, behavior: Behavior = CONTRACT_BEHAVIOR
    ) -> None:
        self.scheduler = Scheduler(clock)
        self.lock_state = self.scheduler.lock_state
        self.webhooks = Webhooks()
        self.limits = self._first_limits = limits
        self.behavior = self._first_behavior = behavior
        self.url = ""
        self.dictionaries = PronunciationDictionaries(self)
        self.guardrails = Guardrails(self)
        self.single_guardrails = SingleGuardrails(self)
        self.objectives = Objectives(self)
        self.personas = Personas(self)
        self.documents = Documents(self)
        self.replicas = Replicas(self)
        self.voices = Voices(self)
        self.deployments = Deployments(self)
        self.tools = Tools(self)
        jobs = (Videos(self), Transcriptions(self), Replacements(self), Lipsyncs(self))
        of_personas = (self.dictionaries, self.guardrails, self.objectives, self.documents, self.replicas, self.voices)
        self.collections: dict[str, Collection] = {
            one.name: one for one in (self.personas, *of_personas, self.single_guardrails, self.deployments, self.tools, *jobs)
        }
        self.conversations: dict[str, Conversation] = {}
        self._uploads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-uploads")
        self._store = store
        self._add_seeds()

    def start(self) -> None:
        """Begin to make the changes that time brings."""
        self.scheduler.start()

    def close(self) -> None:
        """Stop all threads; recordings and webhooks that wait to be sent are dropped."""
        self.scheduler.close()
        self._uploads.shutdown(cancel_futures=True)
        self.webhooks.close()

    def reset(self) -> None:
        """Return to the state of a fresh sandbox."""
        # An upload that ends after the reset would announce its recording into the new state.
        self.wait_for_recordings()
        with self.lock_state():
            self.scheduler.reset()
            self.conversations.clear()
            self.limits, self.behavior = self._first_limits, self._first_behavior
            self._add_seeds()
        self.webhooks.reset()

    def set_limits(self, **limits: Any) -> dict[str, Any]:
        """Change the given limits, and return all."""
        with self.lock_state():
            self.limits = replace(self.limits, **limits)
            return asdict(self.limits)

    def set_behavior(self, **behavior: Any) -> dict[str, Any]:
        """Change the given parts of the behavior, and return all; work in progress keeps its duration."""
        with self.lock_state():
            self.behavior = replace(self.behavior, **behavior)
            return asdict(self.behavior)

    def find_trained_replica(self, replica_id: str, now: float, conditions: CallConditions = NORMAL) -> Record:
        """Return a replica that can be used. Raises ErrorAnswer (400)."""
        replica = self.replicas.find(replica_id, now, conditions)
        if replica.fields["status"] != "completed":
            raise ErrorAnswer(400, f"The replica is not ready: {replica.fields['status']}")  # assumed: replica-ready
        return replica

    def create_conversation(
        self, body: Mapping[str, Any], conditions: CallConditions = NORMAL, created: float | None = None
    ) -> Conversation:
        """Create a conversation from a valid body, now or as if at the moment `created`. Raises ErrorAnswer."""
        settings = parse_settings(body)
        with self.lock_state() as now:
            persona_id, replica_id = self._find_participants(body, now, conditions)
        # AWS is asked without the lock, since its answer may take a while.
        write = self._make_writer(settings.destination)
        with self.lock_state() as now:
            if not settings.test_mode:
                self._check_limits(now)
            conversation_id = f"c{secrets.token_hex(8)}"
            conversation = Conversation(
                conversation_id=conversation_id,
                name=body.get("conversation_name", f"New Conversation {int(now * 1000)}"),  # assumed: default-name
                room=f"{self.url}/rooms/{conversation_id}",
                callback_url=body.get("callback_url", ""),
                persona_id=persona_id,
                replica_id=replica_id,
                settings=settings,
                created=now if created is None else created,
                effects=self,
                skew=conditions.skew,
                write=write,
            )
            self.conversations[conversation_id] = conversation
            self.personas.deployed.add(persona_id)
            conversation.start()
            self.scheduler.schedule(conversation)
        return conversation

    def find_conversation(self, conversation_id: str, now: float, conditions: CallConditions) -> Conversation:
        """Return a conversation that was not deleted. Raises ErrorAnswer (400)."""
        conversation = self.conversations.get(conversation_id)
        if conversation is None or conversation.deleted:
            raise invalid_id("conversation_id")  # assumed: deleted-gone
        if conditions.hides(conversation_id, now - conversation.created):
            raise invalid_id("conversation_id")
        return conversation

    def list_conversations(self, status: str | None, now: float, conditions: CallConditions) -> list[Conversation]:
        """Return the conversations that were not deleted, newest first."""  # assumed: list-order, unknown-filter
        found = [
            one
            for one in reversed(self.conversations.values())
            if not conditions.hides(one.conversation_id, now - one.created)
            and not one.deleted
            and status in (None, "active" if one.is_active else "ended")
        ]
        return sorted(found, key=lambda one: one.created + one.skew, reverse=True)

    def end_conversation(self, conversation_id: str, conditions: CallConditions) -> None:
        """End a conversation at its owner's request. Raises ErrorAnswer (400)."""
        with self.lock_state() as now:
            self.find_conversation(conversation_id, now, conditions).end(now, ENDED_BY_CALL)

    def delete_conversation(self, conversation_id: str, hard: bool, conditions: CallConditions) -> None:
        """Delete a conversation at its owner's request. Raises ErrorAnswer (400)."""
        with self.lock_state() as now:
            self.find_conversation(conversation_id, now, conditions).delete(now, hard)

    def books(self) -> dict[str, Any]:
        """Return every conversation that ever was, how many are active, and the seconds billed for all of them."""
        with self.lock_state() as now:
            entries = [book_entry(one, now) for one in self.conversations.values()]
        return {
            "active": sum(one["status"] == "active" for one in entries),
            "billed_seconds": sum(one["billed_seconds"] for one in entries),
            "conversations": entries,
        }

    def ids(self) -> list[str]:
        """Return the ids of all conversations and objects that ever were."""
        return [*self.conversations, *(id_ for kind in self.collections.values() for id_ in kind.records)]

    def objects(self) -> dict[str, list[dict[str, Any]]]:
        """Return every other object that ever was, by kind, deleted or not, in the order of creation."""
        with self.lock_state():
            return {name: [one.book_entry() for one in kind.records.values()] for name, kind in self.collections.items()}

    def wait_for_recordings(self) -> list[Recording]:
        """Wait until every stopped recording is written or has failed, and return all recordings."""
        # The queue has one worker: when an empty task is done, everything before it is.
        self._uploads.submit(lambda: None).result()
        with self.lock_state():
            return [recording for one in self.conversations.values() for recording in one.recordings]

    def send_event(self, conversation: Conversation, event: Event) -> None:
        """Send an event to the conversation's callback_url."""
        self.webhooks.send(conversation.callback_url, webhook_body(conversation, event))

    def save_recording(self, conversation: Conversation, recording: Recording) -> None:
        """Write a finished recording, from another thread."""
        self._uploads.submit(self._upload, conversation, recording)

    def _add_seeds(self) -> None:
        now = self.scheduler.clock.now()
        for collection in self.collections.values():
            collection.reset(now)

    def _find_participants(self, body: Mapping[str, Any], now: float, conditions: CallConditions) -> tuple[str, str]:
        """Return the ids of persona and replica; the body's replica overrides the persona's. Raises ErrorAnswer (400)."""
        persona = self.personas.find(body.get("persona_id", DEFAULT_ID), now, conditions)
        replica_id = body.get("replica_id") or persona.fields.get("default_replica_id")
        if not replica_id:
            raise ErrorAnswer(400, "replica_id is required, since the persona has no default replica")
        for document_id in body.get("document_ids", ()):
            if not self.documents.has(document_id):
                raise invalid_id("document_ids")  # assumed: conversation-documents
        return persona.id, self.find_trained_replica(replica_id, now, conditions).id

    def _check_limits(self, now: float) -> None:
        """Refuse a conversation for which the account has no credits or no free slot. Raises ErrorAnswer (400, 402)."""
        limits, every = self.limits, self.conversations.values()
        if limits.credits is not None and sum(one.billed_seconds(now) for one in every) >= limits.credits * 60:
            raise missing_credits()  # assumed: credits
        if limits.concurrency is not None and sum(one.is_active for one in every) >= limits.concurrency:
            raise concurrency_limit()

    def _make_writer(self, destination: Destination | None) -> Writer | None:
        if self._store is None or destination is None or destination.provider != "s3":
            return None
        return self._store.make_writer(destination, self.limits.iam_delay)

    def _upload(self, conversation: Conversation, recording: Recording) -> None:
        status, error = "simulated", None
        if conversation.write:
            try:
                conversation.write(recording.key, recording.content())
                status = "written"
            except WriteError as problem:
                status, error = "failed", str(problem)  # assumed: recording-failed
                _log.warning("recording %s was not written: %s", recording.destination.uri(recording.key), error)
        with self.lock_state() as now:
            recording.status, recording.error = status, error
            if not error:
                conversation.announce_recording(now, recording)
