"""What guardrails and objectives share: a set of items under one id, of which Tavus's answers may show a single one.

Sources: Tavus API reference, Get Objective, Patch Objective, Get Guardrails and Patch Guardrails. Answers show a set as a list or
as one object. Patches name the items of the set (`/data/0/objective_prompt`); examples of May 2026 name the members of one item
instead (`/objective_prompt`). Tavus's own client, tavus-cli 0.11.0, reads lists and patches the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ..api.errors import ApiError, Gone
from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation, split_path
from ..lifecycle.tavus_object import TavusObjectLifecycle

MODALITIES = ("verbal", "visual", "audio")
"""What an item can be about. Source: tavus-cli 0.11.0, schemas/objective.py and guardrail.py; audio since 2026."""

_IS_PARTIAL = "__is_partial"
"""Member of ours in a set: its answer showed a single item, and may have left out others."""


class ItemSetLifecycle(TavusObjectLifecycle):
    """Base of the lifecycles of such sets; `item_name` is the member that names an item."""

    item_name: ClassVar[str]
    itemwise = ("/data",)

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the set with its items; if the answer has one of several, the others keep their known values."""
        data = answer.get("data", answer)
        is_whole = isinstance(data, list)
        items = data if is_whole else self._put_item(data, known.get("data") or [])
        partial = {} if is_whole else {_IS_PARTIAL: True}
        return {"created_at": items[0].get("created_at") if items else None, **answer, **partial, "data": items}

    def make_operations(self, document: Props, olds: Props, news: Props) -> list[Operation]:
        """Return the JSON Patch of the set; where Tavus showed one item, it first tests the names of those that it changes."""
        operations = super().make_operations(document, olds, news)
        # The place of the shown item, and all about the others, is what we knew: somebody may have moved or removed them since.
        # A test that fails lets Tavus refuse the whole patch, so that it changes no other item, and none by half.
        tests = self._make_tests(document["data"], operations) if document.get(_IS_PARTIAL) else ()
        return [*tests, *operations]

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Patch the set in one call, or else, where Tavus showed a single item and refuses that, this item alone.

        Raises the refusal of the first call if Tavus refuses both.
        """
        try:
            super().send_patch(id_, operations, news)
        except Gone:
            raise
        except ApiError as refusal:
            alone = _point_to_item(operations)
            # 400 is how Tavus refuses paths that it does not take.
            if refusal.status != 400 or not alone:
                raise
            self._patch_item(id_, alone, news, refusal)

    def _patch_item(self, id_: str, operations: list[Operation], news: Props, refusal: ApiError) -> None:
        try:
            super().send_patch(id_, operations, news)
        except ApiError as error:
            raise refusal from error

    def _make_tests(self, items: list[Any], operations: list[Operation]) -> Iterator[Operation]:
        """Yield an operation that tests the name of each item that others change or remove."""
        paths = [split_path(each["path"]) for each in operations]
        for index in sorted({int(path[1]) for path in paths if path[0] == "data" and path[1:2] and path[1].isdigit()}):
            yield {"op": "test", "path": f"/data/{index}/{self.item_name}", "value": items[index].get(self.item_name)}

    def _put_item(self, item: Mapping[str, Any], known: list[Any]) -> list[Any]:
        """Return the known items; this one replaces the item of its name, or the first."""
        if not item.get(self.item_name):
            return []
        names = [each.get(self.item_name) for each in known]
        # Tavus shows the first item, so one of an unknown name is the first, renamed.
        place = names.index(item[self.item_name]) if item[self.item_name] in names else 0
        return [*known[:place], item, *known[place + 1 :]]


def _point_to_item(operations: list[Operation]) -> list[Operation]:
    """Return operations on members of one item, with paths from that item; none where they concern anything else.

    They must begin with a test of its name: an API that patches sets would otherwise add the members to the set itself.
    """
    (first, *_), prefixes = operations, {tuple(split_path(each["path"])[:2]) for each in operations}
    if first["op"] != "test" or len(prefixes) != 1 or any(len(split_path(each["path"])) < 3 for each in operations):
        return []
    root = "/" + "/".join(prefixes.pop())
    return [{**each, "path": each["path"].removeprefix(root)} for each in operations]
