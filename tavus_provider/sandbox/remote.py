"""The control paths from Python."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, Self, TypedDict, Unpack, cast

import httpx

from tavus_provider.sandbox.failures import DocumentError
from tavus_provider.sandbox.rules import Operation, Rule, When, Which
from tavus_provider.sandbox.wire import dumps

_TIMEOUT = 60.0


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

    `key` is `valid`, `invalid` or `missing`; `body` is None if there was none, and the text itself if it was no JSON. `status`
    is None while the call is under way, and for good where a fault left it without an answer; `faults` are the ids of those
    that hit it.
    """

    at: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    key: str
    user_agent: str
    status: int | None
    faults: list[str]


class Fault(TypedDict):
    """A fault: its rule, how many calls that names came, how many it hit, and how many it still will (None for all)."""

    fault_id: str
    rule: Rule
    matched: int
    fired: int
    left: int | None


class Held(TypedDict):
    """A call that is held `before` or `after` it is processed."""

    held_id: str
    when: When
    call: Call


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


class BehaviourChanges(TypedDict, total=False):
    """What to change about the behaviour, see `Behaviour`; `training` and `processing` in seconds."""

    sets_as_lists: bool
    masked_secrets: bool
    whole_personas: bool
    training: float
    processing: float


Kind = Literal[
    "personas",
    "pronunciation_dictionaries",
    "guardrails",
    "objectives",
    "documents",
    "replicas",
    "voices",
    "videos",
    "transcriptions",
    "replacements",
    "lipsync",
]
"""What else than conversations an account has."""


class Seeds(TypedDict, total=False):
    """Objects to add, by kind, each with any of its fields."""

    personas: Sequence[Mapping[str, Any]]
    pronunciation_dictionaries: Sequence[Mapping[str, Any]]
    guardrails: Sequence[Mapping[str, Any]]
    objectives: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]
    replicas: Sequence[Mapping[str, Any]]
    voices: Sequence[Mapping[str, Any]]
    videos: Sequence[Mapping[str, Any]]
    transcriptions: Sequence[Mapping[str, Any]]
    replacements: Sequence[Mapping[str, Any]]
    lipsync: Sequence[Mapping[str, Any]]
    conversations: Sequence[Mapping[str, Any]]


class Seeded(TypedDict):
    """What a seed added, with all fields."""

    personas: list[dict[str, Any]]
    pronunciation_dictionaries: list[dict[str, Any]]
    guardrails: list[dict[str, Any]]
    objectives: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    replicas: list[dict[str, Any]]
    voices: list[dict[str, Any]]
    videos: list[dict[str, Any]]
    transcriptions: list[dict[str, Any]]
    replacements: list[dict[str, Any]]
    lipsync: list[dict[str, Any]]
    conversations: list[Room]


