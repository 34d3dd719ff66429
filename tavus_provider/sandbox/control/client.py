"""Client of the control paths and of the rooms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self, Unpack, cast

import httpx

from ..api.json_body import dumps
from ..faults.fault_spec import CallFilter, FaultSpec, When
from ..faults.operations import Operation
from ..objects.document_errors import DocumentError
from .data import (
    BehaviorChanges,
    Books,
    Call,
    Delivery,
    Fault,
    HeldCall,
    Kind,
    LimitChanges,
    Recording,
    Room,
    SeededObjects,
    Seeds,
)

_TIMEOUT = 60.0


class ControlError(Exception):
    """Refusal of a control path; the text says why."""


class ControlClient:
    """Client of any sandbox on this machine: participants in rooms, time, settings, faults, and what has happened.

    Every method raises ControlError where the sandbox refuses the request.
    """

    def __init__(self, url: str) -> None:
        # The sandbox is on this machine, which a proxy from the environment could not reach.
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
        """Let a participant join the room; a private room asks for its meeting token."""
        return self._act_in_room(conversation_id, "join", participant=participant, token=token)

    def leave(self, conversation_id: str, participant: str | None = None) -> Room:
        """Let a participant leave, by default the one who joined last."""
        return self._act_in_room(conversation_id, "leave", participant=participant)

    def start_recording(self, conversation_id: str) -> Room:
        """Start a recording, as a participant does."""
        return self._act_in_room(conversation_id, "start_recording")

    def stop_recording(self, conversation_id: str) -> Room:
        """Stop the recording."""
        return self._act_in_room(conversation_id, "stop_recording")

    def room(self, conversation_id: str) -> Room:
        """Return the state of a room."""
        return cast("Room", self._request("GET", f"/rooms/{conversation_id}"))

    def books(self) -> Books:
        """Return all conversations with their billed seconds."""
        return cast("Books", self._get("/books"))

    def conversations(self) -> list[Room]:
        """Return every conversation that ever was, in the order of creation."""
        return self.books()["conversations"]

    def calls(self) -> list[Call]:
        """Return the calls to Tavus's paths, oldest first."""
        return [_parse_call(call) for call in self._get("/calls")]

    def webhooks(self) -> list[Delivery]:
        """Return the webhooks, once all are delivered or dropped."""
        return cast("list[Delivery]", self._get("/webhooks"))

    def recordings(self) -> list[Recording]:
        """Return the recordings, once all that have stopped are saved."""
        return cast("list[Recording]", self._get("/recordings"))

    def advance(self, seconds: float) -> str:
        """Advance the clock and return the new time; changes that come due happen in order, each at its own time."""
        return str(self._post("/clock", {"advance": seconds})["now"])

    def set_limits(self, **limits: Unpack[LimitChanges]) -> None:
        """Change these limits; the others stay."""
        self._post("/limits", limits)

    def set_behavior(self, **behavior: Unpack[BehaviorChanges]) -> None:
        """Change these parts of the behavior; work in progress keeps its duration."""
        self._post("/behaviour", behavior)

    def seed(self, **seeds: Unpack[Seeds]) -> SeededObjects:
        """Add conversations and objects of any kind with any of Tavus's fields, and return them with defaults.

        A conversation takes the fields of a create call, and `age`: how many seconds ago it was created. One that is older
        than its timeouts has ended by now. Seeds do not appear among the calls.
        """
        return cast("SeededObjects", self._post("/seed", {kind: list(cast("Any", seed)) for kind, seed in seeds.items()}))

    def edit_in_maker(self, persona_id: str, **fields: Any) -> None:
        """Change these fields of a persona as somebody does it in PAL Maker.

        The change is live at once, or a draft where the persona is deployed: once a conversation was created with it, or with
        layers.conferencing.
        """
        self._post("/maker", {"persona_id": persona_id, "fields": fields})

    def objects(self, kind: Kind) -> list[dict[str, Any]]:
        """Return every object of a kind that ever was, in the order of creation, with all fields that Tavus knows.

        `deleted` is None, `soft` or `hard`; `seeded` is whether it was added without a call.
        """
        return cast("list[dict[str, Any]]", self._get("/objects")[kind])

    def undeleted_ids(self) -> dict[str, list[str]]:
        """Return the ids of objects that calls have created and not deleted, by kind; kinds without any are left out."""
        found = {kind: [one["id"] for one in every if _is_undeleted(one)] for kind, every in self._get("/objects").items()}
        return {kind: ids for kind, ids in found.items() if ids}

    def fail_training(self, error: str = "The face is not visible.", replica_id: str | None = None) -> None:
        """Let the training of this replica fail, or of the next one that is created, at the time when it would be done."""
        self._fail("replicas", error, replica_id)

    def fail_document(self, error: DocumentError, document_id: str | None = None) -> None:
        """Let the processing of this document fail, or of the next one, at the time when it would be done."""
        self._fail("documents", error, document_id)

    def fail_voice(self, error: str = "The recording has no speech.", voice_id: str | None = None) -> None:
        """Let the training of this voice fail, or of the next one that is created, at the time when it would be done."""
        self._fail("voices", error, voice_id)

    def inject(self, operation: Operation | None = None, /, **spec: Unpack[FaultSpec]) -> Fault:
        """Arm a fault for calls of this operation, or of this `method` and `path`, and return it.

            control.inject("create", status=503, retry_after=2)               # the next create is refused
            control.inject("create", close="rst", when="after")               # it has its effect, but its answer is lost
            control.inject("list", lag_calls=2, times=None)                   # a new conversation appears in the third list
            control.inject(status=500, probability=0.1, seed=7)               # any call, one in ten, the same each time

        All faults that are due hit a call together, but only one of those that decide its answer (status, json, text, close,
        truncate, slow): the one armed first. The others wait for later calls. The key of a call is checked after that.
        """
        return cast("Fault", self._post("/faults", {**spec, **({"operation": operation} if operation else {})}))

    def hold(self, operation: Operation | None = None, /, when: When = "before", **calls: Unpack[CallFilter]) -> Fault:
        """Arm a fault that holds a call before or after it is processed, until `release`."""
        return self.inject(operation, hold=True, when=when, **calls)

    def wait_for_held(self, timeout: float = 30, count: int = 1) -> list[HeldCall]:
        """Return the held calls, oldest first, once there are `count`. Raises ControlError after `timeout` seconds."""
        body = {"timeout": timeout, "count": count}
        return [_parse_held(one) for one in self._request("POST", "/sandbox/held/wait", body, timeout)]

    def held_calls(self) -> list[HeldCall]:
        """Return the calls that are held now."""
        return [_parse_held(one) for one in self._get("/held")]

    def release(self, held_id: str | None = None, *, drop: bool = False) -> list[HeldCall]:
        """Release one held call, or all, and return them once they are processed.

        A call whose client has gone is processed too, as Tavus would process it. With `drop`, calls that are held before their
        processing are not processed, and all connections end without an answer.
        """
        body = {"drop": drop, **({"held_id": held_id} if held_id else {})}
        return [_parse_held(one) for one in self._post("/held/release", body)]

    def faults(self) -> list[Fault]:
        """Return the faults since the last reset or `clear_faults`, also those that are used up."""
        return cast("list[Fault]", self._get("/faults"))

    def clear_faults(self) -> None:
        """Disarm and forget all faults; held and delayed calls go on, and are processed when this returns."""
        self._request("DELETE", "/sandbox/faults")

    def reset(self) -> None:
        """Return to the state of a fresh sandbox."""
        self._post("/reset", {})

    def _fail(self, kind: Kind, error: str, id_: str | None) -> None:
        self._post("/failures", {"kind": kind, "error": error, **({"id": id_} if id_ else {})})

    def _act_in_room(self, conversation_id: str, action: str, **participant: str | None) -> Room:
        body = {name: value for name, value in participant.items() if value is not None}
        return cast("Room", self._request("POST", f"/rooms/{conversation_id}/{action}", body))

    def _get(self, path: str) -> Any:
        return self._request("GET", f"/sandbox{path}")

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._request("POST", f"/sandbox{path}", body)

    def _request(self, method: str, path: str, body: Mapping[str, Any] = MappingProxyType({}), more_time: float = 0) -> Any:
        # dumps writes ASCII, so that half surrogates can be sent too.
        response = self._client.request(method, path, content=dumps(dict(body)), timeout=_TIMEOUT + more_time)
        answer = response.json()
        if response.is_error:
            # The control paths of the sandbox use `error`, unknown paths and rooms `message`.
            raise ControlError(answer.get("message") or answer.get("error"))
        return answer


def _parse_held(held: Mapping[str, Any]) -> HeldCall:
    return cast("HeldCall", {**held, "call": _parse_call(held["call"])})


def _is_undeleted(entry: Mapping[str, Any]) -> bool:
    return not (entry["deleted"] or entry["seeded"])


def _parse_call(call: Mapping[str, Any]) -> Call:
    return cast("Call", {**call, "body": _parse_body(call["body"])})


def _parse_body(body: str) -> Any:
    try:
        return json.loads(body) if body else None
    # Tests send any bytes, also JSON that is nested too deeply to be read.
    except (ValueError, RecursionError):
        return body
