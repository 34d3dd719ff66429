"""Sets of items under one id: guardrails and objectives.

Both are created from a list of items, are shown as one item or as the list, and are patched at `/data/0/…` as well as at the
root; `Behavior` can choose. Sources: Tavus API reference, Guardrails and Objectives; tavus-cli 0.11.0, tavus_objective_patch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.responses import Response

from ..api.error_answers import ErrorAnswer, invalid_id
from ..api.json_body import JsonResponse
from ..api.json_patch import Operation, PatchError
from .collection import Fields, Query
from .patchable import PatchableCollection
from .record import Record

TIMES = ("created_at", "updated_at")


class ItemSets(PatchableCollection):
    """Sets of items.

    noun: how Tavus's answers call a set.
    item_defaults: fields of an item that the body leaves out.
    """

    noun: ClassVar[str]
    item_defaults: ClassVar[Mapping[str, Any]]
    get_fields = ("data",)
    error_key = "message"
    patch_refusal = (400, "Invalid patch operation", "error")

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id: 404, or 400 where it does not begin like one."""  # assumed: id-form
        if id_.startswith(self.prefix):
            return ErrorAnswer(404, f"{self.noun} not found")
        return invalid_id(self.id_field)

    def with_defaults(self, fields: Fields) -> Fields:
        """Add defaults to the items."""
        return {"status": "active", **fields, "data": [{**self.item_defaults, **item} for item in fields.get("data", [])]}

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names, from the set or else from its first item."""
        items = [{**item, **record.select(TIMES)} for item in record.fields["data"]]
        first = items[0] if items else record.select(TIMES)
        # The contract shows one item where it has several; behavior can show all of them.
        every = {**first, **record.fields, "data": items if self.account.behavior.sets_as_lists else first}
        return {name: every[name] for name in names if name in every}

    def get_body(self, record: Record, query: Query) -> Fields:
        """Return the set, with its own fields where answers and patches are about the whole set."""
        behavior = self.account.behavior
        is_whole = behavior.sets_as_lists and behavior.set_pointers == "set"
        own = (self.id_field, "name", "allow_loops") if is_whole else ()
        return self.show(record, (*own, *self.get_fields), query)

    def parse_operations(self, body: object) -> Sequence[Operation]:
        """Return a patch's operations; those on fields of an item at the root apply to the first item. Raises PatchError."""
        operations = super().parse_operations(body)
        if self.account.behavior.set_pointers == "set":
            return operations
        return [{**one, **{key: self._point_to_item(one[key]) for key in ("path", "from") if key in one}} for one in operations]

    def validate_document(self, document: object) -> Fields:
        """Return the document after a patch, if it is valid. Raises ErrorAnswer (400)."""
        try:
            return super().validate_document(document)
        # Tavus does not say what is wrong with a patched set.
        except ErrorAnswer as refusal:
            raise ErrorAnswer(*self.patch_refusal) from refusal

    def patch_answer(self, record: Record) -> Response:
        """Return a message, without the set."""
        return JsonResponse({"message": f"{self.noun} updated successfully"})

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete the set, and remove it from the personas that refer to it."""  # assumed: set-deletion
        super().remove(record, hard, now)
        self.account.personas.clear_references(self.id_field, record.id, now)

    def _point_to_item(self, pointer: str) -> str:
        # Tavus's examples patch both `/data/0/…` and the fields of the item at the root.
        item_fields, first = self.schema["properties"]["data"]["items"]["properties"], [*pointer.split("/"), ""][1]
        if first == "data" and self.account.behavior.set_pointers == "item":
            raise PatchError("an item has no data")
        return f"/data/0{pointer}" if first in item_fields else pointer
