"""The control paths from Python."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict, Unpack, cast

import httpx


class ControlError(Exception):
    """A control path refused what was asked of it; the text says why."""


class Room(TypedDict):
    """A conversation as the sandbox's books know it, deleted or not."""

    conversation_id: str
    conversation_name: str
    conversation_url: str
    callback_url: str
    status: str
    replica_id: str
    persona_id: str
    created_at: str
    updated_at: str
    test_mode: bool
    ended_at: str | None
    shutdown_reason: str | None
    deleted: str | None
    billed_seconds: float
    participants: list[str]
    recording: bool


class Books(TypedDict):
    """Every conversation that ever was, how many are active, and the seconds that all of them cost."""

    active: int
    billed_seconds: float
    conversations: list[Room]


class Call(TypedDict):
    """A call that Tavus's paths received.

    `key` is `valid`, `invalid` or `missing`; `body` is None if there was none, and the text itself if it was no JSON.
    """

    at: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    key: str
    user_agent: str
    status: int | None


class Delivery(TypedDict):
    """A webhook: where it went, what it said, after how many attempts, with which HTTP status or error."""

    url: str
    body: dict[str, Any]
    attempts: int
    status: int | None
    error: str | None


class Recording(TypedDict):
    """A recording; `status` is `recording`, `saving`, `written`, `simulated` or `failed`, `duration` in seconds."""

    conversation_id: str
    status: str
    error: str | None
    bucket_name: str
    s3_key: str
    duration: int
    storage_provider: str
    storage_uri: str


class LimitChanges(TypedDict, total=False):
    """Limits to change; None lifts one. `credits` in minutes, `iam_delay` in seconds."""

    concurrency: int | None
    credits: float | None
    iam_delay: float


class Seeded(TypedDict):
    """What a seed added."""

    personas: list[dict[str, Any]]
    replicas: list[dict[str, Any]]


class Control:
    """What guests do in rooms, and what tests set and want to know. Raises ControlError for what is refused.

    Serves for any sandbox on this machine, given its URL.
    """

    def __init__(self, url: str) -> None:
        # The sandbox is on this machine: reached directly, whatever proxy the environment names.
        self._client = httpx.Client(base_url=f"{url}/sandbox", timeout=60, trust_env=False)

    def __enter__(self) -> Self:
        """Return itself; the connections are closed at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def join(self, conversation_id: str, participant: str | None = None, token: str | None = None) -> Room:
        """Let a participant into the room; a private one asks for its meeting token."""
        return self._in_room(conversation_id, "join", participant=participant, token=token)

    def leave(self, conversation_id: str, participant: str | None = None) -> Room:
        """Let a participant leave, by default the one who came last."""
        return self._in_room(conversation_id, "leave", participant=participant)

    def start_recording(self, conversation_id: str) -> Room:
        """Start a recording, as a participant does."""
        return self._in_room(conversation_id, "start_recording")

    def stop_recording(self, conversation_id: str) -> Room:
        """Stop the recording."""
        return self._in_room(conversation_id, "stop_recording")

    def room(self, conversation_id: str) -> Room:
        """Return the state of a room."""
        return cast("Room", self._get(f"/rooms/{conversation_id}"))

    def books(self) -> Books:
        """Return the sandbox's books."""
        return cast("Books", self._get("/books"))

    def conversations(self) -> list[Room]:
        """Return every conversation that ever was, oldest first."""
        return self.books()["conversations"]

    def calls(self) -> list[Call]:
        """Return the calls that Tavus's paths received, oldest first."""
        return [cast("Call", {**call, "body": _parsed(call["body"])}) for call in self._get("/calls")]

    def webhooks(self) -> list[Delivery]:
        """Return the webhooks sent, once none is under way."""
        return cast("list[Delivery]", self._get("/webhooks"))

    def recordings(self) -> list[Recording]:
        """Return the recordings, once none is being saved."""
        return cast("list[Recording]", self._get("/recordings"))

    def advance(self, seconds: float) -> str:
        """Put the clock forward; what comes due happens in order and at its own time. Returns the new time."""
        return str(self._post("/clock", {"advance": seconds})["now"])

    def set_limits(self, **limits: Unpack[LimitChanges]) -> None:
        """Change the limits that are named; the others stay."""
        self._post("/limits", limits)

    def seed(self, personas: Sequence[Mapping[str, Any]] = (), replicas: Sequence[Mapping[str, Any]] = ()) -> Seeded:
        """Add personas and replicas, with any of Tavus's fields; what they lack is filled in."""
        return cast("Seeded", self._post("/seed", {"personas": list(personas), "replicas": list(replicas)}))

    def reset(self) -> None:
        """Return to the state of a fresh sandbox."""
        self._post("/reset", {})

    def _in_room(self, conversation_id: str, action: str, **guest: str | None) -> Room:
        given = {name: value for name, value in guest.items() if value is not None}
        return cast("Room", self._post(f"/rooms/{conversation_id}/{action}", given))

    def _get(self, path: str) -> Any:
        return _answer(self._client.get(path))

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return _answer(self._client.post(path, json=body))


def _answer(response: httpx.Response) -> Any:
    body = response.json()
    if response.is_error:
        raise ControlError(body.get("message") or body.get("error"))
    return body


def _parsed(body: str) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body
