"""
What buckets and roles share: a table of settings that AWS keeps for them, each compared and written on its own.

A setting is written when what AWS last reported differs from what the inputs ask for: after a refresh that saw somebody else's
change, the next `pulumi up` puts exactly that back.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from ..api.errors import StorageError
from ..api.notices import notify
from ..api.retry import retry_on
from ..journal.journal import Intent, Journal, digest
from ..lifecycle.lifecycle import URN, Diff, Lifecycle, Props, random_name, resource_name
from ..schema.unknowns import is_known
from . import aws
from .errors import Busy, Missing, NotEmpty, Unanswered, Unset, map_errors

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Setting(Generic[Thing]):
    """
    One thing that AWS keeps for a bucket or role.

    name: the output that shows it. wanted: the value that facts ask for. read: the value that AWS reports, in the same form.
    write: makes it so. unset: the value where AWS reports none.
    """

    name: str
    wanted: Callable[[Props], Any]
    read: Callable[[Thing], Any]
    write: Callable[[Thing, Any], object]
    unset: Any = ""

    def reported(self, thing: Thing) -> Any:
        """Return what AWS reports now."""
        try:
            with map_errors(f"read {self.name} of {thing}"):
                return self.read(thing)
        except Unset:
            return self.unset

    def put(self, thing: Thing, value: Any) -> None:
        """Write the value."""
        with map_errors(f"set {self.name} of {thing}"):
            self.write(thing, value)


def side_by_side(settings: Sequence[Setting[Any]], read: Callable[[Setting[Any]], Any]) -> Props:
    """Return what `read` gives for each setting, all asked at once; raises the first error in their order."""
    with ThreadPoolExecutor(len(settings)) as pool:
        return dict(zip((each.name for each in settings), pool.map(read, settings), strict=True))


class HalfMade(StorageError):
    """Something was made, could not be completed, and could not be deleted again either."""


class ManagedLifecycle(Lifecycle, Generic[Thing]):
    """
    Base of what buckets and roles do.

    A subclass gives its settings in the order in which they are written, what the thing is, and the input that names it. Facts
    are all that is known of a thing without asking AWS: its inputs, defaults included, and what was settled when it was made.
    A place is what is settled before the thing has a name: its account, and its region.
    """

    kept: ClassVar[tuple[Setting[Any], ...]]
    kind: ClassVar[str]
    name_input: ClassVar[str]

    def identity(self, id_: str, olds: Props) -> Props:
        """Return what was settled for good when the thing was made."""
        raise NotImplementedError

    def thing(self, identity: Props) -> Thing:
        """Return what settings are read from and written to."""
        raise NotImplementedError

    def place(self, news: Props) -> Props:
        """Return `account_id` and `region`, where the thing is to be made."""
        raise NotImplementedError

    def named(self, name: str, place: Props) -> Props:
        """Return what is settled once the thing has a name, enough to make it."""
        raise NotImplementedError

    @staticmethod
    def legal(name: str) -> str:
        """Return a resource's name as the beginning of the thing's."""
        raise NotImplementedError

    def require_free(self, thing: Thing) -> None:
        """Raise Taken where the account has such a thing already."""
        raise NotImplementedError

    def make(self, thing: Thing, facts: Props, begun: bool) -> str:
        """Make the thing and return its id; `begun` says that an interrupted run of ours may have made it."""
        raise NotImplementedError

    def made(self, facts: Props) -> Props:
        """Return the values of the settings that a thing is made with."""
        raise NotImplementedError

    def remove(self, thing: Thing) -> None:
        """Delete the thing, unless it holds something. Raises Missing where it is gone, NotEmpty where it is not empty."""
        raise NotImplementedError

    def undo(self, thing: Thing, facts: Props) -> None:
        """Delete the thing, which could not be completed."""
        self.remove(thing)

    def account(self, id_: str, olds: Props) -> str:
        """Return the account that the thing was made in."""
        raise NotImplementedError

    def create(self, news: Props) -> tuple[str, Props]:
        """
        Make the thing, or complete what an interrupted run began to make.

        Raises StorageError with what AWS refused; then the thing is deleted again, or the error says that it is not.
        """
        place = self.place(news)
        earlier = self._earlier(news, place)
        name = news.get(self.name_input) or (earlier.name if earlier else random_name(self.legal(resource_name(news))))
        facts = self.facts(news, self.named(name, place))
        thing = self.thing(facts)
        if self.name_input in news and not earlier:
            self.require_free(thing)
        intent = self._begun(name, news, place)
        try:
            id_ = self._made(thing, facts, begun=earlier is not None)
        except HalfMade:
            raise
        except Exception:
            Journal().forget(intent)
            raise
        Journal().complete(intent, id_)
        return id_, self.told(news, {**facts, **self.identity(id_, facts)})

    def known(self, id_: str, olds: Props) -> None:
        """Take note that the state knows the id, since the engine names it: what the journal has of it is done."""
        Journal().mark_recorded(olds.get(URN, ""), _account(self.account(id_, olds)), id_)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare the inputs, and what AWS last reported with what they ask for; a choice that is no longer spelled out stays."""
        self.known(id_, olds)
        found = super().diff(id_, olds, self._tagged(news))
        given = self.inputs.pick_given(news)
        chosen = {row.name for row in self.inputs if row.field.replaces and row.field.default is None and row.name not in given}
        changes = [name for name in found.changes if name not in chosen]
        replaces = tuple(name for name in found.replaces if name not in chosen)
        changes += self._drifted(olds, self.facts(news, self.identity(id_, olds)))
        same_name = self.name_input in given and given[self.name_input] == olds.get(self.name_input)
        return Diff(tuple(dict.fromkeys(changes)), replaces, delete_before_replace=same_name)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Write the settings that differ; return all outputs."""
        identity = self.identity(id_, olds)
        facts = self.facts(news, identity)
        self.write(self.thing(identity), facts, olds)
        return self.told(news, facts)

    def facts(self, news: Props, identity: Props) -> Props:
        """Return the inputs with their defaults, and what was settled."""
        given = self.inputs.pick_given(self._tagged(news))
        return {**{row.name: row.effective_value(given) for row in self.inputs}, **identity}

    def wanted(self, facts: Props) -> Props:
        """Return the value of each setting that the facts ask for."""
        return {each.name: each.wanted(facts) for each in self.kept}

    def reported(self, thing: Thing) -> Props:
        """Return the value of each setting that AWS reports."""
        return {each.name: each.reported(thing) for each in self.kept}

    def write(self, thing: Thing, facts: Props, olds: Props, also: tuple[type[Exception], ...] = ()) -> None:
        """Write each setting whose value in `olds` differs, again while AWS is busy or refuses with one of `also`."""
        for each in self.kept:
            value = each.wanted(facts)
            if olds.get(each.name) != value:
                retry_on(functools.partial(each.put, thing, value), (Busy, *also), self.settings.retry_timeout)

    def told(self, known: Props, facts: Props) -> Props:
        """Return all outputs of a thing that is as the facts ask."""
        return self.outputs(known, {**self.shown(facts), **self.wanted(facts)})

    def shown(self, facts: Props) -> Props:
        """Return the outputs that are no settings."""
        raise NotImplementedError

    def _made(self, thing: Thing, facts: Props, begun: bool) -> str:
        with undoing(lambda: self.remove(thing), after=Unanswered):
            id_ = retry_on(lambda: self.make(thing, facts, begun), (Busy,), self.settings.retry_timeout)
        with undoing(lambda: self.undo(thing, facts)):
            found = self.made(facts)
            if begun:
                found = retry_on(lambda: self.reported(thing), (Busy, Missing), self.settings.retry_timeout)
            self.write(thing, facts, found, also=(Missing,))
        return id_

    def _begun(self, name: str, news: Props, place: Props) -> Intent:
        """Write down what is about to be made, and under which name."""
        intent = Intent(
            resource=news.get(URN, ""),
            base_url=_account(place["account_id"]),
            name=name,
            unique=self.name_input not in news,
            persona_id="",
            replica_id="",
            inputs=self._digest(news, place),
            began=time.time(),
            kind=self.kind,
            region=place["region"],
        )
        try:
            Journal().begin(intent)
        except OSError as error:
            notify(f"the intent to make {self.kind} {name!r} could not be written ({error}): if this is interrupted, look for it")
        return intent

    def _earlier(self, news: Props, place: Props) -> Intent | None:
        """
        Return what an interrupted run began, unless that is not what is asked for now.

        Then it is deleted if it was left half-made under a name that we chose; anything else could be somebody's by now.
        """
        found = Journal().find(news.get(URN, ""), _account(place["account_id"]))
        if found is None or found.inputs == self._digest(news, place):
            return found
        what = f"{self.kind} {found.name!r}, which an interrupted run had begun with other inputs"
        try:
            if found.id or not found.unique:
                raise NotEmpty
            with suppress(Missing):
                self.remove(self.thing(self.named(found.name, {**place, "region": found.region})))
                notify(f"deleted: {what}")
        except NotEmpty:
            notify(f"left alone: {what}: look whether it is there, and whether anybody needs it")
        Journal().forget(found)
        return None

    def _digest(self, news: Props, place: Props) -> str:
        """Return a digest of what cannot be changed in place."""
        given = self.inputs.pick_given(news)
        return digest([place["region"], {row.name: row.effective_value(given) for row in self.inputs if row.field.replaces}])

    def _tagged(self, news: Props) -> Props:
        """Return the inputs with the stack's default tags, of which those that the program gives win."""
        default, given = aws.default_tags(self.settings.aws), news.get("tags") or {}
        return {**news, "tags": {**default, **given}} if default and isinstance(given, dict) else news

    def _drifted(self, olds: Props, facts: Props) -> list[str]:
        if not is_known(facts):
            return []  # the inputs that are unknown count as changed already
        return [name for name, value in self.wanted(facts).items() if name in olds and olds[name] != value]


@contextmanager
def undoing(undo: Callable[[], None], after: type[Exception] = Exception) -> Iterator[None]:
    """Leave nothing half-made: where the body fails with an error of kind `after`, undo; the error tells if that fails, too."""
    try:
        yield
    except after as error:
        try:
            undo()
        except Missing:
            pass
        except StorageError as left:
            remedy = "run `pulumi up` again, which completes it, or delete it by hand"
            raise HalfMade(f"{error}; then {left}: it was left half-made; {remedy}") from error
        raise


def _account(account_id: str) -> str:
    """Return where the journal has what is made in an account."""
    return f"aws:{account_id}"
