"""Specification of a fault: which calls it hits, how many of them, and its effects.

`FaultSpec` has the keyword arguments of `ControlClient.inject`, and is what POST /sandbox/faults takes as JSON, with `operation`
as a further member.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict, cast, get_args

from ..api.calls import RecordedCall
from ..api.error_answers import ErrorAnswer
from ..api.spellings import to_older_path
from ..api.times import CENTURY
from ..api.validation import STRING, Schema, closed_object, validate
from .operations import OPERATIONS, Operation

When = Literal["before", "after"]
"""Side of the processing: `before`, the call has arrived and had no effect; `after`, only its answer is missing."""


class CallFilter(TypedDict, total=False):
    """Calls that a fault hits, and how many of them; by default one call of any kind.

    method: the HTTP method, such as `POST`.
    path: the path; `*` stands for any part of it without a slash. A path in the older spelling matches the newer one too.
    contains: a string that the request's body contains, such as the name of one conversation.
    skip: how many of these calls pass first, 0 by default.
    times: how many are hit, None for all; by default 1, or all where a probability is given.
    probability: the chance (0 to 1) of each call to be hit.
    seed: of the random numbers, 0 by default; the same calls in the same order are hit again.
    """

    method: str
    path: str
    contains: str
    skip: int
    times: int | None
    probability: float
    seed: int


class FaultSpec(CallFilter, total=False):
    """Calls that a fault hits, and its effects on them; several effects add up.

    when: `before` (the default) or `after` the call is processed. A call that is answered otherwise, or not at all, before it
        is processed has no effect; after that it has had its effect, and only its answer is lost.
    delay: seconds of real time that the call waits there.
    hold: whether the call waits there until it is released.
    status, json, text: the answer that replaces Tavus's: a status (200 by default) with a JSON or a raw body; the default
        body has the status's name under `message`.
    retry_after: Retry-After of that answer: seconds, or any string.
    retry_after_date: the same as an HTTP date, in seconds from Tavus's now.
    close: the connection ends without an answer, with TCP's FIN or RST.
    truncate: how many bytes of the body arrive before the connection ends, although Content-Length says more. An answer
        without a body, such as 204, does not arrive at all.
    slow: seconds over which the body is spread, byte by byte, or in a hundred pieces a second if it is longer.
    lag: conversations and other objects younger than this (seconds of the sandbox's clock) are unknown to the call.
    lag_calls: they are unknown to this many calls that the fault hits after their creation.
    skew: seconds by which Tavus's clock is ahead of the sandbox's: in the Date header, and permanently in the times of
        what the call creates.
    """

    when: When
    delay: float
    hold: bool
    status: int
    json: Any
    text: str
    retry_after: float | str
    retry_after_date: float
    close: Literal["fin", "rst"]
    truncate: int
    slow: float
    lag: float
    lag_calls: int
    skew: float


ANSWER_EFFECTS: Final = ("status", "json", "text")
"""Effects that replace the answer."""

DELIVERY_EFFECTS: Final = (*ANSWER_EFFECTS, "close", "truncate", "slow")
"""Effects that decide how a call is answered: only one fault can do that to a call."""

_EFFECTS: Final = (*DELIVERY_EFFECTS, "delay", "hold", "lag", "lag_calls", "skew")
_LONGEST = 3600
_NATURAL: Schema = {"type": "integer", "minimum": 0, "maximum": 10**9}
_SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": _LONGEST}
_TIME_SHIFT: Schema = {"type": "number", "minimum": -CENTURY, "maximum": CENTURY}

_SCHEMA: Schema = {
    **closed_object(
        operation={"enum": list(get_args(Operation))},
        method=STRING,
        path=STRING,
        contains=STRING,
        skip=_NATURAL,
        times={"type": ["integer", "null"], "minimum": 1},
        probability={"type": "number", "minimum": 0, "maximum": 1},
        seed={"type": "integer"},
        when={"enum": list(get_args(When))},
        delay=_SECONDS,
        hold={"const": True},  # a fault that does not hold leaves the member out
        status={"type": "integer", "minimum": 200, "maximum": 599},
        json=True,
        text=STRING,
        # Printable ASCII only: a line break would start another header.
        retry_after={"type": ["number", "string"], "pattern": "^[ -~]*$"},
        retry_after_date=_TIME_SHIFT,
        close={"enum": ["fin", "rst"]},
        truncate=_NATURAL,
        slow=_SECONDS,
        lag={**_TIME_SHIFT, "minimum": 0},
        lag_calls=_NATURAL,
        skew=_TIME_SHIFT,
    ),
    "dependentRequired": {"retry_after": ["status"], "retry_after_date": ["status"], "seed": ["probability"]},
}


def parse_spec(body: object) -> FaultSpec:
    """Return the fault that a request describes, with its operation as method and path. Raises ErrorAnswer (400)."""
    spec = dict(validate(body, _SCHEMA))
    _check_effects(spec)
    if "operation" in spec:
        spec["method"], spec["path"] = OPERATIONS[spec.pop("operation")]
    return cast("FaultSpec", spec)


def _check_effects(spec: Mapping[str, Any]) -> None:
    """Refuse a fault without an effect, or with effects that exclude each other. Raises ErrorAnswer (400)."""
    if not spec.keys() & set(_EFFECTS):
        raise ErrorAnswer(400, f"a fault needs an effect: one of {', '.join(_EFFECTS)}")
    for first, others in (
        ("operation", ("method", "path")),
        ("json", ("text",)),
        ("close", (*ANSWER_EFFECTS, "truncate", "slow")),
    ):
        second = next((other for other in others if other in spec), None)
        if first in spec and second:
            raise ErrorAnswer(400, f"{first} and {second} exclude each other")


def matches(spec: FaultSpec, call: RecordedCall) -> bool:
    """Return whether the fault is meant for calls of this kind."""
    path = spec.get("path", call.path)
    return (
        spec.get("method", call.method) == call.method
        and (_matches_path(path, call.path) or _matches_path(path, to_older_path(call.path)))
        and spec.get("contains", "") in call.body
    )


# Stars are the only wildcards; whatever else the pattern has is literal.
def _matches_path(pattern: str, path: str) -> bool:
    return pattern == path or re.fullmatch("[^/]+".join(map(re.escape, pattern.split("*"))), path) is not None
