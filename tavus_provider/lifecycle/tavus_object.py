"""Base of the lifecycles of the objects that conversations use: personas, guardrails, documents and the like."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Literal

from ..api.call import Call
from ..api.client import read_id
from ..api.errors import ApiError, Gone, InputError, OutcomeUnknown, TavusError
from ..api.paths import path_to
from ..journal.recovery_names import resource_name
from ..journal.strategy import LOST
from ..schema.annotations import Input
from ..schema.extra import EXTRA
from ..schema.fields import Field, extra
from ..schema.outputs import find_outputs
from .at_tavus import TavusLifecycle
from .base import COMPUTED, Diff, Props
from .drift import fill_in, merge_changes, project
from .json_patch import Operation, make_patch, split_path, widen_paths

OnDestroy = Annotated[
    Input[Literal["delete", "keep"]],
    Field(
        "Whether destroying deletes it at Tavus, or leaves it there as Pulumi's own option retain_on_delete does.",
        wire_path=None,
        replaces=False,
        default="delete",
        source="tavus_provider",
    ),
]


Extra = Annotated[Input[Mapping[str, Any]], extra()]


NEWER_ID: Final = "uuid"
"""Name of every id in some of Tavus's newer answers. Sources: Tavus API reference, Patch Guardrails; tavus-cli 0.11.0."""


def existing(noun: str) -> Field:
    """Return the field of the input that adopts: `existing_<id field>`."""
    doc = f"Id of {noun} at Tavus to bring under management as it is, instead of creating one."
    return Field(doc, wire_path=None, source="tavus_provider", is_id=True)


