"""Lists of conversations, as a table for people and as JSON for machines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from ...journal.search import created_at
from ...lifecycle.base import Props
from ..comparison.attribution import Attribution
from ..terminal import format_count, format_table

_COPIED = ("conversation_id", "conversation_name", "status", "persona_id", "replica_id", "created_at")
_COLUMNS = {
    "conversation_id": "ID",
    "conversation_name": "NAME",
    "status": "STATUS",
    "persona_id": "PERSONA",
    "replica_id": "REPLICA",
    "created_at": "CREATED",
    "age_seconds": "AGE",
    "billed_seconds": "BILLED",
}
_ORPHAN_COLUMNS = {
    "conversation_id": "ID",
    "conversation_name": "NAME",
    "age_seconds": "AGE",
    "billed_seconds": "BILLED",
    "kind": "KIND",
    "reason": "REASON",
}
_LONGEST = 60
"""Characters of a value in a table; JSON has all of it."""


def conversation_row(conversation: Props, now: float) -> dict[str, Any]:
    """Return the row of a conversation, under Tavus's names; None where Tavus does not say it.

    now: Tavus's time in seconds since 1970. age_seconds: since its creation. billed_seconds: cost of an active one so far, which
    is its age whether anybody joined or not. Source: Tavus docs, "Conversation Overview", credits.
    """
    age = now - created_at(conversation)
    seconds = max(0, round(age)) if math.isfinite(age) else None
    active = conversation.get("status") == "active"
    copied = {name: conversation.get(name) for name in _COPIED}
    return {**copied, "age_seconds": seconds, "billed_seconds": seconds if active else None}


def attribution_row(attribution: Attribution, now: float) -> dict[str, Any]:
    """Return the row of a conversation that was compared with states and journal."""
    return {
        **conversation_row(attribution.conversation, now),
        "kind": str(attribution.kind),
        "reason": attribution.reason,
        "stack": attribution.stack or None,
        "resource": attribution.resource or None,
    }


def to_table(rows: Sequence[dict[str, Any]], adjective: str) -> list[str]:
    """Return the lines of the rows as a table, and below it how many are active ("2 active conversations") and their cost."""
    columns = _ORPHAN_COLUMNS if rows and "kind" in rows[0] else _COLUMNS
    cells = [[_to_cell(name, row[name]) for name in columns] for row in rows]
    return [*format_table(list(columns.values()), cells), _describe_total(rows, adjective)]


def _describe_total(rows: Iterable[dict[str, Any]], adjective: str) -> str:
    billed = [row["billed_seconds"] or 0 for row in rows if row["status"] == "active"]
    total = format_count(len(billed), f"{adjective} conversation")
    return f"{total}, {timedelta(seconds=sum(billed))} billed so far" if billed else total


def _to_cell(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name.endswith("_seconds"):
        return str(timedelta(seconds=value))
    text = str(value)
    # A reason is what a table of orphans is printed for, and none is as long as a name can be.
    return text if name == "reason" or len(text) <= _LONGEST else text[:_LONGEST] + "…"
