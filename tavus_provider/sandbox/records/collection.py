"""Collections: the objects of one kind, with their paths and, as data, where Tavus treats the kinds differently."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api import spellings
from ..api.call_conditions import NORMAL, CallConditions, conditions_of
from ..api.error_answers import ErrorAnswer, invalid_id
from ..api.json_body import JsonResponse, query_boolean
from ..api.paging import Paging
from ..api.routing import make_route, read_json
from ..api.validation import STRING, Schema, validate_fields
from .record import Record, Step

if TYPE_CHECKING:
    from ..world.account import Account

Fields = dict[str, Any]
Query = Mapping[str, str]
Handlers = Mapping[str, Mapping[str, spellings.Handler]]

_ID_BYTES = 6


class Collection:
    """The objects of one kind in an account, and Tavus's paths to them.

    A kind states as data how its objects are named and what its answers show, and overrides methods for what is special
    about it. All methods except the handlers are called under the lock of the scheduler.

    path: of the list.
    id_field, prefix: the name of the id, and how ids begin.
    schema: of the body that creates one.
    seed_fields: schemas of the fields that only a seed can set.
    seed_defaults: fields of a seeded object that the seed leaves out.
    seeds: the objects that every account starts with.
    create_fields, get_fields, list_fields: the fields in the answer to a creation, in GET, and in an item of a list.
    paging: how the list is cut into pages.
    created_status, deleted_status: HTTP statuses of success.
    error_key, error_prefix: the key of the text of a 400 to a creation, and how the text begins.
    only_newer: rests of the path, each with a method, that the older spelling of the path does not have.
    type_field: the field that is `system` for Tavus's own objects, if the kind has one.
    """

    path: ClassVar[str]
    id_field: ClassVar[str]
    prefix: ClassVar[str]
    schema: ClassVar[Schema]
    seed_fields: ClassVar[Mapping[str, Schema]] = {}
    seed_defaults: ClassVar[Mapping[str, Any]] = {}
    seeds: ClassVar[Sequence[Fields]] = ()
    create_fields: ClassVar[Sequence[str]]
    get_fields: ClassVar[Sequence[str]]
    list_fields: ClassVar[Sequence[str]]
    paging: ClassVar[Paging] = Paging()
    created_status: ClassVar[int] = 200
    deleted_status: ClassVar[int] = 204
    error_key: ClassVar[str] = "error"
    error_prefix: ClassVar[str] = ""
    type_field: ClassVar[str] = ""
    only_newer: ClassVar[Sequence[tuple[str, str]]] = ()

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
        """Return the schema of a seed: the fields of a creation, the id, and the fields that only a seed can set."""
        id_field = {self.id_field: {**STRING, "minLength": 1}}
        return {"type": "object", "properties": {**self.schema["properties"], **id_field, **self.seed_fields}}

    def reset(self, now: float) -> None:
        """Return to the objects that every account starts with."""
        self.records.clear()
        self.failures.clear()
        for seed in self.seeds:
            self.seed(seed, now)

    def seed(self, fields: Mapping[str, Any], now: float) -> Record:
        """Add an object without a call; it gets defaults, and it does not change by itself."""
        record = self.add(self.with_defaults({**self.seed_defaults, **fields}), now)
        record.seeded = True
        record.system = record.fields.get(self.type_field) == "system"
        return record

    def add(self, fields: Fields, now: float, conditions: CallConditions = NORMAL) -> Record:
        """Add an object."""
        id_ = fields.get(self.id_field) or f"{self.prefix}{secrets.token_hex(_ID_BYTES)}"
        record = self.records[id_] = Record(id_, {}, now, conditions.skew)
        own = {self.type_field: "user"} if self.type_field else {}
        times = {"created_at": record.timestamp(now), "updated_at": record.timestamp(now)}
        record.fields = {self.id_field: id_, **times, **own, **fields}
        return record

    def start(self, record: Record, steps: list[Step]) -> None:
        """Let the object make these changes; a failure that was requested before replaces their result."""
        record.steps = steps
        if steps and self.failures:
            record.fail(self.failure_fields(self.failures.pop(0)))
        self.account.scheduler.schedule(record)

    def fail(self, error: str, id_: str | None = None) -> None:
        """Let the processing of this object fail, or of the next one that starts. Raises ErrorAnswer (400, 409)."""
        fields = self.failure_fields(error)
        if id_ is None:
            self.failures.append(error)
            return
        if id_ not in self.records or self.records[id_].next_change() is None:
            raise ErrorAnswer(409, f"{id_} is not being processed")
        self.records[id_].fail(fields)

    def find(self, id_: str, now: float, conditions: CallConditions = NORMAL) -> Record:
        """Return an object that was not deleted. Raises ErrorAnswer."""
        record = self.records.get(id_)
        if record is None or self._is_hidden(record, now, conditions):
            raise self.unknown_id(id_)
        return record

    def find_all(self, now: float, conditions: CallConditions = NORMAL) -> list[Record]:
        """Return the objects that were not deleted, newest first."""  # assumed: list-order
        return [one for one in reversed(self.records.values()) if not self._is_hidden(one, now, conditions)]

    def _is_hidden(self, record: Record, now: float, conditions: CallConditions) -> bool:
        """Return whether a call under these conditions does not know the object; seeded ones are known at once."""
        late = not record.seeded and conditions.hides(record.id, now - record.created)
        return late or self.is_gone(record)

    def has(self, id_: str) -> bool:
        """Return whether there is an object with this id."""
        return id_ in self.records and not self.is_gone(self.records[id_])

    def is_gone(self, record: Record) -> bool:
        """Return whether the object can no longer be read."""
        return record.deleted is not None

    def remove(self, record: Record, hard: bool, now: float) -> None:
        """Delete an object, with all consequences for others."""
        record.deleted = "hard" if hard else "soft"

    def unknown_id(self, id_: str) -> ErrorAnswer:
        """Return the answer to an unknown id."""
        return invalid_id(self.id_field)

    def with_defaults(self, fields: Fields) -> Fields:
        """Return the fields of a valid body with Tavus's defaults."""
        return fields

    def check(self, fields: Fields, before: Fields, now: float) -> None:
        """Refuse fields of a creation, or of a patch that changes them from `before`. Raises ErrorAnswer."""

    def plan(self, record: Record, now: float) -> list[Step]:
        """Return the changes that a new object makes by itself, in order."""
        return []

    def failure_fields(self, error: str) -> Fields:
        """Return the fields of an object that has failed. Raises ErrorAnswer (400) if the kind has no such failure."""
        raise ErrorAnswer(400, f"{self.name} do not fail")

    def show(self, record: Record, names: Sequence[str], query: Query) -> Fields:
        """Return the fields of these names as answers show them."""
        return record.select(names)

    def get_body(self, record: Record, query: Query) -> Fields:
        """Return the body of the answer to GET."""
        return self.show(record, self.get_fields, query)

    def list_item(self, record: Record, query: Query) -> Fields:
        """Return an item of a list."""
        return self.show(record, self.list_fields, query)

    def filter_list(self, found: list[Record], query: Query) -> list[Record]:
        """Return the objects that a list shows, in its order, out of all (newest first)."""
        return found

    def check_owner(self, record: Record) -> None:
        """Refuse to change what belongs to Tavus. Raises ErrorAnswer (400)."""
        if record.system:
            text = f"{record.id} belongs to Tavus and cannot be changed or deleted"
            raise ErrorAnswer(400, text)  # assumed: system-objects

    def routes(self) -> list[Route]:
        """Return the routes to the objects, for both spellings of the path where there are two."""
        newer = spellings.PATHS.get(self.path)
        handlers = dict(self.handlers())
        # Tavus's own client writes some of the lists with a slash at the end.
        handlers["/"] = handlers[""]
        older = {
            rest: {method: handler for method, handler in methods.items() if (rest, method) not in self.only_newer}
            for rest, methods in handlers.items()
        }
        routes = [make_route(f"{self.path}{rest}", **methods) for rest, methods in older.items()]
        for rest, methods in handlers.items() if newer else ():
            renamed = {method: spellings.answer_in_newer(handler, self._flow_name) for method, handler in methods.items()}
            routes.append(make_route(f"{newer}{rest}", **renamed))
        return routes

    def _flow_name(self) -> str:
        return self.account.behavior.flow_name

    def handlers(self) -> Handlers:
        """Return the handlers, by the rest of the path and by method."""
        return {"": {"GET": self.list_page, "POST": self.create}, "/{id}": {"GET": self.get, "DELETE": self.delete}}

    def create(self, request: Request) -> Response:
        """Create an object."""
        body = self.parse_body(request, self.schema, self.error_key)
        with self.account.lock_state() as now:
            fields = self.with_defaults(body)
            self.check(fields, {}, now)
            record = self.add(fields, now, conditions_of(request))
            record.unknown = body.keys() - self.schema["properties"].keys()
            self.start(record, self.plan(record, now))
            return JsonResponse(self.show(record, self.create_fields, {}), self.created_status)

    def list_page(self, request: Request) -> Response:
        """List one page of objects."""
        query = spellings.to_older(request.query_params)
        with self.account.lock_state() as now:
            page = self.paging.cut(query, self.filter_list(self.find_all(now, conditions_of(request)), query))
            return JsonResponse({**page, "data": [self.list_item(one, query) for one in page["data"]]})

    def get(self, request: Request) -> Response:
        """Get an object."""
        with self.account.lock_state() as now:
            return JsonResponse(self.get_body(self.find_requested(request, now), request.query_params))

    def delete(self, request: Request) -> Response:
        """Delete an object."""
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            self.check_owner(record)
            self.remove(record, query_boolean(request.query_params, "hard"), now)
        return Response(status_code=self.deleted_status)

    def merge_fields(self, request: Request, schema: Schema) -> Fields:
        """Change the fields that the body has, and return the body of GET."""
        fields = self.parse_body(request, schema)
        with self.account.lock_state() as now:
            record = self.find_requested(request, now)
            self.check_owner(record)
            record.unknown |= fields.keys() - schema["properties"].keys()
            record.change(now, fields)
            return self.get_body(record, {})

    def find_requested(self, request: Request, now: float) -> Record:
        """Return the object that the path names. Raises ErrorAnswer."""
        return self.find(request.path_params["id"], now, conditions_of(request))

    def parse_body(self, request: Request, schema: Schema, error_key: str = "error") -> Fields:
        """Return the fields of a request's body, in the older spelling. Raises ErrorAnswer (400) in the kind's form."""
        try:
            body = read_json(request)
            fields = spellings.to_older(body) if isinstance(body, Mapping) else body
            return validate_fields(fields, schema, self.account.behavior.keeps_unknown)
        except ErrorAnswer as refusal:
            raise ErrorAnswer(400, f"{self.error_prefix}{refusal.text}", error_key) from refusal


def name_schema(field: str) -> Schema:
    """Return the schema of a body that gives a new name in this field."""
    return {"type": "object", "properties": {field: STRING}, "required": [field]}
