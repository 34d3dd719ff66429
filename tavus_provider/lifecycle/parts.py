"""Parts of an object: inputs that Tavus keeps under paths of their own, below the object's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from ..api.client import TavusClient
from ..api.errors import InputError, TavusError
from ..api.notices import notify
from ..api.paths import path_to
from .base import Props
from .tavus_object import TavusObjectLifecycle


class Part(ABC):
    """One part of one object.

    input: the input, which is also the member that `read` adds to the object. output: an output that both methods tell, too.
    client: the one that knows the part's path. path: of the object. thing: the object in messages, as in "persona p1".
    """

    input: ClassVar[str]
    output: ClassVar[str] = ""

    def __init__(self, client: TavusClient, path: str, thing: str) -> None:
        self.client = client
        self.path = path
        self.thing = thing

    @abstractmethod
    def read(self, known: Any) -> Props:
        """Return the members of the object that the part is; `known` is the input as known so far, None for all that is there."""

    @abstractmethod
    def write(self, before: Any, after: Any, is_new: bool) -> Props:
        """Bring the part from one value of the input to another, None for none; return the outputs.

        is_new: whether the object was just created, so that it has nothing yet. Repeating it is harmless.
        """


class PartsLifecycle(TavusObjectLifecycle):
    """Base of objects with parts. parts: their classes."""

    parts: ClassVar[tuple[type[Part], ...]]

    def get(self, id_: str, doing: str, known: Props) -> Props:
        """Ask Tavus for the object and for those of its parts that are among the inputs `known`."""
        found = super().get(id_, doing, known)
        return self._add_parts(id_, found, {part: known[part.input] for part in self.parts if part.input in known})

    def get_whole(self, id_: str, doing: str) -> Props:
        """Ask Tavus for the object and all its parts."""
        return self._add_parts(id_, super().get_whole(id_, doing), dict.fromkeys(self.parts))

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the object, then its parts; where those fail, the object is deleted again."""
        given = {name: value for name, value in news.items() if name in self._part_inputs}
        if not given or self.existing in news:
            return super().create(news)
        id_, outs = super().create(self._without_parts(news))
        try:
            return id_, {**outs, **given, **self._write_parts(id_, {}, given, is_new=True)}
        except TavusError as error:
            self._discard(id_, error)
        return id_, outs

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Change the object, then its parts. Raises InputError that also names what was changed before it failed."""
        outs, before = super().update(id_, olds, news), self.previous_inputs(olds)
        unread = {part.output for part in self.parts if part.input not in news}
        kept = {name: value for name, value in outs.items() if name not in unread}
        try:
            return {**kept, **self._write_parts(id_, before, news)}
        except TavusError as error:
            done = [row.name for row in self.inputs.find_changes(before, news) if row.name not in self._part_inputs]
            if not done:
                raise
            raise InputError(f"{error}; changed before that: {', '.join(done)}") from error

    def bring_up_to_date(self, id_: str, olds: Props, news: Props) -> None:
        """Bring the object itself, without its parts, from one set of inputs to another."""
        super().bring_up_to_date(id_, self._without_parts(olds), self._without_parts(news))

    @property
    def _part_inputs(self) -> set[str]:
        return {part.input for part in self.parts}

    def _without_parts(self, props: Props) -> Props:
        return {name: value for name, value in props.items() if name not in self._part_inputs}

    def _part(self, part: type[Part], id_: str) -> Part:
        # Parts are newer than the older names, and documented under the newer ones alone.
        return part(self.client_saying("pal"), path_to(self.path, id_), f"{self.noun} {id_}")

    def _add_parts(self, id_: str, found: Props, known: Mapping[type[Part], Any]) -> Props:
        return {
            **found,
            **{name: value for part, each in known.items() for name, value in self._part(part, id_).read(each).items()},
        }

    def _write_parts(self, id_: str, olds: Props, news: Props, is_new: bool = False) -> Props:
        """Bring the parts that differ up to date; return the outputs that they tell."""
        outs: Props = {}
        for part in self.parts:
            before, after = olds.get(part.input), news.get(part.input)
            if before != after:
                told = self._part(part, id_).write(before, after, is_new)
                outs |= told if part.input in news else {}
        return outs

    def _discard(self, id_: str, error: TavusError) -> None:
        """Delete a new object whose parts failed, and raise that error; where it cannot be deleted, it stays without them."""
        try:
            self.remove(id_)
        except TavusError:
            notify(f"{error}; {self.noun} {id_} exists without that: the next `pulumi up` adds it")
            return
        raise InputError(f"{error}; {self.noun} {id_} was deleted again, so nothing is left of it") from error
