"""What a fault is: which calls it hits, how many of them, and what happens to those.

`Rule` is what `Control.inject` takes and what POST /sandbox/faults takes as JSON, with `operation` beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict, cast, get_args

from tavus_provider.sandbox.calls import Call
from tavus_provider.sandbox.clock import CENTURY
from tavus_provider.sandbox.errors import ApiError
from tavus_provider.sandbox.schemas import STRING, Schema, only, validate

Operation = Literal["create", "list", "get", "end", "delete", "list_personas", "get_persona", "list_replicas", "get_replica"]
"""A call by its purpose; the first five are those on conversations."""

When = Literal["before", "after"]
"""On which side of the processing: `before`, the call has arrived and done nothing; `after`, all but its answer is done."""

OPERATIONS: Mapping[Operation, tuple[str, str]] = {
    "create": ("POST", "/v2/conversations"),
    "list": ("GET", "/v2/conversations"),
    "get": ("GET", "/v2/conversations/*"),
    "end": ("POST", "/v2/conversations/*/end"),
    "delete": ("DELETE", "/v2/conversations/*"),
    "list_personas": ("GET", "/v2/personas"),
    "get_persona": ("GET", "/v2/personas/*"),
    "list_replicas": ("GET", "/v2/replicas"),
    "get_replica": ("GET", "/v2/replicas/*"),
}


class Which(TypedDict, total=False):
    """Which calls are hit, and how many of them; any call, once, unless something is said.

    method: the HTTP method, such as `POST`.
    path: the path; `*` stands for any part of it without a slash.
    contains: a text that the request's body contains, such as the name of one conversation.
    skip: how many of these calls pass first, 0 by default.
    times: how many are hit, None for all; by default 1, or all where a probability is given.
    probability: the chance (0 to 1) of each call to be hit, drawn with `seed` (0 by default) call by call, so that the
        same calls in the same order are hit again.
    """

    method: str
    path: str
    contains: str
    skip: int
    times: int | None
    probability: float
    seed: int


class Rule(Which, total=False):
    """Which calls a fault hits and what it does to them; several effects add up.

    when: `before` (the default) or `after` the call is processed. A call that gets another answer, or none, before it is
        processed has no effect; after that it has had its effect, and only its answer is lost.
    delay: seconds of real time that the call waits there.
    hold: whether the call waits there until it is released.
    status, json, text: the answer instead of Tavus's own: a status (200 by default) with a JSON or a raw body; by default
        the status's name under `message`.
    retry_after: Retry-After of that answer: seconds, or any text.
    retry_after_date: the same as an HTTP date, in seconds from Tavus's now.
    close: the connection ends without an answer, with TCP's FIN or RST.
    truncate: how many bytes of the body arrive before the connection ends, although Content-Length told more. An answer that
        has no body, such as 204, does not arrive at all.
    slow: seconds over which the body is spread, byte by byte, or in a hundred pieces a second where it is longer.
    lag: conversations younger than this (seconds of the sandbox's clock) are unknown to the call.
    lag_calls: conversations are unknown to this many calls that the fault hits after they came to be.
    skew: seconds by which the clock of the Tavus that answers is ahead of the sandbox's: in the Date header, and for good
        in the times of a conversation that the call creates.
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


ANSWERS: Final = ("status", "json", "text")
"""What makes an answer of the fault's own."""

SETTLING: Final = (*ANSWERS, "close", "truncate", "slow")
"""What settles how a call is answered: only one fault can do that to a call."""

_EFFECTS: Final = (*SETTLING, "delay", "hold", "lag", "lag_calls", "skew")
_LONGEST = 3600
_NATURAL: Schema = {"type": "integer", "minimum": 0, "maximum": 10**9}
_SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": _LONGEST}
_SHIFT: Schema = {"type": "number", "minimum": -CENTURY, "maximum": CENTURY}

_SCHEMA: Schema = {
    **only(
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
        hold={"const": True},
        status={"type": "integer", "minimum": 200, "maximum": 599},
        json=True,
        text=STRING,
        retry_after={"type": ["number", "string"], "pattern": "^[ -~]*$"},
        retry_after_date=_SHIFT,
        close={"enum": ["fin", "rst"]},
        truncate=_NATURAL,
        slow=_SECONDS,
        lag={**_SHIFT, "minimum": 0},
        lag_calls=_NATURAL,
        skew=_SHIFT,
    ),
    "dependentRequired": {"retry_after": ["status"], "retry_after_date": ["status"], "seed": ["probability"]},
}


def rule_of(body: object) -> Rule:
    """Return the rule that a request describes, its operation as method and path. Raises ApiError (400)."""
    given = dict(validate(body, _SCHEMA))
    _refuse_contradictions(given)
    if "operation" in given:
        given["method"], given["path"] = OPERATIONS[given.pop("operation")]
    return cast("Rule", given)


def _refuse_contradictions(given: Mapping[str, Any]) -> None:
    if not given.keys() & set(_EFFECTS):
        raise ApiError(400, f"a fault needs an effect: one of {', '.join(_EFFECTS)}")
    for first, others in (("operation", ("method", "path")), ("json", ("text",)), ("close", (*ANSWERS, "truncate", "slow"))):
        second = next((other for other in others if other in given), None)
        if first in given and second:
            raise ApiError(400, f"{first} and {second} exclude each other")


def concerns(rule: Rule, call: Call) -> bool:
    """Say whether the call is one of those that the rule names."""
    return (
        rule.get("method", call.method) == call.method
        and _fits(rule.get("path", call.path), call.path)
        and rule.get("contains", "") in call.body
    )


def _fits(pattern: str, path: str) -> bool:
    return pattern == path or re.fullmatch("[^/]+".join(map(re.escape, pattern.split("*"))), path) is not None
