"""A conversation and its life: joined, left, recorded, ended.

Every method is called under the lock of the agenda and is told the time; nothing here reads a clock or does I/O.
Sources: Tavus API reference, Create Conversation and Get Conversation; Tavus guides, Call Duration and Timeout,
Private Rooms, Webhooks and Callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tavus_provider.sandbox.clock import CENTURY, iso
from tavus_provider.sandbox.errors import room_error
from tavus_provider.sandbox.recordings import Destination, Recording, Writer, destination_of
from tavus_provider.sandbox.tokens import meeting_token

MAX_DURATION = "max_call_duration reached"
LEFT = "participant_left_timeout reached"
ABSENT = "participant_absent_timeout reached"
ENDED_BY_CALL = "end_conversation_endpoint_hit"
DELETED = "daily_room_has_been_deleted"


@dataclass(frozen=True)
class Settings:
    """What a create call settles about the room; times in seconds, with Tavus's documented defaults."""

    max_call_duration: float = 3600
    participant_absent_timeout: float = 300
    participant_left_timeout: float = 0
    max_participants: int | None = None
    enable_recording: bool = False
    require_auth: bool = False
    test_mode: bool = False
    greeting: str = "Hello, nice to meet you."
    destination: Destination | None = None


def settings_of(body: Mapping[str, Any]) -> Settings:
    """Return the settings that a valid create body asks for."""
    properties = body.get("properties", {})
    times = ("max_call_duration", "participant_absent_timeout", "participant_left_timeout")
    given = {name: min(max(properties[name], 0), CENTURY) for name in times if name in properties}
    if "custom_greeting" in body:
        given["greeting"] = body["custom_greeting"]
    return Settings(
        max_participants=body.get("max_participants"),
        enable_recording=properties.get("enable_recording", False),
        require_auth=body.get("require_auth", False) or properties.get("require_auth", False),  # assumed: private
        test_mode=body.get("test_mode", False),
        destination=destination_of(properties),
        **given,
    )


@dataclass(frozen=True)
class Event:
    """Something that Tavus tells of a conversation: in GET?verbose=true and by webhook."""

    event_type: str
    at: float
    properties: Mapping[str, Any]


class Outside(Protocol):
    """What a conversation sets in motion outside of itself."""

    def tell(self, conversation: Conversation, event: Event) -> None:
        """Send the event to the conversation's callback_url."""

    def save(self, conversation: Conversation, recording: Recording) -> None:
        """Write the finished recording to its destination, later and elsewhere."""


