"""Collections whose objects are changed by JSON patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from ..api import spellings
from ..api.error_answers import ErrorAnswer
from ..api.json_patch import Operation, PatchError, apply_patch, parse_patch
from ..api.routing import read_json
from ..api.validation import validate_fields
from .collection import Collection, Fields, Handlers, Query
from .record import Record


class PatchableCollection(Collection):
    """A kind whose objects are changed by JSON patches.

    patch_refusal: status, text and key of the answer to a patch that is malformed or does not fit the object.
    """

    patch_refusal: ClassVar[tuple[int, str, str]] = (422, "Invalid JSON patch format", "message")  # assumed: patch-conflict

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        handlers = super().handlers()
        return {**handlers, "/{id}": {**handlers["/{id}"], "PATCH": self.patch}}

    def patch(self, request: Request) -> Response:
        """Apply a JSON patch; 304 without a body where that changes nothing."""
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            self.check_owner(record)
            try:
                fields = self.apply(record, self.parse_operations(read_json(request)))
            except PatchError as problem:
                raise ErrorAnswer(*self.patch_refusal) from problem
            return self.accept(record, fields, request.query_params, now)

    def accept(self, record: Record, fields: Fields, query: Query, now: float) -> Response:
        """Let the object have the fields that a patch leads to. Raises ErrorAnswer where it cannot."""
        if fields == record.fields:
            return Response(status_code=304)
        self.check(fields, record.fields, now)
        named = record.fields.keys() | self.schema["properties"].keys()
        record.unknown = (record.unknown & fields.keys()) | (fields.keys() - named)
        record.fields = fields
        record.change(now, {})
        return self.patch_answer(record)

    def parse_operations(self, body: object) -> Sequence[Operation]:
        """Return a patch's operations in the older spelling. Raises PatchError."""
        return [spellings.to_older_operation(one) for one in parse_patch(body)]

    def apply(self, record: Record, operations: Sequence[Operation]) -> Fields:
        """Return the fields after the operations; read-only fields stay as they are. Raises PatchError, ErrorAnswer."""
        # assumed: patch-read-only
        settable = self.schema["properties"].keys() | record.unknown
        read_only = {name: value for name, value in record.fields.items() if name not in settable}
        after = apply_patch(record.fields, operations)
        # A patch of the root can leave any value, which validation then refuses.
        changed = {name: value for name, value in after.items() if name not in read_only} if isinstance(after, dict) else after
        return {**read_only, **self.with_defaults(self.validate_document(changed))}

    def validate_document(self, document: object) -> Fields:
        """Return the document after a patch, if it is valid. Raises ErrorAnswer (400)."""
        try:
            return validate_fields(document, self.schema, self.account.behavior.keeps_unknown)
        except ErrorAnswer as refusal:
            raise ErrorAnswer(400, f"{self.error_prefix}{refusal.text}") from refusal

    def patch_answer(self, record: Record) -> Response:
        """Return the answer to a patch that changed the object."""
        raise NotImplementedError
