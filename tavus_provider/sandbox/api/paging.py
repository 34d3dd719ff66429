"""Pages of lists; Tavus's lists number their pages in different ways.

Source: Tavus API reference, the query parameters of each list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .error_answers import ErrorAnswer

DEFAULT_LIMIT = 10


@dataclass(frozen=True)
class Paging:
    """How one list is cut into pages.

    first: number of the first page, 0 or 1.
    max_limit: highest limit, None for no maximum; a higher limit counts as this one.
    repeats_query: whether the answer repeats page and limit.
    strict: whether a limit that is not a positive integer is refused.
    """

    first: int = 1
    max_limit: int | None = None
    repeats_query: bool = False
    strict: bool = False

    def cut(self, query: Mapping[str, str], items: Sequence[Any]) -> dict[str, Any]:
        """Return the page that `limit` and `page` ask for, in Tavus's envelope. Raises ErrorAnswer (400) where strict."""
        limit, page = self._limit(query), _read_number(query, "page", self.first)
        page = self.first if page is None else page
        start = (page - self.first) * limit
        answer = {"data": items[start : start + limit], "total_count": len(items)}
        return {**answer, "page": page, "limit": limit} if self.repeats_query else answer

    def _limit(self, query: Mapping[str, str]) -> int:
        limit = _read_number(query, "limit", 1)
        if limit is None and self.strict and "limit" in query:
            raise ErrorAnswer(400, "Invalid request: limit must be a positive integer")
        limit = DEFAULT_LIMIT if limit is None else limit
        return limit if self.max_limit is None else min(limit, self.max_limit)


def _read_number(query: Mapping[str, str], name: str, least: int) -> int | None:
    """Return the query's number if it is at least this high, else None."""  # assumed: page-values
    text = query.get(name, "")
    # Longer numbers are no page of anything, and int() refuses to read those of thousands of digits.
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and int(text) >= least else None
