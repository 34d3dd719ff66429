"""Data that the control client takes and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from ..faults.fault_spec import FaultSpec, When
from ..world.behavior import FlowName, MakerDrafts, SetPointers


class Room(TypedDict):
    """A conversation in the sandbox's books, deleted or not; `billed_seconds` are those from its creation to its end.

    seeded: whether it was added without a call.
    """

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
    seeded: bool
    billed_seconds: float
    participants: list[str]
    recording: bool


class Books(TypedDict):
    """Every conversation that ever was, how many are active, and the seconds billed for all of them."""

    active: int
    billed_seconds: float
    conversations: list[Room]


class Call(TypedDict):
    """A call to Tavus's paths.

    key: `valid`, `invalid` or `missing`.
    body: the JSON value, None if there was no body, or the body as a string if it was not JSON.
    status: None while the call is processed, and for ever if a fault left it unanswered.
    faults: the ids of the faults that hit it.
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
    """A fault: its specification (`rule`), how many calls matched it, how many it hit, and how many it still will (None: all)."""

    fault_id: str
    rule: FaultSpec
    matched: int
    fired: int
    left: int | None


class HeldCall(TypedDict):
    """A call that is held `before` or `after` it is processed."""

    held_id: str
    when: When
    call: Call


class Delivery(TypedDict):
    """A webhook: its URL and body, after how many attempts it was delivered or dropped, and the HTTP status or the error."""

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


class BehaviorChanges(TypedDict, total=False):
    """Parts of the behavior to change, see `Behavior`; `training` and `processing` in seconds."""

    keeps_unknown: bool
    sets_as_lists: bool
    set_pointers: SetPointers
    masked_secrets: bool
    whole_personas: bool
    maker_drafts: MakerDrafts
    flow_name: FlowName
    training: float
    processing: float


Kind = Literal[
    "personas",
    "pronunciation_dictionaries",
    "guardrails",
    "single_guardrails",
    "objectives",
    "documents",
    "replicas",
    "deployments",
    "tools",
    "voices",
    "videos",
    "transcriptions",
    "replacements",
    "lipsync",
]
"""Kind of object other than conversations."""


class Seeds(TypedDict, total=False):
    """Objects to add, by kind, each with any of its fields."""

    personas: Sequence[Mapping[str, Any]]
    pronunciation_dictionaries: Sequence[Mapping[str, Any]]
    guardrails: Sequence[Mapping[str, Any]]
    single_guardrails: Sequence[Mapping[str, Any]]
    objectives: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]
    replicas: Sequence[Mapping[str, Any]]
    deployments: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]
    voices: Sequence[Mapping[str, Any]]
    videos: Sequence[Mapping[str, Any]]
    transcriptions: Sequence[Mapping[str, Any]]
    replacements: Sequence[Mapping[str, Any]]
    lipsync: Sequence[Mapping[str, Any]]
    conversations: Sequence[Mapping[str, Any]]


class SeededObjects(TypedDict):
    """Objects that a seed has added, with all fields."""

    personas: list[dict[str, Any]]
    pronunciation_dictionaries: list[dict[str, Any]]
    guardrails: list[dict[str, Any]]
    single_guardrails: list[dict[str, Any]]
    objectives: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    replicas: list[dict[str, Any]]
    deployments: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    voices: list[dict[str, Any]]
    videos: list[dict[str, Any]]
    transcriptions: list[dict[str, Any]]
    replacements: list[dict[str, Any]]
    lipsync: list[dict[str, Any]]
    conversations: list[Room]
