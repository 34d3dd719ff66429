"""What guardrails and objectives share: a set of items under one id, of which Tavus's answers may show a single one.

Source: Tavus API reference, Guardrails and Objectives: created as a list `data`, shown as one object, patched at `/data/0/…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..lifecycle.base import Props
from ..lifecycle.tavus_object import TavusObjectLifecycle


class ItemSetLifecycle(TavusObjectLifecycle):
    """Base of what such sets do; `item_name` is the member that names an item."""

    item_name: ClassVar[str]

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the set with its items; where the answer shows one of several, the others are as known."""
        told = answer.get("data", answer)
        items = told if isinstance(told, list) else self._among(told, known.get("data") or [])
        return {"created_at": items[0].get("created_at") if items else None, **answer, "data": items}

    def _among(self, told: Mapping[str, Any], known: list[Any]) -> list[Any]:
        """Return the known items with the one that is told in the place of its namesake, or of the first."""
        if not told.get(self.item_name):
            return []
        names = [item.get(self.item_name) for item in known]
        place = names.index(told[self.item_name]) if told[self.item_name] in names else 0
        return [*known[:place], told, *known[place + 1 :]]
