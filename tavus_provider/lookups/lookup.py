"""Lookups of Tavus's objects: one by its id or name, or all of a kind.

This file knows nothing of a running program; program.py does. Source: Tavus API reference, the Get and List call of each kind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Generic, TypedDict, TypeVar

from ..api.call import Call
from ..api.client import TavusClient
from ..api.errors import Gone, InputError
from ..api.paths import path_to
from ..journal.run import Run
from ..lifecycle.tavus_object import NEWER_ID, TavusObjectLifecycle
from ..resources.account import Account
from ..schema.annotations import Input
from ..schema.fields import Field, InputSpec, Table, table
from ..schema.outputs import CREATED_AT, Out
from ..schema.validation import find_failures, find_nearest
from ..settings import Settings

Str = TypeVar("Str", bound=Input[str])
Bool = TypeVar("Bool", bound=Input[bool])
Result = TypeVar("Result")
Document = Mapping[str, Any]

CreatedAt = Annotated[str | None, CREATED_AT]
UpdatedAt = Annotated[str | None, Out("Time of the last change, as Tavus writes it.")]


class Filters(TypedDict, total=False):
    """Arguments that every lookup takes."""

    account: Annotated[Account, Field("Account to look in; the one of the stack's configuration unless given.")]


class ById(TypedDict, Generic[Str], total=False):
    """Lookup of one object by its id."""

    id: Annotated[Str, Field("Its id.", is_id=True)]


class ByName(TypedDict, Generic[Str], total=False):
    """Lookup of one object by its name."""

    name: Annotated[Str, Field("Its exact name; an error lists several of that name.")]


class OwnOrSystem(TypedDict, Generic[Bool], total=False):
    """Choice between Tavus's own objects and the account's."""

    system: Annotated[Bool, Field("Only what Tavus provides (True), or only the account's own (False); both unless given.")]


class Query(ById[Str], ByName[Str], Filters, Generic[Str], total=False):
    """Lookup of one object. A `Str` is a `str`, or where the result is an output, a `pulumi.Input[str]`."""


class SystemQuery(Query[Str], OwnOrSystem[Bool], Generic[Str, Bool], total=False):
    """Lookup of one object, in which `system` distinguishes two of the same name."""


def unwrap(answer: Document) -> Document:
    """Return the object in an answer: the answer itself, or its `data`, alone or as a list of one."""
    data = answer.get("data", answer)
    document: Document = data[0] if isinstance(data, list) and data else data
    return document


def reader_for(lifecycle: type[TavusObjectLifecycle]) -> Callable[[Document], Document]:
    """Return a function that reads an answer in the form of the resource, without what may be secret."""
    resource = lifecycle(Run(Settings()))
    inputs = resource.inputs

    def read(answer: Document) -> Document:
        document = resource.parse(answer, {})
        outputs = {name: value for name, value in document.items() if name not in inputs.spellings}
        return {**outputs, **_redact(inputs, inputs.from_wire(document))}

    return read


def _redact(rows: Table, props: Document) -> Document:
    """Return those members of `props` that the table `rows` has and that hold no secret, at any depth."""
    return {row.name: _redact_value(row, props[row.name]) for row in rows if row.name in props and not row.field.is_redacted}


def _redact_value(row: InputSpec, value: Any) -> Any:
    if isinstance(value, list) and row.item:
        return [_redact_value(row.item, each) for each in value]
    members = row.members(value) if isinstance(value, Mapping) else None
    return _redact(members, value) if members else value


@dataclass(frozen=True, kw_only=True)
class Lookup(Generic[Result]):
    """Lookup of one kind of object.

    result: dataclass of the result. noun, plural: its names in errors. query, filters: arguments of find_one and list_all.
    path: of the list. id_field, name_field: members of its items. other_key: what tells items apart that have no id.
    first_page: number of its first page. parameters: query parameters of those filters that have another name there.
    always: parameters of every call. listed: parameters of the calls of the list.
    read: takes the object out of an answer.
    """

    result: type[Result]
    noun: str
    plural: str
    path: str
    id_field: str
    name_field: str = ""
    other_key: str = ""
    query: type = Query
    filters: type = Filters
    first_page: int = 1
    parameters: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Document], Document] = unwrap

    def find_one(self, client: TavusClient, query: Document) -> Result:
        """Return the only object with the id or the name in `query`.

        Raises InputError where there is none or several, or where `query` is wrong; else as `client.send` does.
        """
        doing = f"could not look up a {self.noun}"
        _check(doing, self.query, query)
        keys = [key for key in ("id", "name") if key in table(self.query).spellings]
        used = [key for key in keys if key in query]
        if len(used) != 1:
            raise InputError(f"{doing}: give {' or '.join(keys)}{', and not both' if used else ''}")
        if used == ["name"]:
            return self._find_by_name(client, query)
        if len(query) > 1:
            raise InputError(f"{doing}: {', '.join(query.keys() - {'id'})} cannot be given with id: an id is enough")
        return self._read_by_id(client, query["id"])

    def list_all(self, client: TavusClient, filters: Document) -> list[Result]:
        """Return all objects that `filters` let through. Raises InputError for wrong filters, else as `client.send` does."""
        _check(f"could not list the {self.plural}", self.filters, filters)
        return [self._to_result(item) for item in self._list_items(client, filters)]

    def _read_by_id(self, client: TavusClient, id_: str) -> Result:
        what = f"{self.noun} {id_}"
        try:
            answer = client.send(Call("GET", path_to(self.path, id_), f"look up {what}", self.id_field), **self.always)
        except Gone:
            raise InputError(f"could not look up {what}: it does not exist in this account") from None
        return self._to_result({self.id_field: id_, **answer})

    def _find_by_name(self, client: TavusClient, query: Document) -> Result:
        name, filters = query["name"], {key: value for key, value in query.items() if key != "name"}
        # All of them, because an error suggests the nearest name.
        items = list(self._list_items(client, filters))
        matches = [item for item in items if item.get(self.name_field) == name]
        if len(matches) != 1:
            reason = self._describe_matches(matches, filters) if matches else self._suggest_name(name, items)
            raise InputError(f"could not look up {self.noun} {name!r}: {reason}")
        if not matches[0].get(self.id_field):
            return self._to_result(matches[0])
        # The items of a list may have fewer members than the object itself.
        return self._read_by_id(client, matches[0][self.id_field])

    def _list_items(self, client: TavusClient, filters: Document) -> Iterable[Document]:
        given = {name: value for name, value in filters.items() if value != ""}  # as for inputs of resources
        params = {self.parameters.get(name, name): _to_parameter(value) for name, value in given.items()}
        call = Call("GET", self.path, f"list the {self.plural}")
        return client.pages(call, self.id_field, self.first_page, self.other_key, **self.always, **self.listed, **params)

    def _to_result(self, answer: Document) -> Result:
        document = {self.id_field: answer.get(self.id_field), **self.read(answer)}
        return self.result(**{each.name: document.get(each.name) for each in fields(self.result)})  # type: ignore[arg-type]  # a dataclass

    def _suggest_name(self, name: str, items: list[Document]) -> str:
        names = [str(item[self.name_field]) for item in items if item.get(self.name_field)]
        nearest = find_nearest(name, names)
        return f"none of {len(items)} has that name" + (f"; did you mean {nearest!r}?" if nearest else "")

    def _describe_matches(self, matches: list[Document], filters: Document) -> str:
        listed = ", ".join(
            f"{item.get(self.id_field) or item.get(self.other_key)} ({item[self.name_field]!r}, {item.get('created_at')})"
            for item in matches
        )
        unused = [name for name in table(self.query).spellings if name not in {"id", "name", "account", *filters}]
        return f"{len(matches)} have that name: {listed}; give {' or '.join(['the id', *unused])}"


def resource_lookup(lifecycle: type[TavusObjectLifecycle], result: type[Result], **options: Any) -> Lookup[Result]:
    """Return the lookup of what a resource manages; options: what else `Lookup` takes, or other values than the resource's."""
    defaults = {
        "noun": lifecycle.noun,
        "plural": f"{lifecycle.noun}s",
        "path": lifecycle.path,
        "id_field": lifecycle.id_field,
        "other_key": NEWER_ID,
        "read": reader_for(lifecycle),
    }
    return Lookup(result=result, **{**defaults, **options})


def _check(doing: str, args: type, query: Document) -> None:
    mistakes = [str(each) for each in find_failures(table(args), query, "this lookup")]
    if mistakes:
        raise InputError(f"{doing}: {'; '.join(mistakes)}")


def _to_parameter(value: Any) -> str:
    """Return a filter as a query parameter."""
    # The only boolean is `system`, for which Tavus has names.
    if isinstance(value, bool):
        return "system" if value else "user"
    return ",".join(value) if isinstance(value, list) else str(value)
