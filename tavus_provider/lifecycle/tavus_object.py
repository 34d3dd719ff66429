"""
What the objects share that conversations are made of: personas, guardrails, documents and the like.

They cost nothing while they exist, most of them can be changed in place, and applications hold their ids: so a change is a
patch of just what changed, a refused one is an error and never a replacement, and where a replacement is needed the new one
comes first.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Annotated, Any, ClassVar, Literal, Self

import pulumi

from ..api.client import Call
from ..api.errors import ApiError, Gone, InputError, OutcomeUnknown, TavusError
from ..dynamic.provider import Provider
from ..program.resource import Resource, find_outputs
from ..schema.fields import Field
from .drift import fill_in, merged, projected
from .json_patch import Operation, names_in, patch
from .lifecycle import COMPUTED, URN, Diff, Props, resource_name
from .tavus_lifecycle import TavusLifecycle

OnDestroy = Annotated[
    pulumi.Input[Literal["delete", "keep"]],
    Field(
        "Whether destroying deletes it at Tavus, or leaves it there as Pulumi's own option retain_on_delete does.",
        wire_path=None,
        replaces=False,
        default="delete",
        source="tavus_provider",
    ),
]


def existing(noun: str) -> Field:
    """Return the field of the input that adopts: `existing_<id field>`."""
    doc = f"Id of {noun} at Tavus to bring under management as it is, instead of creating one."
    return Field(doc, wire_path=None, source="tavus_provider")


class TavusObjectLifecycle(TavusLifecycle):
    """
    Base of what such objects do. A subclass gives its table, the words for it, its path, and the member that holds its id.

    shown: the outputs; its resource class sets them. itemwise: paths of lists whose items Tavus wants patched each on its own.
    """

    path: ClassVar[str]
    id_field: ClassVar[str]
    shown: ClassVar[tuple[str, ...]] = ()
    itemwise: ClassVar[tuple[str, ...]] = ()

    def document(self, answer: Mapping[str, Any], known: Props) -> Props:
        """
        Return the object that an answer to GET holds, in the form in which it is created; `known` are the inputs as known so far.

        Tavus answers with the object itself, or has it under `data`, alone or as a list of one.
        """
        held = answer.get("data", answer)
        held = held[0] if isinstance(held, list) and held else held
        return dict(held) if isinstance(held, Mapping) else {}

    def unchangeable(self, olds: Props, news: Props, changes: Sequence[str]) -> Iterable[str]:
        """Return those of the changed inputs that cannot change in place this time, though they can at others."""
        return ()

    def change(self, id_: str, operations: list[Operation]) -> None:
        """Carry out a JSON Patch, as it is or in the way in which Tavus takes it for such an object."""
        self.client.send(self.call("PATCH", id_, "update"), operations)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; adopting what is managed already changes nothing, and a replacement is made before the old one is deleted."""
        found = super().diff(id_, olds, news)
        unchangeable = [*found.replaces, *self.unchangeable(olds, news, found.changes)]
        replaces = self.select_replacements(id_, unchangeable, news, self.existing, "to have another one made")
        return Diff(found.changes, tuple(replaces), delete_before_replace=False)

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the object, or adopt the existing one, which has to be as it is declared."""
        id_, answer = self._adopted(news) if self.existing in news else self._created(news)
        return id_, self.outputs(news, self._outputs(id_, answer, news))

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the object; None where it is gone. Inputs that were given show what is there now."""
        given = self.inputs.pick_given(self.previous_inputs(olds))
        try:
            document = self._document(id_, "read", given)
        except Gone:
            if not olds:
                raise InputError(f"could not read {self.noun} {id_}: there is none of that id in this account") from None
            return None
        now = projected(self.inputs, given, self.inputs.from_wire(document))
        known = {name: value for name, value in olds.items() if name not in given}
        return id_, self.outputs({**known, **now}, self._outputs(id_, document, given))

    def read_inputs(self, outs: Props) -> Props:
        """Return the inputs as they are now, so that the next preview shows what somebody changed under its own property."""
        return {**self.previous_inputs(outs), URN: outs.get(URN)}

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Patch what changed, and nothing else, by what Tavus has now."""
        old, new = self.inputs.pick_given(self.previous_inputs(olds)), self.inputs.pick_given(news)
        with self._discreet(old, new):
            try:
                self._brought(id_, old, new)
            except Gone as error:
                raise InputError(f"{error}; it is gone: run `pulumi refresh`, then `pulumi up` creates another one") from error
        computed = [name for name in olds.get(COMPUTED, ()) if name not in news]
        kept = {name: value for name, value in olds.items() if name not in self.inputs.spellings or name in computed}
        return self.outputs({**kept, **news, COMPUTED: computed}, self._filled(id_, old, new))

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the object, unless `on_destroy` keeps it; gone already is fine."""
        if olds.get("on_destroy") == "keep":
            return
        with suppress(Gone):
            self.client.send(self.call("DELETE", id_, "delete"), **self.deletion(olds))

    def deletion(self, olds: Props) -> dict[str, str]:
        """Return the query of the call that deletes it."""
        return {}

    def call(self, method: str, id_: str, doing: str) -> Call:
        """Return a call about one object."""
        return Call(method, f"{self.path}/{id_}", f"{doing} {self.noun} {id_}", self.id_field)

    def property_of(self, path: str) -> str:
        """Return the input that a path in the object leads to: "llm.model" for "/layers/llm/model", "data[0].modality"."""
        first, *names = names_in(path)
        if names and any(row.field.wire_path == first for row in self.inputs):
            first, *names = names
        return first + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in names)

    @property
    def existing(self) -> str:
        """The input that adopts."""
        return f"existing_{self.id_field}"

    def _document(self, id_: str, doing: str, known: Props) -> Props:
        return self.document(self.client.send(self.call("GET", id_, doing)), known)

    def _outputs(self, id_: str, answer: Props, given: Props) -> Props:
        """Return what an answer tells of the outputs; inputs that were given are no part of that."""
        told = {**answer, self.id_field: id_}
        return {name: told[name] for name in self.shown if name not in given and told.get(name) is not None}

    def _filled(self, id_: str, olds: Props, news: Props) -> Props:
        """Return what Tavus filled in for inputs that are no longer given; it was changed by now, so this never fails."""
        if not any(name in olds and name not in news for name in self.shown):
            return {}
        try:
            return self._outputs(id_, self._document(id_, "read", news), news)
        except TavusError:
            return {}  # the next refresh fills the gap

    def _created(self, news: Props) -> tuple[str, Props]:
        call = Call("POST", self.path, f"create {self.noun} {resource_name(news)!r}", repeatable=False)
        with self._discreet(news):
            answer = self.client.send(call, self.inputs.to_wire(news))
        if not answer.get(self.id_field):
            raise OutcomeUnknown(f"could not {call.doing}: Tavus answered without {self.id_field}")
        return str(answer[self.id_field]), answer

    def _adopted(self, news: Props) -> tuple[str, Props]:
        id_, given = str(news[self.existing]), self.inputs.pick_given(news)
        try:
            document = self._document(id_, "adopt", given)
        except Gone:
            raise InputError(f"could not adopt {self.noun} {id_}: {self.existing} is the id of none in this account") from None
        now = projected(self.inputs, given, self.inputs.from_wire(document))
        others = [self.property_of(each["path"]) for each in patch(self.inputs.to_wire(now), self.inputs.to_wire(given))]
        if others:
            raise InputError(
                f"could not adopt {self.noun} {id_}: at Tavus it has another {', '.join(others)}; adopt it as it is there, "
                "and change it afterwards"
            )
        return id_, document

    def _brought(self, id_: str, olds: Props, news: Props) -> None:
        """Bring the object from one set of inputs to another."""
        changed = {row.name for row in self.inputs.find_changes(olds, news) if row.field.wire_path is not None}
        if not changed:
            return
        document = copy.deepcopy(self._document(id_, "update", olds))
        fill_in(self.inputs, document, olds)
        same = {name: value for name, value in olds.items() if name not in changed}
        meant = {**same, **{name: value for name, value in news.items() if name in changed}}
        wanted = merged(document, self.inputs.to_wire(olds), self.inputs.to_wire(meant))
        operations = patch(document, wanted, self.itemwise)
        if operations:
            self._changed(id_, operations)

    def _changed(self, id_: str, operations: list[Operation]) -> None:
        """Carry out changes. Raises InputError that names what Tavus refused to change."""
        try:
            self.change(id_, operations)
        except Gone:
            raise
        except ApiError as error:
            if error.status not in (400, 422):
                raise
            refused = ", ".join(self.property_of(each["path"]) for each in operations)
            remedy = "take that back, or have another one made with `pulumi up --replace URN`"
            raise InputError(f"{error}; what it refused is a change of {refused}: {remedy}") from error

    @contextmanager
    def _discreet(self, *inputs: Props) -> Iterator[None]:
        """Leave the secrets among `inputs` out of errors: Tavus may repeat what it was sent."""
        try:
            yield
        except TavusError as error:
            words = str(error)
            for secret in {each for props in inputs for each in self.inputs.secrets(props)}:
                words = words.replace(secret, "***")
            error.args = (words,)
            raise


class TavusObjectProvider(Provider):
    """Base of what serves such objects to the engine."""

    lifecycle: ClassVar[type[TavusObjectLifecycle]]


class TavusObject(Resource):
    """
    Base of the classes that programs use for such objects.

    A subclass names what serves it: `class Persona(TavusObject, module="tavus", name="Persona", provider=PersonaProvider)`.
    """

    _served_by: ClassVar[type[TavusObjectProvider]]

    def __init_subclass__(cls, provider: type[TavusObjectProvider], **names: str) -> None:
        super().__init_subclass__(**names)
        cls._served_by = provider
        provider.lifecycle.shown = tuple(find_outputs(cls))

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:
        """Read what has the id `id` at Tavus without owning it: it is never changed, and `pulumi destroy` leaves it alone."""
        return cls._read(cls._served_by(), resource_name, id, opts)
