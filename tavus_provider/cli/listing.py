"""
Conversations as people read them, in aligned columns, and as machines do, in JSON.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from ..conversations.calls import created_at
from ..lifecycle.lifecycle import Props
from .attribution import Attribution

_TEXTS = ("conversation_id", "conversation_name", "status", "persona_id", "replica_id", "created_at")
_LISTED = {
    "conversation_id": "ID",
    "conversation_name": "NAME",
    "status": "STATUS",
    "persona_id": "PERSONA",
    "replica_id": "REPLICA",
    "created_at": "CREATED",
    "age_seconds": "AGE",
    "billed_seconds": "BILLED",
}
_LONGEST = 60
"""Characters of a name in a table; JSON has all of it."""
_ATTRIBUTED = {
    "conversation_id": "ID",
    "conversation_name": "NAME",
    "age_seconds": "AGE",
    "billed_seconds": "BILLED",
    "kind": "KIND",
    "reason": "REASON",
}


def listed(conversation: Props, now: float) -> dict[str, Any]:
    """
    Return what is listed of a conversation, under Tavus's names; None where Tavus does not say it.

    now: Tavus's time in seconds since 1970. age_seconds: since its creation. billed_seconds: of an active one, what it has cost
    so far, which is its age whether anybody joined or not. Source: Tavus docs, "Conversation Overview", credits.
    """
    age = now - created_at(conversation)
    seconds = max(0, round(age)) if math.isfinite(age) else None
    active = conversation.get("status") == "active"
    texts = {name: conversation.get(name) for name in _TEXTS}
    return {**texts, "age_seconds": seconds, "billed_seconds": seconds if active else None}


def attributed(attribution: Attribution, now: float) -> dict[str, Any]:
    """Return what is listed of a conversation that was compared with states and journal."""
    said = {"kind": str(attribution.kind), "reason": attribution.reason}
    return {
        **listed(attribution.conversation, now),
        **said,
        "stack": attribution.stack or None,
        "resource": attribution.resource or None,
    }


def as_json(rows: Sequence[dict[str, Any]], **more: Any) -> str:
    """Return the rows as one JSON object, {"conversations": […]}, in ASCII."""
    return json.dumps({"conversations": rows, **more}, indent=2)


def as_table(rows: Sequence[dict[str, Any]], what: str) -> str:
    """Return the rows in aligned columns, and below how many are active ("2 active conversations") and what they cost."""
    columns = _ATTRIBUTED if rows and "kind" in rows[0] else _LISTED
    cells = [list(columns.values()), *([_cell(name, row[name]) for name in columns] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(_padded, line, widths)).rstrip() for line in cells] if rows else []
    return "\n".join([*lines, _total(rows, what)])


def shown(text: object) -> str:
    """Return a text with everything that is not printable escaped: a name must not move anybody's cursor."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in str(text))


def _total(rows: Iterable[dict[str, Any]], what: str) -> str:
    billed = [row["billed_seconds"] or 0 for row in rows if row["status"] == "active"]
    noun = "conversation" if len(billed) == 1 else "conversations"
    return f"{len(billed)} {what} {noun}" + (f", {timedelta(seconds=sum(billed))} billed so far" if billed else "")


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name.endswith("_seconds"):
        return str(timedelta(seconds=value))
    text = str(value)
    return shown(text if name == "reason" or len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many columns a terminal needs. Source: Unicode Standard Annex #11, East Asian Width."""
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