class TavusObjectLifecycle(TavusLifecycle):
    """Base of such lifecycles. A subclass gives its table, the words for it, its path, and the member that holds its id.

    itemwise: paths of lists whose items Tavus wants patched one by one. patches_whole_fields: whether Tavus takes no paths into
    fields. deletion_status: status of Tavus's answer to a deletion, which has no body. repeats_post: whether a create that was
    not carried out is sent again here; False where the journaled create does that.
    """

    path: ClassVar[str]
    id_field: ClassVar[str]
    itemwise: ClassVar[tuple[str, ...]] = ()
    patches_whole_fields: ClassVar[bool] = False
    deletion_status: ClassVar[int] = 204
    repeats_post: ClassVar[bool] = True

    def parse(self, answer: Mapping[str, Any], known: Props) -> Props:
        """Return the object in an answer to GET, in the form in which it is created; `known` are the inputs as known so far.

        Tavus answers with the object itself, or has it under `data`, alone or as a list of one.
        """
        held = answer.get("data", answer)
        held = held[0] if isinstance(held, list) and held else held
        return self._name_id(held) if isinstance(held, Mapping) else {}

    def _name_id(self, held: Mapping[str, Any]) -> Props:
        """Return an object with its id under the name that this package gives it."""
        return {self.id_field: held[NEWER_ID], **held} if NEWER_ID in held else dict(held)

    def make_operations(self, document: Props, olds: Props, news: Props) -> list[Operation]:
        """Return the JSON Patch that changes `document`, the object at Tavus, as one request body differs from another."""
        merged = merge_changes(document, olds, news)
        operations = make_patch(document, merged, self.itemwise)
        return widen_paths(operations, merged) if self.patches_whole_fields else operations

    def split_patch(self, operations: list[Operation]) -> list[list[Operation]]:
        """Return the patches in which Tavus takes these operations, in the order in which they are sent."""
        return [operations] if operations else []

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Send a JSON Patch, as it is or in the way in which Tavus takes it for such an object; `news` are the inputs."""
        self.client.send(self.call("PATCH", id_, "update"), operations)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; adopting what is managed already changes nothing."""
        found = super().diff(id_, olds, news)
        replaces = self.select_replacements(id_, found.replaces, news, self.existing, "to have another one made")
        # Applications hold the ids, so the new object comes first, and what refers to the old one is patched before it goes.
        return Diff(found.changes, tuple(replaces), delete_before_replace=False)

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the object, or adopt the existing one, which has to be as it is declared."""
        id_, answer = self.adopt(news) if self.existing in news else self._create_unjournaled(news)
        return id_, self.outputs(news, self.select_outputs(id_, answer, news))

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read the object; None where it is gone. Inputs that were given show what is there now."""
        given = self.inputs.pick_given(self.previous_inputs(olds))
        try:
            document = self.get(id_, "read", given)
        except Gone:
            if not olds:
                raise InputError(f"could not read {self.noun} {id_}: it does not exist in this account") from None
            self.require_owner(id_, olds, "read")
            return None
        now = project(self.inputs, given, self.inputs.from_wire(document))
        known = {name: value for name, value in olds.items() if name not in given}
        return id_, self.outputs_read({**known, **now}, self.select_outputs(id_, document, given))

    def import_existing(self, id_: str) -> tuple[Props, Props] | None:
        """Return the inputs that Tavus tells of an object, without secrets, which it does not tell, and its outputs."""
        try:
            document = self.get_whole(id_, "import")
        except Gone:
            return None
        told = self.inputs.pick_readable({**self.inputs.from_wire(document), EXTRA: {}})
        inputs = {name: value for name, value in told.items() if value not in (None, "", [], {})}
        return inputs, self.outputs(inputs, self.select_outputs(id_, document, inputs))

    def read_inputs(self, outs: Props) -> Props:
        """Return the inputs as they are now, so that the next preview shows what somebody changed under its own property."""
        return self.previous_inputs(outs)

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Patch what changed, and nothing else, against what Tavus has now."""
        old, new = self.inputs.pick_given(self.previous_inputs(olds)), self.inputs.pick_given(news)
        try:
            self.bring_up_to_date(id_, old, new)
        except Gone as error:
            raise InputError(f"{error}; it is gone: run `pulumi refresh`, then `pulumi up` creates another one") from error
        # What the program gives now is no longer something that Tavus filled in.
        computed = [name for name in olds.get(COMPUTED, ()) if name not in news]
        kept = {name: value for name, value in olds.items() if name not in self.inputs.spellings or name in computed}
        return self.outputs({**kept, **news, COMPUTED: computed}, self._read_defaults(id_, old, new))

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the object, unless `on_destroy` keeps it; gone already is fine."""
        if olds.get("on_destroy") == "keep":
            return
        if not self.remove(id_, **self.deletion_query(olds)):
            self.require_owner(id_, olds, "delete")

    def remove(self, id_: str, **query: str) -> bool:
        """Delete the object at Tavus; return False where there was none."""
        call = replace(self.call("DELETE", id_, "delete"), empty=self.deletion_status)
        try:
            self.client.remove(call, self.call("GET", id_, "read"), None, **query)
        except Gone:
            return False
        return True

    def deletion_query(self, olds: Props) -> dict[str, str]:
        """Return the query of the call that deletes it."""
        return {}

    def call(self, method: str, id_: str, doing: str) -> Call:
        """Return a call about one object."""
        return Call(method, path_to(self.path, id_), f"{doing} {self.noun} {id_}", self.id_field)

    def property_at(self, path: str) -> str:
        """Return the input that a path in the object leads to: "llm.model" for "/layers/llm/model", "data[0].modality"."""
        first, *names = split_path(path)
        if names and any(row.field.wire_path == first for row in self.inputs):
            first, *names = names
        return first + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in names)

    @property
    def existing(self) -> str:
        """The input that adopts."""
        return f"existing_{self.id_field}"

    def get(self, id_: str, doing: str, known: Props) -> Props:
        """Ask Tavus for the object; raises Gone where there is none, OutcomeUnknown where the answer is about something else."""
        call = self.call("GET", id_, doing)
        found = self.parse(self.client.send(call), known)
        # The contract does not say that sets repeat their id.
        members = {self.id_field, *find_outputs(self.state), *(row.field.wire_path or row.name for row in self.inputs)}
        if found.get(self.id_field, id_) != id_ or not found.keys() & members:
            raise OutcomeUnknown.from_answer(call.doing, "it is about another object")
        return found

    def get_whole(self, id_: str, doing: str) -> Props:
        """Ask Tavus for all of the object, of which nothing is known yet; raises as `get` does."""
        return self.get(id_, doing, {})

    def select_outputs(self, id_: str, answer: Props, given: Props) -> Props:
        """Return the outputs in an answer; inputs that were given are not among them."""
        members = {**answer, self.id_field: id_}
        return {name: members[name] for name in find_outputs(self.state) if name not in given and members.get(name) is not None}

    def post(self, news: Props) -> tuple[str, Props]:
        """Create the object; return its id and Tavus's answer."""
        call = Call("POST", self.path, f"create {self.noun} {resource_name(self.context.urn)!r}", repeatable=False)
        send = self.client.send if self.repeats_post else self.client.send_once
        answer = send(call, self.inputs.to_wire(news))
        return read_id(self._name_id(answer), self.id_field, call.doing), answer

    def adopt(self, news: Props) -> tuple[str, Props]:
        """Return id and object of the existing one; nothing is written. Raises InputError unless it is as it is declared."""
        id_, given = str(news[self.existing]), self.inputs.pick_given(news)
        try:
            document = self.get(id_, "adopt", given)
        except Gone:
            raise InputError(
                f"could not adopt {self.noun} {id_}: the id in {self.existing} does not exist in this account"
            ) from None
        now = project(self.inputs, given, self.inputs.from_wire(document))
        # The patch between the two has a path for each difference.
        differences = [
            self.property_at(each["path"]) for each in make_patch(self.inputs.to_wire(now), self.inputs.to_wire(given))
        ]
        if differences:
            raise InputError(
                f"could not adopt {self.noun} {id_}: at Tavus it has another {', '.join(differences)}; adopt it as it is there, "
                "and change it afterwards"
            )
        return id_, document

    def bring_up_to_date(self, id_: str, olds: Props, news: Props) -> None:
        """Bring the object from one set of inputs to another."""
        changed = {row.name for row in self.inputs.find_changes(olds, news) if row.field.wire_path is not None}
        if not changed:
            return
        document = copy.deepcopy(self.get(id_, "update", olds))
        fill_in(self.inputs, document, olds)
        # What somebody changed elsewhere meanwhile stays until a refresh shows it: only the changed inputs are new.
        same = {name: value for name, value in olds.items() if name not in changed}
        desired = {**same, **{name: value for name, value in news.items() if name in changed}}
        # What the document has beside the inputs, such as layers of others, stays also where no input is left there.
        holders: Props = {
            row.field.wire_path: {} for row in self.inputs if row.field.wire_path and document.get(row.field.wire_path)
        }
        before, after = {**holders, **self.inputs.to_wire(olds)}, {**holders, **self.inputs.to_wire(desired)}
        self._apply_patches(id_, self.split_patch(self.make_operations(document, before, after)), news)

    def _create_unjournaled(self, news: Props) -> tuple[str, Props]:
        """Create an object that costs nothing, so that no run looks for it; say where one may be left behind."""
        try:
            return self.post(news)
        except LOST as error:
            remedy = f"if Tavus created it all the same, adopt it with {self.existing}, or delete it"
            raise OutcomeUnknown(f"{error}; {remedy}") from error

    def _read_defaults(self, id_: str, olds: Props, news: Props) -> Props:
        """Return what Tavus filled in for inputs that are no longer given; the object was changed by now, so this never fails."""
        if not any(name in olds and name not in news for name in find_outputs(self.state)):
            return {}
        try:
            return self.select_outputs(id_, self.get(id_, "read", news), news)
        except TavusError:
            return {}  # the next refresh fills the gap

    def _apply_patches(self, id_: str, patches: list[list[Operation]], news: Props) -> None:
        """Carry out changes, one patch after the other. Raises InputError that also names what was changed before it failed."""
        done: list[str] = []
        for patch in patches:
            try:
                self._apply_patch(id_, patch, news)
            except TavusError as error:
                if not done or isinstance(error, Gone):
                    raise
                raise InputError(f"{error}; changed before that: {', '.join(done)}") from error
            done += [self.property_at(each["path"]) for each in patch]

    def _apply_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Carry out changes. Raises InputError that names what Tavus refused to change."""
        try:
            self.send_patch(id_, operations, news)
        except Gone:
            raise
        except ApiError as error:
            if error.status not in (400, 422):
                raise
            refused = ", ".join(self.property_at(each["path"]) for each in operations if each["op"] != "test")
            remedy = "take that back, or have another one made with `pulumi up --replace URN`"
            raise InputError(f"{error}; Tavus refused to change {refused}: {remedy}") from error
