"""Drafts: what people have changed in PAL Maker, in the browser, and have not published yet.

Sources: Tavus docs, PAL Editing Lifecycle; for the older behavior, where a patch goes into the draft, Draft vs live PALs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ..api.error_answers import ErrorAnswer, maker_conflict
from ..api.json_body import JsonResponse, query_boolean
from ..api.json_patch import Operation
from ..records.collection import Fields, Handlers, Query
from ..records.patchable import PatchableCollection
from ..records.record import Record

if TYPE_CHECKING:
    from ..world.account import Account

_MEETINGS = "conferencing"


class DraftedCollection(PatchableCollection):
    """A kind whose objects are edited in PAL Maker, too. Meetings (layers.conferencing) are never a part of a draft.

    drafts: fields of the drafts, by id. deployed: ids of the objects that a conversation was created with.
    """

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.drafts: dict[str, Fields] = {}
        self.deployed: set[str] = set()

    def reset(self, now: float) -> None:
        """Return to the objects that every account starts with."""
        self.drafts.clear()
        self.deployed.clear()
        super().reset(now)

    def edit_in_maker(self, id_: str, fields: Fields, now: float) -> None:
        """Let somebody change an object in PAL Maker: at once, or, where it is deployed, in a draft. Raises ErrorAnswer (400)."""
        record = self.find(id_, now)
        before = self.drafts.get(id_, record.fields)
        after = self.with_defaults({**before, **fields})
        self.check(after, before, now)
        if id_ in self.deployed or _meetings_in(record.fields):
            self.drafts[id_] = after
        else:
            record.change(now, after)

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        return {**super().handlers(), "/{id}/publish": {"POST": self.publish}}

    def publish(self, request: Request) -> Response:
        """Publish the draft, if there is one; the meetings stay as they are."""
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            draft = self.drafts.pop(record.id, record.fields)
            record.change(now, _with_meetings(draft, record.fields))
            return JsonResponse({"status": "success", **self.show(record, self.create_fields, {})})

    def apply(self, record: Record, operations: Sequence[Operation]) -> Fields:
        """Return the fields after the operations, of the draft where patches go into it. Raises PatchError, ErrorAnswer."""
        return super().apply(replace(record, fields=self._patched_fields(record)), operations)

    def accept(self, record: Record, fields: Fields, query: Query, now: float) -> Response:
        """Let the object or its draft have the fields, unless the draft would be lost. Raises ErrorAnswer (400, 409)."""
        before = self._patched_fields(record)
        if _meetings_in(fields) != _meetings_in(before):
            if _with_meetings(fields, {}) != _with_meetings(before, {}):
                raise ErrorAnswer(400, "layers.conferencing must be patched separately")  # assumed: maker-draft
            return super().accept(record, _with_meetings(record.fields, fields), query, now)
        if record.id not in self.drafts:
            return super().accept(record, fields, query, now)
        return self._accept_beside_draft(record, fields, query, now)

    def _accept_beside_draft(self, record: Record, fields: Fields, query: Query, now: float) -> Response:
        if self.account.behavior.maker_drafts == "publish":
            self.check(fields, record.fields, now)
            self.drafts[record.id] = fields
            return JsonResponse({"publish_url": f"{self.account.url}{self.path}/{record.id}/publish"})
        if not query_boolean(query, "force"):
            raise maker_conflict()
        response = super().accept(record, fields, query, now)
        del self.drafts[record.id]
        return JsonResponse({"discarded_maker_changes": True}) if response.status_code == 200 else response

    def _patched_fields(self, record: Record) -> Fields:
        is_into_draft = self.account.behavior.maker_drafts == "publish"
        return self.drafts.get(record.id, record.fields) if is_into_draft else record.fields


def _meetings_in(fields: Mapping[str, Any]) -> Any:
    return fields.get("layers", {}).get(_MEETINGS)


def _with_meetings(fields: Fields, others: Mapping[str, Any]) -> Fields:
    """Return the fields with the meetings of others."""
    layers = {name: layer for name, layer in fields.get("layers", {}).items() if name != _MEETINGS}
    meetings = _meetings_in(others)
    layers = layers if meetings is None else {**layers, _MEETINGS: meetings}
    rest = {name: value for name, value in fields.items() if name != "layers"}
    return {**rest, "layers": layers} if layers else rest
