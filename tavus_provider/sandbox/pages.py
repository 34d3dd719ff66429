"""How lists are cut into pages; Tavus's lists number their pages in different ways.

Source: Tavus API reference, the query parameters of each list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tavus_provider.sandbox.errors import ApiError

DEFAULT_LIMIT = 10


@dataclass(frozen=True)
class Pages:
    """The way of one list.

    first: the number of the first page, 0 or 1.
    most: the highest limit, None for without; higher ones count as this one.
    told: whether the answer repeats page and limit.
    strict: whether a limit that is no positive integer is refused.
    """

    first: int = 1
    most: int | None = None
    told: bool = False
    strict: bool = False

    def cut(self, query: Mapping[str, str], items: Sequence[Any]) -> dict[str, Any]:
        """Return the page that `limit` and `page` ask for, in Tavus's envelope. Raises ApiError (400) where strict."""
        limit, page = self._limit(query), _natural(query, "page", self.first)
        page = self.first if page is None else page
        start = (page - self.first) * limit
        answer = {"data": items[start : start + limit], "total_count": len(items)}
        return {**answer, "page": page, "limit": limit} if self.told else answer

    def _limit(self, query: Mapping[str, str]) -> int:
        limit = _natural(query, "limit", 1)
        if limit is None and self.strict and "limit" in query:
            raise ApiError(400, "Invalid request: limit must be a positive integer")
        limit = DEFAULT_LIMIT if limit is None else limit
        return limit if self.most is None else min(limit, self.most)


def _natural(query: Mapping[str, str], name: str, least: int) -> int | None:
    """Return the number that the query gives, None for anything else."""  # assumed: page-values
    text = query.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and int(text) >= least else None
