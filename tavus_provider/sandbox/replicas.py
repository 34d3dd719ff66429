"""Replicas: the ones every account starts with, and how they are shown.

Source: Tavus API reference, Get Replica and List Replicas.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from tavus_provider.sandbox.clock import iso
from tavus_provider.sandbox.schemas import STRING, Schema

Replica = dict[str, Any]

_SHOWN = (
    "replica_id",
    "replica_name",
    "thumbnail_video_url",
    "training_progress",
    "status",
    "created_at",
    "updated_at",
    "error_message",
    "model_name",
)
_NOT_LISTED = ("updated_at", "error_message")

SEED: tuple[Replica, ...] = (
    {"replica_id": "r90bbd427f71", "replica_name": "Anna", "replica_type": "system", "model_name": "phoenix-3"},
    {"replica_id": "rf4e9d9790f0", "replica_name": "Charlie", "replica_type": "system", "model_name": "phoenix-4"},
    {"replica_id": "r4a1b2c3d4e5", "replica_name": "Our Host", "replica_type": "user"},
    {
        "replica_id": "r5b2c3d4e5f6",
        "replica_name": "Still Training",
        "replica_type": "user",
        "status": "started",
        "training_progress": "40/100",
    },
    {
        "replica_id": "r6c3d4e5f6a7",
        "replica_name": "Badly Lit",
        "replica_type": "user",
        "status": "error",
        "training_progress": "0/100",
        "error_message": "The face is not visible throughout the training video.",
    },
)

SEED_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "replica_id": {"type": "string", "minLength": 1},
        "replica_name": STRING,
        "replica_type": {"enum": ["user", "system"]},
        "status": {"enum": ["started", "completed", "error"]},
        "training_progress": STRING,
        "error_message": {"type": ["string", "null"]},
        "model_name": STRING,
        "thumbnail_video_url": STRING,
    },
}


def complete(replica: Mapping[str, Any], now: float) -> Replica:
    """Return the replica with what Tavus would have added: id, name, training, dates."""
    added = {
        "replica_id": f"r{secrets.token_hex(6)}",
        "replica_name": "Replica",
        "replica_type": "user",
        "status": "completed",
        "training_progress": "100/100",
        "error_message": None,
        "model_name": "phoenix-4",
        "thumbnail_video_url": "https://cdn.example.com/thumbnail.mp4",
    }
    return {**added, "created_at": iso(now), "updated_at": iso(now), **replica}


def shown(replica: Replica, verbose: bool) -> dict[str, Any]:
    """Return what GET tells of a replica; its type only when verbose."""
    fields = (*_SHOWN, "replica_type") if verbose else _SHOWN
    return {field: replica[field] for field in fields}


def listed(replicas: Mapping[str, Replica], query: Mapping[str, str], verbose: bool) -> list[dict[str, Any]]:
    """Return the replicas that the filters let through, newest first."""  # assumed: list-order, unknown-filter
    ids = query["replica_ids"].split(",") if query.get("replica_ids") else None
    found = [
        shown(one, verbose)
        for one in reversed(list(replicas.values()))
        if query.get("replica_type") in (None, one["replica_type"])
        and query.get("model_name") in (None, one["model_name"])
        and (ids is None or one["replica_id"] in ids)
    ]
    return [{field: value for field, value in one.items() if field not in _NOT_LISTED} for one in found]
