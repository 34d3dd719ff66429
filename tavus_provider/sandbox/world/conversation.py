"""Conversations: who joins and leaves, recording, and the end.

The caller holds the lock of the scheduler and passes the time; nothing here reads a clock or does I/O.
Sources: Tavus API reference, Create Conversation and Get Conversation; Tavus guides, Call Duration and Timeout,
Private Rooms, Webhooks and Callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..api.error_answers import room_error
from ..api.times import CENTURY, iso_timestamp
from .meeting_tokens import make_meeting_token
from .recordings import Destination, Recording, Writer, find_destination

MAX_DURATION = "max_call_duration reached"
LEFT = "participant_left_timeout reached"
ABSENT = "participant_absent_timeout reached"
ENDED_BY_CALL = "end_conversation_endpoint_hit"
DELETED = "daily_room_has_been_deleted"


@dataclass(frozen=True)
class Settings:
    """Settings of the room that a create call fixes; times in seconds, with Tavus's documented defaults."""

    max_call_duration: float = 3600
    participant_absent_timeout: float = 300
    participant_left_timeout: float = 0
    max_participants: int | None = None
    enable_recording: bool = False
    require_auth: bool = False
    test_mode: bool = False
    greeting: str = "Hello, nice to meet you."
    destination: Destination | None = None
    daily_room: str | None = None
    meeting_url: str | None = None


def parse_settings(body: Mapping[str, Any]) -> Settings:
    """Return the settings in a valid create body."""
    properties = body.get("properties", {})
    times = ("max_call_duration", "participant_absent_timeout", "participant_left_timeout")
    # Python's datetime ends in the year 9999, so that no time may be longer than a century.
    values = {name: min(max(properties[name], 0), CENTURY) for name in times if name in properties}
    if "custom_greeting" in body:
        values["greeting"] = body["custom_greeting"]
    return Settings(
        max_participants=body.get("max_participants"),
        enable_recording=properties.get("enable_recording", False),
        require_auth=body.get("require_auth", False) or properties.get("require_auth", False),  # assumed: private
        test_mode=body.get("test_mode", False),
        destination=find_destination(properties),
        daily_room=properties.get("daily_room"),
        meeting_url=body.get("meeting_url"),
        **values,
    )


@dataclass(frozen=True)
class Event:
    """Event of a conversation, which GET?verbose=true shows and a webhook sends."""

    event_type: str
    at: float
    properties: Mapping[str, Any]


class Effects(Protocol):
    """Effects of a conversation outside of itself."""

    def send_event(self, conversation: Conversation, event: Event) -> None:
        """Send the event to the conversation's callback_url."""

    def save_recording(self, conversation: Conversation, recording: Recording) -> None:
        """Write the finished recording to its destination, later and elsewhere."""


