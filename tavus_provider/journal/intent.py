"""Intents: what a create is about to make, in the form in which the journal keeps it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .backend import backend_address, engine_address, is_listening
from .uptime import boot_id, uptime


@dataclass(frozen=True)
class Intent:
    """A create that was begun.

    resource: the URN. base_url: the address of Tavus and of the kind's path there, or "aws:" and the account. name: the name that
    the thing gets. unique: we chose that name, so nobody else has it. inputs: digest of the inputs. began: seconds since 1970.
    id: "" until the service has answered. kind: "conversation", "bucket", … region: that of a bucket or role, else "". backend:
    address of the state's backend. engine: address of the run that began it (see backend.py). match: other members that the thing
    must have, by name, where its name alone does not identify it. account: digits of a digest of the API key, "" at AWS.
    boot, first_try, last_try: when the first and the last call that creates it were made (see uptime.py).
    """

    resource: str
    base_url: str
    name: str
    unique: bool
    inputs: str
    began: float
    id: str = ""
    kind: str = "conversation"
    region: str = ""
    backend: str = field(default_factory=backend_address)
    engine: str = field(default_factory=engine_address)
    match: Mapping[str, str] = field(default_factory=dict, hash=False)
    account: str = ""
    boot: str = field(default_factory=boot_id)
    first_try: float = field(default_factory=uptime)
    last_try: float = field(default_factory=uptime)

    @property
    def is_in_progress(self) -> bool:
        """Whether the run that began it still goes on, so that the state may learn of it at any moment."""
        return bool(self.engine) and is_listening(self.engine)

    @property
    def is_timed(self) -> bool:
        """Whether it is known how long ago it was tried: not after a restart of the machine, or on another one."""
        return self.boot in ("", boot_id())

    def seconds_since_tries(self) -> tuple[float, float]:
        """Return how many seconds ago the first and the last call that creates it were made, by the wall clock if need be."""
        if self.boot and self.boot == boot_id():
            return uptime() - self.first_try, uptime() - self.last_try
        elapsed = max(0.0, time.time() - self.began)
        return elapsed, elapsed

    def to_json(self) -> str:
        """Return the text of the intent's file."""
        return json.dumps(vars(self), indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Intent:
        """Read the text of an intent's file; raises ValueError or TypeError where it holds anything else."""
        members: dict[str, Any] = json.loads(text)
        # Before 0.1.0 was released, files had these two members instead of `match`.
        older = {name: members.pop(name) for name in ("persona_id", "replica_id") if name in members}
        match = {name: value for name, value in older.items() if value}
        untimed = {"boot": "", "first_try": 0.0, "last_try": 0.0}
        intent = cls(**{"match": match, **untimed, **members})
        numbers = dict.fromkeys(("began", "first_try", "last_try"), (int, float))
        kinds: dict[str, Any] = {"unique": bool, "match": dict, **numbers}
        wrong = [name for name, value in vars(intent).items() if not isinstance(value, kinds.get(name, str))]
        if wrong or not all(isinstance(value, str) for value in intent.match.values()):
            raise TypeError(f"wrong types: {', '.join(wrong)}")
        return intent


def digest(inputs: object) -> str:
    """Return 16 digits by which inputs can be compared without being stored: they may hold secrets."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
