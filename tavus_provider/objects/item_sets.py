"""What guardrails and objectives share: a set of items under one id, of which Tavus's answers may show a single one.

Source: Tavus API reference, Guardrails and Objectives: created as a list `data`, shown as one object, patched at `/data/0/…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..lifecycle.base import Props
from ..lifecycle.tavus_object import TavusObjectLifecycle


class ItemSetLifecycle(TavusObjectLifecycle):
    """Base of the lifecycles of such sets; `item_name` is the member that names an item."""

    item_name: ClassVar[str]

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the set with its items; if the answer has one of several, the others keep their known values."""
        data = answer.get("data", answer)
        items = data if isinstance(data, list) else self._put_item(data, known.get("data") or [])
        return {"created_at": items[0].get("created_at") if items else None, **answer, "data": items}

    def _put_item(self, item: Mapping[str, Any], known: list[Any]) -> list[Any]:
        """Return the known items; this one replaces the item of its name, or the first."""
        if not item.get(self.item_name):
            return []
        names = [each.get(self.item_name) for each in known]
        place = names.index(item[self.item_name]) if item[self.item_name] in names else 0
        return [*known[:place], item, *known[place + 1 :]]