@dataclass
class Conversation:
    """One conversation, which stays in the books after its end and after its deletion.

    skew: by how many seconds the clock was ahead when it was created; so are all times that answers show of it.
    has_newer_spelling: whether the call that created it used names in the newer spelling. seeded: whether no call created it.
    """

    conversation_id: str
    name: str
    room: str
    callback_url: str
    persona_id: str
    replica_id: str
    settings: Settings
    created: float
    effects: Effects
    skew: float = 0.0
    has_newer_spelling: bool = False
    seeded: bool = False
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

    def start(self) -> None:
        """Let the replica join, or end at once in test mode, where nobody ever joins and nothing is billed."""
        if self.settings.test_mode:
            self.ended = self.created
        else:
            self._emit("system.replica_joined", self.created, replica_id=self.replica_id)  # assumed: replica-joins

    @property
    def is_active(self) -> bool:
        """Return whether the conversation occupies a slot and is billed."""
        return self.ended is None

    @property
    def url(self) -> str:
        """Return the address of the call: the user's own room at Daily, else the room of the sandbox."""  # assumed: room-url
        return self.settings.daily_room or self.room

    @property
    def room_url(self) -> str | None:
        """Return the address of the page that Tavus hosts; there is none for a meeting elsewhere."""
        return None if self.settings.meeting_url else self.room

    def timestamp(self, at: float) -> str:
        """Return a moment as Tavus shows it."""
        return iso_timestamp(at + self.skew)

    @property
    def updated_at(self) -> float:
        """Return the moment of the last change of status."""
        return self.created if self.ended is None else self.ended

    @property
    def token_expires(self) -> float:
        """Return the moment at which the meeting token expires."""
        return self.created + self.settings.participant_absent_timeout

    @property
    def meeting_token(self) -> str | None:
        """Return the token that a private room asks for, None for other rooms."""
        if not self.settings.require_auth:
            return None
        return make_meeting_token(self.conversation_id, self.created, self.token_expires)

    def billed_seconds(self, now: float) -> float:
        """Return the seconds from creation to end, which are billed whether anybody joined or not."""
        return (now if self.ended is None else self.ended) - self.created

    def next_change(self) -> float | None:
        """Return when the conversation ends by itself, or None if it has ended."""
        return self.next_end()[0] if self.is_active else None

    def apply_change(self, at: float) -> None:
        """End by itself, for the reason that is due."""
        self.end(at, self.next_end()[1])

    def next_end(self) -> tuple[float, str]:
        """Return when an active conversation ends by itself, and why."""
        settings = self.settings
        ends = [(self.created + settings.max_call_duration, MAX_DURATION)]
        if self.joined is None:
            ends.append((self.created + settings.participant_absent_timeout, ABSENT))
        elif self.empty_since is not None:
            ends.append((self.empty_since + settings.participant_left_timeout, LEFT))
        return min(ends, key=lambda end: end[0])

    def end(self, at: float, reason: str) -> None:
        """End: stop the recording, then announce the transcript and the shutdown."""
        if not self.is_active:
            return  # assumed: end-twice
        if self.running_recording:
            self.stop_recording(at)
        self.ended, self.shutdown_reason = at, reason
        self.participants.clear()
        if self.joined is not None:
            self._emit("application.transcription_ready", at, transcript=self._transcript(self.joined, at))
        # assumed: perception, shutdown-reason
        short = reason.removesuffix(" reached")
        self._emit("system.shutdown", at, replica_id=self.replica_id, shutdown_reason=reason, reason=short)

    def delete(self, at: float, hard: bool) -> None:
        """Delete; an active conversation ends."""
        self.end(at, DELETED)  # assumed: delete-active
        self.deleted = "hard" if hard else "soft"

    def join(self, at: float, participant: str | None = None, token: str | None = None) -> None:
        """Let a participant join. Raises ErrorAnswer where the room refuses."""
        self._check_active()
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
        """Let a participant leave, by default the one who joined last. Raises ErrorAnswer if nobody by that name is there."""
        self._check_active()
        if not self.participants or participant not in (None, *self.participants):
            raise room_error(f"{participant} is not in the room" if participant else "nobody is in the room")
        self.participants.remove(participant or self.participants[-1])
        self.empty_since = None if self.participants else at

    @property
    def can_record(self) -> bool:
        """Return whether the create call allowed recording, and said where to."""
        return self.settings.enable_recording and self.settings.destination is not None

    @property
    def running_recording(self) -> Recording | None:
        """Return the recording that runs, or None."""
        last = self.recordings[-1] if self.recordings else None
        return last if last and last.stopped is None else None

    def start_recording(self, at: float) -> None:
        """Start a recording as a participant, which enable_recording has to permit. Raises ErrorAnswer."""
        self._check_active()
        if not self.settings.enable_recording:
            raise room_error("recording is not permitted: the conversation was created without enable_recording")
        if self.settings.destination is None:
            raise room_error("there is nowhere to record to: the conversation was created without recording_storage")
        if not self.participants:
            raise room_error("nobody is in the room to start a recording")  # assumed: recording-start
        if self.running_recording:
            raise room_error("a recording is running already")
        self.recordings.append(Recording(self.conversation_id, self.settings.destination, at))

    def stop_recording(self, at: float) -> None:
        """Stop the recording and have it saved. Raises ErrorAnswer if none runs."""
        running = self.running_recording
        if running is None:
            raise room_error("no recording is running")
        running.stopped, running.status = at, "saving"
        self.effects.save_recording(self, running)

    def announce_recording(self, at: float, recording: Recording) -> None:
        """Announce that the recording can be fetched."""
        self._emit("application.recording_ready", at, **recording.event_properties())

    def _check_active(self) -> None:
        if not self.is_active:
            raise room_error(f"conversation {self.conversation_id} has ended")

    def _emit(self, event_type: str, at: float, **properties: Any) -> None:
        event = Event(event_type, at, properties)
        self.events.append(event)
        self.effects.send_event(self, event)

    def _transcript(self, joined: float, at: float) -> list[dict[str, Any]]:
        """Return two turns: the greeting, and a sentence of the participant."""  # assumed: transcript
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
