"""
How something of Tavus's is looked up: by its id, by its name, or all of a kind.

Nothing here knows of a program of Pulumi's; program.py does. Source: Tavus API reference, the Get and List call of each kind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Generic, TypedDict, TypeVar

import pulumi

from ..api.client import Call, TavusClient
from ..api.errors import Gone, InputError
from ..lifecycle.settings import Settings
from ..lifecycle.tavus_object import TavusObjectLifecycle
from ..resources.account import Account
from ..schema.fields import Field, Input, Table, table
from ..schema.validation import find_failures, find_nearest

Text = TypeVar("Text", bound=pulumi.Input[str])
Flag = TypeVar("Flag", bound=pulumi.Input[bool])
Result = TypeVar("Result")
Document = Mapping[str, Any]


class Filters(TypedDict, total=False):
    """What everything can be looked up by."""

    account: Annotated[Account, Field("Account to look in; the one of the stack's configuration unless given.")]


class ById(TypedDict, Generic[Text], total=False):
    """Which one is meant, by its id."""

    id: Annotated[Text, Field("Its id.", validator=lambda text: None if text else "must not be empty")]


class ByName(TypedDict, Generic[Text], total=False):
    """Which one is meant, by its name."""

    name: Annotated[Text, Field("Its name, exactly as it is; there must be one of that name only.")]


class OwnOrSystem(TypedDict, Generic[Flag], total=False):
    """Whose they are."""

    system: Annotated[Flag, Field("Only what Tavus provides (True), or only the account's own (False); both unless given.")]


class Query(ById[Text], ByName[Text], Filters, Generic[Text], total=False):
    """Which one is meant. A text is a `str`, or where the result is an output, a `pulumi.Input[str]`."""


class SystemQuery(Query[Text], OwnOrSystem[Flag], Generic[Text, Flag], total=False):
    """Which one is meant; `system` tells two of the same name apart."""


def only(answer: Document) -> Document:
    """Return the object that an answer holds: itself, or under `data`, alone or as a list of one."""
    held = answer.get("data", answer)
    found: Document = held[0] if isinstance(held, list) and held else held
    return found


def as_resource(lifecycle: type[TavusObjectLifecycle]) -> Callable[[Document], Document]:
    """Return how an answer is read: in the form that the resource has, without what may be secret in it."""
    resource = lifecycle(Settings())
    inputs = resource.inputs

    def read(answer: Document) -> Document:
        document = resource.document(answer, {})
        outputs = {name: value for name, value in document.items() if name not in inputs.spellings}
        return {**outputs, **_open(inputs, inputs.from_wire(document))}

    return read


def _open(rows: Table, props: Document) -> Document:
    """Return of `props` what the table `rows` knows to hold no secret, at any depth."""
    return {row.name: _open_value(row, props[row.name]) for row in rows if row.name in props and not row.field.is_redacted}


def _open_value(row: Input, value: Any) -> Any:
    if isinstance(value, list) and row.item:
        return [_open_value(row.item, each) for each in value]
    members = row.members(value) if isinstance(value, Mapping) else None
    return _open(members, value) if members else value


@dataclass(frozen=True, kw_only=True)
class Lookup(Generic[Result]):
    """
    How objects of one kind are looked up.

    result: the dataclass of what a lookup tells. noun, plural: in errors. query, filters: what one, and many, are looked up by.
    path: of the list. id_field, name_field: members of its items. first: number of its first page.
    spellings: query parameters for filters of another name; `params`: further ones. read: takes the object out of an answer.
    """

    result: type[Result]
    noun: str
    plural: str
    path: str
    id_field: str
    name_field: str = ""
    query: type = Query
    filters: type = Filters
    first: int = 1
    spellings: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Document], Document] = only

    def one(self, client: TavusClient, query: Document) -> Result:
        """
        Return what has the id, or as the only one the name, that `query` gives.

        Raises InputError where there is none or several, or where `query` makes no sense; else as `client.send` does.
        """
        doing = f"could not look up a {self.noun}"
        _check(doing, self.query, query)
        keys = [key for key in ("id", "name") if key in table(self.query).spellings]
        given = [key for key in keys if key in query]
        if len(given) != 1:
            raise InputError(f"{doing}: give {' or '.join(keys)}{', and not both' if given else ''}")
        if given == ["name"]:
            return self._named(client, query)
        if len(query) > 1:
            raise InputError(f"{doing}: {', '.join(query.keys() - {'id'})} cannot be given beside id: an id is enough")
        return self._of_id(client, query["id"])

    def many(self, client: TavusClient, filters: Document) -> list[Result]:
        """Return all that `filters` let through. Raises InputError for filters that make no sense, else as `client.send` does."""
        _check(f"could not list the {self.plural}", self.filters, filters)
        return [self._told(item) for item in self._items(client, filters)]

    def _of_id(self, client: TavusClient, id_: str) -> Result:
        what = f"{self.noun} {id_}"
        try:
            answer = client.send(Call("GET", f"{self.path}/{id_}", f"look up {what}", self.id_field), **self.params)
        except Gone:
            raise InputError(f"could not look up {what}: there is none of that id in this account") from None
        return self._told({self.id_field: id_, **answer})

    def _named(self, client: TavusClient, query: Document) -> Result:
        name, filters = query["name"], {key: value for key, value in query.items() if key != "name"}
        items = list(self._items(client, filters))
        found = [item for item in items if item.get(self.name_field) == name]
        if len(found) != 1:
            reason = self._several(found, filters) if found else self._none(name, items)
            raise InputError(f"could not look up {self.noun} {name!r}: {reason}")
        if "id" not in table(self.query).spellings:
            return self._told(found[0])
        return self._of_id(client, found[0][self.id_field])  # a list may tell less

    def _items(self, client: TavusClient, filters: Document) -> Iterable[Document]:
        spelt = {self.spellings.get(name, name): _param(value) for name, value in filters.items()}
        call = Call("GET", self.path, f"list the {self.plural}")
        return client.pages(call, self.id_field, self.first, **self.params, **spelt)

    def _told(self, answer: Document) -> Result:
        document = {self.id_field: answer.get(self.id_field), **self.read(answer)}
        return self.result(**{each.name: document.get(each.name) for each in fields(self.result)})  # type: ignore[arg-type]  # a dataclass

    def _none(self, name: str, items: list[Document]) -> str:
        names = [str(item[self.name_field]) for item in items if item.get(self.name_field)]
        meant = find_nearest(name, names)
        return f"none of {len(items)} has that name" + (f"; did you mean {meant!r}?" if meant else "")

    def _several(self, found: list[Document], filters: Document) -> str:
        told = ", ".join(f"{item[self.id_field]} ({item[self.name_field]!r}, {item.get('created_at')})" for item in found)
        other = [name for name in table(self.query).spellings if name not in {"id", "name", "account", *filters}]
        return f"{len(found)} have that name: {told}; give {' or '.join(['the id', *other])}"


def _check(doing: str, args: type, given: Document) -> None:
    mistakes = [f"{each.property} {each.reason}" for each in find_failures(table(args), given, "this lookup")]
    if mistakes:
        raise InputError(f"{doing}: {'; '.join(mistakes)}")


def _param(value: Any) -> str:
    """Return a filter as a query parameter; the only flag is `system`."""
    if isinstance(value, bool):
        return "system" if value else "user"
    return ",".join(value) if isinstance(value, list) else str(value)
