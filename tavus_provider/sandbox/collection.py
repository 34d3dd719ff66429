"""What the objects of one kind have in common: their paths, their life, and, as data, where Tavus's ways with them differ."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tavus_provider.sandbox import spellings
from tavus_provider.sandbox.conditions import AS_USUAL, Conditions
from tavus_provider.sandbox.errors import ApiError, invalid_id
from tavus_provider.sandbox.pages import Pages
from tavus_provider.sandbox.patches import Operation, Unfit, operations_of, patched
from tavus_provider.sandbox.records import Record, Step
from tavus_provider.sandbox.routing import body_of, conditions_of, path
from tavus_provider.sandbox.schemas import STRING, Schema, checked
from tavus_provider.sandbox.wire import JSON, flag

if TYPE_CHECKING:
    from tavus_provider.sandbox.account import Account

Fields = dict[str, Any]
Query = Mapping[str, str]
Handlers = Mapping[str, Mapping[str, spellings.Handler]]

_ID_BYTES = 6


class Collection:
    """The objects of one kind in an account, and Tavus's paths to them.

    A kind says as data what its objects are called and what its answers tell, and in methods what is special about it. All
    methods but the handlers are called under the lock of the agenda.

    path: of the list. `id_field`: the name of the id, which begins with `prefix`.
    schema: of the body that creates one. `extras`: the schema of what only a seed can say.
    defaults: what a seeded one has where its seed is silent. `seeds`: those that every account starts with.
    created, shown, listed: the fields that the answer to a creation, GET, and an item of a list tell.
    pages: how the list is cut. `created_status`, `deleted_status`: of the answers to success.
    error_key, error_prefix: where the words of a 400 to a creation stand, and what they begin with.
    type_field: the field that is `system` for Tavus's own, if the kind has one.
    """

    path: ClassVar[str]
    id_field: ClassVar[str]
    prefix: ClassVar[str]
    schema: ClassVar[Schema]
    extras: ClassVar[Mapping[str, Schema]] = {}
    defaults: ClassVar[Mapping[str, Any]] = {}
    seeds: ClassVar[Sequence[Fields]] = ()
    created: ClassVar[Sequence[str]]
    shown: ClassVar[Sequence[str]]
    listed: ClassVar[Sequence[str]]
    pages: ClassVar[Pages] = Pages()
    created_status: ClassVar[int] = 200
    deleted_status: ClassVar[int] = 204
    error_key: ClassVar[str] = "error"
    error_prefix: ClassVar[str] = ""
    type_field: ClassVar[str] = ""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.records: dict[str, Record] = {}
        self.failures: list[str] = []

    @property
    def name(self) -> str:
        """Return the kind's name on the control paths, such as `pronunciation_dictionaries`."""
        return self.path.rpartition("/")[2].replace("-", "_")

    @property
    def seed_schema(self) -> Schema:
        """Return the schema of a seed: the fields of a creation, the id, and the extras."""
        id_field = {self.id_field: {**STRING, "minLength": 1}}
        return {"type": "object", "properties": {**self.schema["properties"], **id_field, **self.extras}}

    def reset(self, now: float) -> None:
        """Return to what every account starts with."""
        self.records.clear()
        self.failures.clear()
        for seed in self.seeds:
            self.seed(seed, now)

    def seed(self, given: Mapping[str, Any], now: float) -> Record:
        """Add one without a call; what it lacks is filled in, and it does not change by itself."""
        record = self.add(self.filled({**self.defaults, **given}), now)
        record.seeded = True
        record.system = record.fields.get(self.type_field) == "system"
        return record

    def add(self, fields: Fields, now: float, conditions: Conditions = AS_USUAL) -> Record:
        """Add one."""
        id_ = fields.get(self.id_field) or f"{self.prefix}{secrets.token_hex(_ID_BYTES)}"
        record = self.records[id_] = Record(id_, {}, now, conditions.skew)
        own = {self.type_field: "user"} if self.type_field else {}
        record.fields = {self.id_field: id_, "created_at": record.told(now), "updated_at": record.told(now), **own, **fields}
        return record

    def begin(self, record: Record, course: list[Step]) -> None:
        """Let the object change by itself from now on; a failure that was asked for is how that ends."""
        record.course = course
        if course and self.failures:
            record.fail(self.failed(self.failures.pop(0)))
        self.account.agenda.watch(record)

    def fail(self, error: str, id_: str | None = None) -> None:
        """Let one that is at work fail at the end of that, or the next one that begins. Raises ApiError."""
        failed = self.failed(error)
        if id_ is None:
            self.failures.append(error)
            return
        if id_ not in self.records or self.records[id_].deadline() is None:
            raise ApiError(409, f"{id_} is not at work")
        self.records[id_].fail(failed)

    def find(self, id_: str, now: float, conditions: Conditions = AS_USUAL) -> Record:
        """Return one that was not deleted. Raises ApiError."""
        record = self.records.get(id_)
        if record is None or self._hidden(record, now, conditions):
            raise self.unknown(id_)
        return record

    def existing(self, now: float, conditions: Conditions = AS_USUAL) -> list[Record]:
        """Return those that were not deleted, newest first."""  # assumed: list-order
        return [one for one in reversed(self.records.values()) if not self._hidden(one, now, conditions)]

    def _hidden(self, record: Record, now: float, conditions: Conditions) -> bool:
        """Say whether it is unknown to a call under these conditions; what was seeded is known at once."""
        late = not record.seeded and conditions.hide(record.id, now - record.created)
        return late or self.gone(record)

    def has(self, id_: str) -> bool:
        """Say whether there is one with this id."""
        return id_ in self.records and not self.gone(self.records[id_])

    def gone(self, record: Record) -> bool:
        """Say whether it is unknown by now."""
        return record.deleted is not None

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete one, with all that follows for others."""
        record.deleted = "hard" if hard else "soft"

    def unknown(self, id_: str) -> ApiError:
        """Return the answer to an id that is unknown."""
        return invalid_id(self.id_field)

    def filled(self, fields: Fields) -> Fields:
        """Return the fields of a valid body with what Tavus fills in."""
        return fields

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse what cannot be created, or what a patch cannot lead to from what was `before`. Raises ApiError."""

    def course(self, record: Record, now: float) -> list[Step]:
        """Return what will become of a new object by itself, in order."""
        return []

    def failed(self, error: str) -> Fields:
        """Return how an object looks that has failed. Raises ApiError (400) where none does, or not with this error."""
        raise ApiError(400, f"{self.name} do not fail")

    def told(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names as an answer tells them."""
        return record.tell(names)

    def answer(self, record: Record, query: Query) -> Fields:
        """Return what GET answers."""
        return self.told(record, self.shown, query)

    def item(self, record: Record, query: Query) -> Fields:
        """Return an item of a list."""
        return self.told(record, self.listed, query)

    def selected(self, found: list[Record], query: Query) -> list[Record]:
        """Return those that a list shows, in its order, of all (newest first)."""
        return found

    def check_own(self, record: Record) -> None:
        """Refuse to touch what belongs to Tavus. Raises ApiError (400)."""
        if record.system:
            raise ApiError(400, f"{record.id} belongs to Tavus and cannot be changed or deleted")  # assumed: system-objects

    def routes(self) -> list[Route]:
        """Return the paths to the objects, in the newer spelling too where there is one."""
        newer = spellings.PATHS.get(self.path)
        routes = [path(f"{self.path}{rest}", **methods) for rest, methods in self.handlers().items()]
        for rest, methods in self.handlers().items() if newer else ():
            renamed = {method: spellings.in_newer(handler) for method, handler in methods.items()}
            routes.append(path(f"{newer}{rest}", **renamed))
        return routes

    def handlers(self) -> Handlers:
        """Return what is served, by the rest of the path and by method."""
        return {"": {"GET": self.listing, "POST": self.create}, "/{id}": {"GET": self.get, "DELETE": self.delete}}

    def create(self, request: Request) -> Response:
        """Create one."""
        body = self.body(request, self.schema, self.error_key)
        with self.account.present() as now:
            fields = self.filled(body)
            self.check(fields, {}, now)
            record = self.add(fields, now, conditions_of(request))
            self.begin(record, self.course(record, now))
            return JSON(self.told(record, self.created, {}), self.created_status)

    def listing(self, request: Request) -> Response:
        """List those that there are, page by page."""
        query = spellings.older(request.query_params)
        with self.account.present() as now:
            page = self.pages.cut(query, self.selected(self.existing(now, conditions_of(request)), query))
            return JSON({**page, "data": [self.item(one, query) for one in page["data"]]})

    def get(self, request: Request) -> Response:
        """Get one."""
        with self.account.present() as now:
            return JSON(self.answer(self.asked_for(request, now), request.query_params))

    def delete(self, request: Request) -> Response:
        """Delete one."""
        with self.account.present() as now:
            record = self.asked_for(request, now)
            self.check_own(record)
            self.remove(record, flag(request.query_params, "hard"), now)
        return Response(status_code=self.deleted_status)

    def merged(self, request: Request, schema: Schema) -> Fields:
        """Change the fields that the body gives, and return all that are shown."""
        given = self.body(request, schema)
        with self.account.present() as now:
            record = self.asked_for(request, now)
            self.check_own(record)
            record.change(now, given)
            return self.answer(record, {})

    def asked_for(self, request: Request, now: float) -> Record:
        """Return the object that the path names. Raises ApiError."""
        return self.find(request.path_params["id"], now, conditions_of(request))

    def body(self, request: Request, schema: Schema, error_key: str = "error") -> Fields:
        """Return what is known of a request's body, in the older spelling. Raises ApiError (400) in the kind's manner."""
        try:
            body = body_of(request)
            return checked(spellings.older(body) if isinstance(body, Mapping) else body, schema)
        except ApiError as refusal:
            raise ApiError(400, f"{self.error_prefix}{refusal.text}", error_key) from refusal


def name_alone(field: str) -> Schema:
    """Return the schema of a body that gives a new name."""
    return {"type": "object", "properties": {field: STRING}, "required": [field]}


class Patched(Collection):
    """A kind whose objects are changed by JSON patches; `unfit` is the answer to one that is malformed or does not fit."""

    unfit: ClassVar[tuple[int, str, str]] = (422, "Invalid JSON patch format", "message")  # assumed: patch-conflict

    def handlers(self) -> Handlers:
        """Return what is served, by the rest of the path and by method."""
        handlers = super().handlers()
        return {**handlers, "/{id}": {**handlers["/{id}"], "PATCH": self.patch}}

    def patch(self, request: Request) -> Response:
        """Change one by a JSON patch; 304 without a body where that changes nothing."""
        with self.account.present() as now:
            record = self.asked_for(request, now)
            self.check_own(record)
            try:
                fields = self.after(record, self.operations(body_of(request)))
            except Unfit as problem:
                raise ApiError(*self.unfit) from problem
            if fields == record.fields:
                return Response(status_code=304)
            self.check(fields, record.fields, now)
            record.fields = fields
            record.change(now, {})
            return self.patched(record)

    def operations(self, body: object) -> Sequence[Operation]:
        """Return a patch's operations in the older spelling. Raises Unfit."""
        return [spellings.older_operation(one) for one in operations_of(body)]

    def after(self, record: Record, operations: Sequence[Operation]) -> Fields:
        """Return the fields as the operations leave them; those that nobody can set stay. Raises Unfit, ApiError."""
        # assumed: patch-read-only
        settable = self.schema["properties"]
        after = patched(record.fields, operations)
        given = {name: value for name, value in after.items() if name in settable} if isinstance(after, dict) else after
        kept = {name: value for name, value in record.fields.items() if name not in settable}
        return {**kept, **self.filled(self.valid(given))}

    def valid(self, given: object) -> Fields:
        """Return the document as a patch leaves it, if it is valid. Raises ApiError (400)."""
        try:
            return checked(given, self.schema)
        except ApiError as refusal:
            raise ApiError(400, f"{self.error_prefix}{refusal.text}") from refusal

    def patched(self, record: Record) -> Response:
        """Return the answer to a patch that changed the object."""
        raise NotImplementedError
