"""
Opening a conversation so that none is ever opened twice.

Creating is not idempotent and has no key. Where the answer is lost, the active conversations are searched before another one is
created; where the role for recordings cannot be assumed, no conversation came about, and it is tried again for a while.
"""

from __future__ import annotations

import time
from datetime import datetime

from ..api.client import Call, TavusClient
from ..api.errors import OutcomeUnknown, RoleNotAssumable, ServerError, TavusError
from ..api.retry import retrying
from ..engine.lifecycle import Props
from ..engine.settings import Settings

_PATH = "/v2/conversations"
_CLOCK_MARGIN = 5.0
"""Seconds by which Tavus's clock may be behind ours."""
_SETTLE = 1.0
"""Seconds given to a request whose answer was lost before the list is asked for it."""


def open_conversation(client: TavusClient, body: Props, settings: Settings) -> Props:
    """
    Create the conversation that `body` describes and return Tavus's answer, or its list entry where the answer was lost.

    Raises the error of the call that failed. A role that was just created can be refused for some seconds, so exactly that
    refusal is tried again for `settings.role_timeout` seconds. Source: AWS IAM User Guide, "Troubleshoot IAM".
    """
    return retrying(lambda: _opened(client, body, settings.retry_timeout), (RoleNotAssumable,), settings.role_timeout)


def _opened(client: TavusClient, body: Props, timeout: float) -> Props:
    began = time.time()

    def attempt() -> Props:
        try:
            return _posted(client, body)
        except (OutcomeUnknown, ServerError):
            found = _searched(client, body, began)
            if found is None:
                raise
            return found

    return retrying(attempt, (OutcomeUnknown, ServerError), timeout)


def _posted(client: TavusClient, body: Props) -> Props:
    answer = client.send(Call("POST", _PATH, _doing(body), repeatable=False), body)
    if not answer.get("conversation_id"):
        raise OutcomeUnknown(f"could not {_doing(body)}: Tavus answered without a conversation_id")
    return answer


def _searched(client: TavusClient, body: Props, began: float) -> Props | None:
    """Look for the conversation whose answer was lost; None where it was not created."""
    time.sleep(_SETTLE)
    call = Call("GET", _PATH, f"find out whether conversation {body['conversation_name']!r} was created")
    try:
        found = [item for item in client.pages(call, "conversation_id", status="active") if _is_of(item, body, began)]
    except (OutcomeUnknown, ServerError) as error:
        raise TavusError(
            f"{error}; it may be active and billed: look at https://platform.tavus.io before the next `pulumi up`"
        ) from error
    if len(found) > 1:
        ids = ", ".join(item["conversation_id"] for item in found)
        raise TavusError(f"could not {_doing(body)}: the answer was lost, and it may be any of {ids}: end what is not yours")
    return found[0] if found else None


def _doing(body: Props) -> str:
    return f"create conversation {body['conversation_name']!r}"


def _is_of(item: Props, body: Props, began: float) -> bool:
    same = all(item.get(name) == body[name] for name in ("conversation_name", "persona_id", "replica_id") if name in body)
    return same and _created(item) >= began - _CLOCK_MARGIN


def _created(item: Props) -> float:
    """Return the time of creation in seconds since 1970; what has no readable one is taken for new."""
    try:
        return datetime.fromisoformat(item["created_at"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return float("inf")