@dataclass
class Conversation:
    """One conversation, from its creation on; kept in the books after its end and after its deletion.

    `skew` is how many seconds the clock of the Tavus that created it was ahead: all times that are told of it are.
    `in_newer` says whether the call that created it spelled names the newer way.
    """

    conversation_id: str
    name: str
    url: str
    callback_url: str
    persona_id: str
    replica_id: str
    settings: Settings
    created: float
    outside: Outside
    skew: float = 0.0
    in_newer: bool = False
    write: Writer | None = None
    ended: float | None = None
    shutdown_reason: str | None = None
    deleted: str | None = None
    joined: float | None = None
    empty_since: float | None = None
    visits: int = 0
    participants: list[str] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def begin(self) -> None:
        """Let the replica join, or end at once in test mode: then nobody ever joins and nothing is billed."""
        if self.settings.test_mode:
            self.ended = self.created
        else:
            self._tell("system.replica_joined", self.created, replica_id=self.replica_id)  # assumed: replica-joins

    @property
    def active(self) -> bool:
        """Say whether the conversation occupies a slot and bills."""
        return self.ended is None

    def told(self, at: float) -> str:
        """Return a moment of its life as Tavus tells it."""
        return iso(at + self.skew)

    @property
    def updated(self) -> float:
        """Return when the status last changed."""
        return self.created if self.ended is None else self.ended

    @property
    def token_expires(self) -> float:
        """Return the end of the meeting token's life."""
        return self.created + self.settings.participant_absent_timeout

    @property
    def meeting_token(self) -> str | None:
        """Return what lets one in, for private rooms only."""
        if not self.settings.require_auth:
            return None
        return meeting_token(self.conversation_id, self.created, self.token_expires)

    def billed(self, now: float) -> float:
        """Return the seconds that count as usage: from creation to end, whether anybody joined or not."""
        return (now if self.ended is None else self.ended) - self.created

    def deadline(self) -> float | None:
        """Return when the conversation ends by itself, or None if it has ended."""
        return self._end_ahead()[0] if self.active else None

    def fire(self, at: float) -> None:
        """End by itself, for the reason that is due."""
        self.end(at, self._end_ahead()[1])

    def _end_ahead(self) -> tuple[float, str]:
        settings = self.settings
        ends = [(self.created + settings.max_call_duration, MAX_DURATION)]
        if self.joined is None:
            ends.append((self.created + settings.participant_absent_timeout, ABSENT))
        elif self.empty_since is not None:
            ends.append((self.empty_since + settings.participant_left_timeout, LEFT))
        return min(ends, key=lambda end: end[0])

    def end(self, at: float, reason: str) -> None:
        """End, with all that follows: recordings stop, the transcript is ready, the shutdown is told."""
        if not self.active:
            return  # assumed: end-twice
        if self.recording:
            self.stop_recording(at)
        self.ended, self.shutdown_reason = at, reason
        self.participants.clear()
        if self.joined is not None:
            self._tell("application.transcription_ready", at, transcript=self._transcript(self.joined, at))
        # assumed: perception, shutdown-reason
        short = reason.removesuffix(" reached")
        self._tell("system.shutdown", at, replica_id=self.replica_id, shutdown_reason=reason, reason=short)

    def delete(self, at: float, hard: bool) -> None:
        """Delete; an active conversation ends."""
        self.end(at, DELETED)  # assumed: delete-active
        self.deleted = "hard" if hard else "soft"

    def join(self, at: float, participant: str | None = None, token: str | None = None) -> None:
        """Let a participant in."""
        self._must_be_active()
        if self.settings.require_auth and (token != self.meeting_token or at >= self.token_expires):
            raise room_error("You are not allowed to join this meeting.", 403)
        name = participant or f"participant-{self.visits + 1}"
        if name in self.participants:
            raise room_error(f"{name} is in the room already")
        # The replica counts as one participant.
        if self.settings.max_participants and len(self.participants) + 1 >= self.settings.max_participants:
            raise room_error(f"the room is full: max_participants is {self.settings.max_participants}")
        self.participants.append(name)
        self.visits += 1
        self.joined = at if self.joined is None else self.joined
        self.empty_since = None

    def leave(self, at: float, participant: str | None = None) -> None:
        """Let a participant go, by default the one who came last."""
        self._must_be_active()
        if not self.participants or participant not in (None, *self.participants):
            raise room_error(f"{participant} is not in the room" if participant else "nobody is in the room")
        self.participants.remove(participant or self.participants[-1])
        self.empty_since = None if self.participants else at

    @property
    def recording(self) -> Recording | None:
        """Return the recording that runs, if any."""
        last = self.recordings[-1] if self.recordings else None
        return last if last and last.stopped is None else None

    def start_recording(self, at: float) -> None:
        """Start a recording, as a participant can once enable_recording permits it."""
        self._must_be_active()
        if not self.settings.enable_recording:
            raise room_error("recording is not permitted: the conversation was created without enable_recording")
        if self.settings.destination is None:
            raise room_error("there is nowhere to record to: the conversation was created without recording_storage")
        if not self.participants:
            raise room_error("nobody is in the room to start a recording")  # assumed: recording-start
        if self.recording:
            raise room_error("a recording is running already")
        self.recordings.append(Recording(self.conversation_id, self.settings.destination, at))

    def stop_recording(self, at: float) -> None:
        """Stop the recording and hand it over to be saved."""
        running = self.recording
        if running is None:
            raise room_error("no recording is running")
        running.stopped, running.status = at, "saving"
        self.outside.save(self, running)

    def recording_saved(self, at: float, recording: Recording) -> None:
        """Tell that the recording can be fetched."""
        self._tell("application.recording_ready", at, **recording.ready())

    def _must_be_active(self) -> None:
        if not self.active:
            raise room_error(f"conversation {self.conversation_id} has ended")

    def _tell(self, event_type: str, at: float, **properties: Any) -> None:
        event = Event(event_type, at, properties)
        self.events.append(event)
        self.outside.tell(self, event)

    def _transcript(self, joined: float, at: float) -> list[dict[str, Any]]:
        """Return two turns: the greeting, and a word of the participant's."""  # assumed: transcript
        length = (at - joined) / 2
        turns = [("assistant", self.settings.greeting), ("user", "Thank you, that is all for today.")]
        return [
            {
                "role": role,
                "content": content,
                "timestamp": joined + turn * length,
                "seconds_from_start": joined + turn * length - self.created,
                "duration": length,
                "inference_id": f"inf_{self.conversation_id}_{turn}",
            }
            for turn, (role, content) in enumerate(turns)
        ]
