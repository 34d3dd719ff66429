"""Log of the calls to Tavus's paths."""

from __future__ import annotations

import hmac
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.datastructures import Headers

_MAX_CALLS = 10_000


@dataclass
class RecordedCall:
    """One request to Tavus's paths; the key itself is never kept.

    `status` is None while the call is processed, and stays None if a fault left it unanswered. `faults` are the ids of the
    faults that hit it.
    """

    at: str
    method: str
    path: str
    query: dict[str, str]
    body: str
    key: str
    user_agent: str
    status: int | None = None
    faults: list[str] = field(default_factory=list)


@dataclass
class CallLog:
    """Calls in the order of their arrival; the last ten thousand are kept."""

    calls: deque[RecordedCall] = field(default_factory=lambda: deque(maxlen=_MAX_CALLS))

    def to_json(self) -> list[dict[str, Any]]:
        """Return the calls as plain data, oldest first."""
        # A copy, since other threads append meanwhile.
        return [asdict(call) for call in list(self.calls)]


def key_state(headers: Headers, key: str) -> str:
    """Return `valid`, `invalid` or `missing` for the header x-api-key."""  # assumed: call-log-key
    sent = headers.get("x-api-key")
    if sent is None:
        return "missing"
    return "valid" if hmac.compare_digest(sent.encode(), key.encode()) else "invalid"
