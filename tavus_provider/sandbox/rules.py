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
from tavus_provider.sandbox.spellings import older_path

Operation = Literal[
    "create",
    "list",
    "get",
    "end",
    "delete",
    "create_persona",
    "list_personas",
    "get_persona",
    "patch_persona",
    "delete_persona",
    "create_dictionary",
    "list_dictionaries",
    "get_dictionary",
    "patch_dictionary",
    "delete_dictionary",
    "create_guardrails",
    "list_guardrails",
    "get_guardrails",
    "patch_guardrails",
    "delete_guardrails",
    "create_objectives",
    "list_objectives",
    "get_objectives",
    "patch_objectives",
    "delete_objectives",
    "create_document",
    "list_documents",
    "get_document",
    "patch_document",
    "delete_document",
    "recrawl_document",
    "create_replica",
    "list_replicas",
    "get_replica",
    "rename_replica",
    "delete_replica",
    "list_voices",
    "create_video",
    "list_videos",
    "get_video",
    "rename_video",
    "delete_video",
    "create_transcription",
    "list_transcriptions",
    "get_transcription",
    "delete_transcription",
    "create_replacement",
    "list_replacements",
    "get_replacement",
    "delete_replacement",
    "create_lipsync",
    "list_lipsync",
    "get_lipsync",
    "delete_lipsync",
]
"""A call by its purpose, one for each operation of Tavus's API; the first five are those on conversations."""

When = Literal["before", "after"]
"""On which side of the processing: `before`, the call has arrived and done nothing; `after`, all but its answer is done."""

_VERBS = {
    "create": ("POST", ""),
    "list": ("GET", ""),
    "get": ("GET", "/*"),
    "patch": ("PATCH", "/*"),
    "delete": ("DELETE", "/*"),
    "rename": ("PATCH", "/*/name"),
    "recrawl": ("POST", "/*/recrawl"),
    "end": ("POST", "/*/end"),
}
_NOUNS = {"": "conversations", "dictionary": "pronunciation-dictionaries", "dictionaries": "pronunciation-dictionaries"}
_LISTS = ("guardrails", "objectives", "lipsync")


def _call(operation: str) -> tuple[str, str]:
    verb, _, noun = operation.partition("_")
    method, rest = _VERBS[verb]
    plural = noun if noun in _LISTS or verb == "list" else f"{noun}s"
    return method, f"/v2/{_NOUNS.get(noun, plural)}{rest}"


OPERATIONS: Mapping[Operation, tuple[str, str]] = {operation: _call(operation) for operation in get_args(Operation)}
"""The method and path of each."""


class Which(TypedDict, total=False):
    """Which calls are hit, and how many of them; any call, once, unless something is said.

    method: the HTTP method, such as `POST`.
    path: the path; `*` stands for any part of it without a slash. A path in the older spelling means the newer one too.
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
    lag: conversations and other objects younger than this (seconds of the sandbox's clock) are unknown to the call.
    lag_calls: they are unknown to this many calls that the fault hits after they came to be.
    skew: seconds by which the clock of the Tavus that answers is ahead of the sandbox's: in the Date header, and for good
        in the times of what the call creates.
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
    path = rule.get("path", call.path)
    return (
        rule.get("method", call.method) == call.method
        and (_fits(path, call.path) or _fits(path, older_path(call.path)))
        and rule.get("contains", "") in call.body
    )


def _fits(pattern: str, path: str) -> bool:
    return pattern == path or re.fullmatch("[^/]+".join(map(re.escape, pattern.split("*"))), path) is not None
