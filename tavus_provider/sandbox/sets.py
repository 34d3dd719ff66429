"""Sets of guardrails and of objectives: many items under one id.

Source: Tavus API reference, Guardrails and Objectives. Both are created from a list of items, are shown as one item, and are
patched at `/data/0/…` as well as at the root.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.responses import Response

from tavus_provider.sandbox.collection import Fields, Patched, Query
from tavus_provider.sandbox.errors import ApiError, invalid_id
from tavus_provider.sandbox.patches import Operation
from tavus_provider.sandbox.records import Record
from tavus_provider.sandbox.wire import JSON

TIMES = ("created_at", "updated_at")


class Sets(Patched):
    """Sets of items. `thing` is what Tavus calls one in its answers; `item_defaults` is what an item has unless told."""

    thing: ClassVar[str]
    item_defaults: ClassVar[Mapping[str, Any]]
    shown = ("data",)
    error_key = "message"
    unfit = (400, "Invalid patch operation", "error")

    def unknown(self, id_: str) -> ApiError:
        """Return the answer to an id that is unknown: 400 where it does not even begin as one."""  # assumed: id-form
        if id_.startswith(self.prefix):
            return ApiError(404, f"{self.thing} not found")
        return invalid_id(self.id_field)

    def filled(self, fields: Fields) -> Fields:
        """Fill in what items leave open."""
        return {"status": "active", **fields, "data": [{**self.item_defaults, **item} for item in fields.get("data", [])]}

    def told(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names: of the set, or else of its first item."""
        items = [{**item, **record.tell(TIMES)} for item in record.fields["data"]]
        first = items[0] if items else record.tell(TIMES)
        every = {**first, **record.fields, "data": items if self.account.behaviour.sets_as_lists else first}
        return {name: every[name] for name in names if name in every}

    def operations(self, body: object) -> Sequence[Operation]:
        """Return a patch's operations; what they say of the root's items is meant for the first one."""
        return [
            {**one, **{key: self._pointer(one[key]) for key in ("path", "from") if key in one}}
            for one in super().operations(body)
        ]

    def valid(self, given: object) -> Fields:
        """Return the document as a patch leaves it, if it is valid. Raises ApiError (400)."""
        try:
            return super().valid(given)
        except ApiError as refusal:
            raise ApiError(*self.unfit) from refusal

    def patched(self, record: Record) -> Response:
        """Return a message."""
        return JSON({"message": f"{self.thing} updated successfully"})

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete it, and take it from the personas that refer to it."""  # assumed: set-deletion
        super().remove(record, hard, now)
        self.account.personas.forget(self.id_field, record.id, now)

    def _pointer(self, pointer: str) -> str:
        of_items = self.schema["properties"]["data"]["items"]["properties"]
        return f"/data/0{pointer}" if pointer.split("/")[1:] and pointer.split("/")[1] in of_items else pointer
