"""Answers of Tavus, distinguished from those that a proxy or gateway gives in its place.

A gateway may answer after Tavus did what was asked, so its answer says nothing. Tavus's own errors are documented: a JSON object
whose only members are `error` or `message`, under a few statuses; one with `conflict` also names a state that the call would
overwrite, one with `used_by` counts what needs the object. Sources: Tavus API reference, the answers of each call; Tavus docs,
PAL Editing Lifecycle; for 402, answers that public projects report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .call import Call
from .errors import ForeignAnswer, OutcomeUnknown

if TYPE_CHECKING:
    import httpx

_LONGEST = 500
"""Characters of a message that an error repeats."""
_LONGEST_FOREIGN = 120
"""The same of an answer that is not Tavus's, which is often a page."""

_REFUSALS = (400, 401, 402, 409, 422, 429)
"""Statuses of Tavus's refusals, beside 404 for a call about one object."""

_PASSING = (408, 425, 429)
"""Statuses by which a gateway says that the same call may succeed later. Source: RFC 9110, RFC 8470, RFC 6585."""


def read_refusal(call: Call, response: httpx.Response) -> str | None:
    """Return the message of Tavus's own error; None where somebody else gave the answer. Any 5xx counts as Tavus's."""
    content = _parse_object(response) or {}
    conflict = content.get("conflict") or _count_users(content)
    message = content.get("error") or content.get("message") or conflict
    if response.status_code >= 500:
        return str(message) if message else read_text(response)
    is_documented = response.status_code in _REFUSALS or (response.status_code == 404 and bool(call.id_field))
    is_own = isinstance(message, str) and (isinstance(conflict, str) or content.keys() <= {"error", "message"})
    if not (is_own and is_documented):
        return None
    return f"{message} ({conflict})" if conflict and conflict != message else str(message)


def _count_users(content: dict[str, Any]) -> str | None:
    """Return how much of each kind uses an object that is therefore not deleted; None where the answer does not count that."""
    users = content.get("used_by")
    return f"used by {', '.join(f'{count} {kind}' for kind, count in users.items())}" if isinstance(users, dict) else None


def read_content(call: Call, response: httpx.Response) -> dict[str, Any]:
    """Return the object in a successful answer.

    Raises ForeignAnswer or OutcomeUnknown for one that Tavus does not give to this call, or that lacks what the call needs.
    """
    if not response.content.strip():
        if not _is_documented_empty(call, response):
            raise foreign_answer(call, response, "")
        return {}
    content = _parse_object(response)
    if content is None or call.empty:
        raise foreign_answer(call, response, "no JSON object" if content is None else "a body, where Tavus sends none")
    if call.holds and not isinstance(content.get(call.holds[0]), call.holds[1]):
        raise OutcomeUnknown.from_answer(call.doing, f"{response.status_code}, no {call.holds[0]!r} in it")
    return content


def foreign_answer(call: Call, response: httpx.Response, text: str, wait: float | None = None) -> ForeignAnswer:
    """Return the error for an answer that is not Tavus's own; `wait`: seconds that it asked to wait."""
    is_passing = response.is_success or response.status_code in _PASSING
    shown = text if len(text) <= _LONGEST_FOREIGN else f"{text[:_LONGEST_FOREIGN]}…"
    return ForeignAnswer(call.doing, response.status_code, shown, is_passing=is_passing, retry_after=wait)


def read_text(response: httpx.Response) -> str:
    """Return the beginning of an answer's text, or the name of its status."""
    return " ".join(response.text[: 2 * _LONGEST].split()) or response.reason_phrase


_URL = re.compile(r"(https?://)(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)[^\s'\"]*", re.IGNORECASE)


def redact(message: str, keys: list[str]) -> str:
    """Return a message without keys and without all of an address except its host, and cut to a readable length."""
    for key in keys:
        message = message.replace(key, "***")
    # The user's addresses may hold tokens; Tavus's own say what to read.
    message = _URL.sub(lambda url: url[0] if url[2].endswith("tavus.io") else f"{url[1]}{url[2]}/***", message)
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def _is_documented_empty(call: Call, response: httpx.Response) -> bool:
    """Tell whether Tavus answers to this call without a body under this status, and without naming a type of content."""
    if response.status_code == 304:
        return call.method == "PATCH"  # not modified: it is already as the request wants it
    if call.method == "GET" or call.holds:
        return False
    is_typed = not response.headers.get("content-type", "application/json").startswith("application/json")
    return response.status_code == (call.empty or 200) and not is_typed


def _parse_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        content = response.json()
    except (ValueError, RecursionError):  # the latter for thousands of nested brackets
        return None
    return content if isinstance(content, dict) else None