class Control:
    """What guests do in rooms, and what tests set and want to know. Raises ControlError for what is refused.

    Serves for any sandbox on this machine, given its URL.
    """

    def __init__(self, url: str) -> None:
        # The sandbox is on this machine: reached directly, whatever proxy the environment names.
        self._client = httpx.Client(base_url=url, trust_env=False, headers={"content-type": "application/json"})

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
        return cast("Room", self._answer("GET", f"/rooms/{conversation_id}"))

    def books(self) -> Books:
        """Return the sandbox's books."""
        return cast("Books", self._get("/books"))

    def conversations(self) -> list[Room]:
        """Return every conversation that ever was, in the order in which they were opened."""
        return self.books()["conversations"]

    def calls(self) -> list[Call]:
        """Return the calls that Tavus's paths received, oldest first."""
        return [_read(call) for call in self._get("/calls")]

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

    def set_behaviour(self, **behaviour: Unpack[BehaviourChanges]) -> None:
        """Change what is named of the behaviour; what is under way keeps its time."""
        self._post("/behaviour", behaviour)

    def seed(self, **seeds: Unpack[Seeds]) -> Seeded:
        """Add conversations and objects of any kind with any of Tavus's fields, and return them; what they lack is filled in.

        A conversation takes the fields of a create call, and `age`: how many seconds ago that was. Where it is older than its
        timeouts it has ended by now. Nothing of it appears among the calls.
        """
        return cast("Seeded", self._post("/seed", {kind: list(cast("Any", seed)) for kind, seed in seeds.items()}))

    def objects(self, kind: Kind) -> list[dict[str, Any]]:
        """Return every object of a kind that ever was, in the order of their creation, with all that Tavus knows of them.

        `deleted` is None, `soft` or `hard`; `seeded` are those that came to be without a call.
        """
        return cast("list[dict[str, Any]]", self._get("/objects")[kind])

    def left(self) -> dict[str, list[str]]:
        """Return the ids of all that calls have created and that was not deleted, by kind; no kind without any."""
        found = {kind: [one["id"] for one in every if _is_left(one)] for kind, every in self._get("/objects").items()}
        return {kind: ids for kind, ids in found.items() if ids}

    def fail_training(self, error: str = "The face is not visible.", replica_id: str | None = None) -> None:
        """Let the training of a replica fail, or that of the next one that is created, when it would have been done."""
        self._fail("replicas", error, replica_id)

    def fail_document(self, error: DocumentError, document_id: str | None = None) -> None:
        """Let the processing of a document fail, or that of the next one, when it would have been done."""
        self._fail("documents", error, document_id)

    def inject(self, operation: Operation | None = None, /, **rule: Unpack[Rule]) -> Fault:
        """Arm a fault for calls of this kind, or for those that `method` and `path` name, and return it.

            control.inject("create", status=503, retry_after=2)               # the next create is refused
            control.inject("create", close="rst", when="after")               # it takes effect, its answer is lost
            control.inject("list", lag_calls=2, times=None)                   # what is new shows in the third list
            control.inject(status=500, probability=0.1, seed=7)               # any call, one in ten, the same each time

        All faults that are due hit a call together. Only of those that settle how it is answered (status, json, text, close,
        truncate, slow) the one armed first does so, and the others wait for the calls that follow. The key of a call is looked
        at after that.
        """
        return cast("Fault", self._post("/faults", {**rule, **({"operation": operation} if operation else {})}))

    def hold(self, operation: Operation | None = None, /, when: When = "before", **which: Unpack[Which]) -> Fault:
        """Arm a fault that holds a call before or after it is processed, until `release`."""
        return self.inject(operation, hold=True, when=when, **which)

    def wait_held(self, timeout: float = 30, count: int = 1) -> list[Held]:
        """Wait until so many calls are held and return them all, the first to come first; fail after `timeout` seconds."""
        body = {"timeout": timeout, "count": count}
        return [_held(one) for one in self._answer("POST", "/sandbox/held/wait", body, timeout)]

    def held(self) -> list[Held]:
        """Return the calls that are held now."""
        return [_held(one) for one in self._get("/held")]

    def release(self, held_id: str | None = None, *, drop: bool = False) -> list[Held]:
        """Let one held call go, or all, and return them once they have been processed.

        A call whose client has gone is processed all the same, as Tavus would: it arrived. With `drop` none is, if it was held
        before that, and its connection ends without an answer.
        """
        given = {"drop": drop, **({"held_id": held_id} if held_id else {})}
        return [_held(one) for one in self._post("/held/release", given)]

    def faults(self) -> list[Fault]:
        """Return the faults since the last reset or clearing, the ones that are used up too."""
        return cast("list[Fault]", self._get("/faults"))

    def clear_faults(self) -> None:
        """Disarm and forget all faults; calls that are held or delayed go on and are processed when this returns."""
        self._answer("DELETE", "/sandbox/faults")

    def reset(self) -> None:
        """Return to the state of a fresh sandbox."""
        self._post("/reset", {})

    def _fail(self, kind: Kind, error: str, id_: str | None) -> None:
        self._post("/failures", {"kind": kind, "error": error, **({"id": id_} if id_ else {})})

    def _in_room(self, conversation_id: str, action: str, **guest: str | None) -> Room:
        given = {name: value for name, value in guest.items() if value is not None}
        return cast("Room", self._answer("POST", f"/rooms/{conversation_id}/{action}", given))

    def _get(self, path: str) -> Any:
        return self._answer("GET", f"/sandbox{path}")

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._answer("POST", f"/sandbox{path}", body)

    def _answer(self, method: str, path: str, body: Mapping[str, Any] = MappingProxyType({}), patience: float = 0) -> Any:
        response = self._client.request(method, path, content=dumps(dict(body)), timeout=_TIMEOUT + patience)
        said = response.json()
        if response.is_error:
            raise ControlError(said.get("message") or said.get("error"))
        return said


def _held(held: Mapping[str, Any]) -> Held:
    return cast("Held", {**held, "call": _read(held["call"])})


def _is_left(booked: Mapping[str, Any]) -> bool:
    return not (booked["deleted"] or booked["seeded"])


def _read(call: Mapping[str, Any]) -> Call:
    return cast("Call", {**call, "body": _parsed(call["body"])})


def _parsed(body: str) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body
