"""Persona: how a replica behaves in conversations: its prompt, its knowledge, its rules and its layers.

The surprising rule: Tavus's document does not return pipeline_mode, objectives, guardrails and the conversational flow, and what
its service returns beyond the document differs by version. What an answer has is compared; what it lacks counts as unchanged.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ..api.errors import TavusError
from ..api.notices import notify
from ..lifecycle.base import Props
from ..lifecycle.json_patch import Operation
from ..lifecycle.parts import PartsLifecycle
from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field, instead_of
from ..schema.formats import validate_most
from ..schema.outputs import CREATED_AT, Out
from ..schema.validation import Failure
from . import persona_layers as layers
from . import persona_parts as parts

if TYPE_CHECKING:
    from ..resources.document import Document
    from ..resources.guardrail import Guardrail
    from ..resources.guardrails import Guardrails
    from ..resources.objectives import Objectives
    from ..resources.replica import Replica
    from ..resources.tool import Tool

_InPlace = functools.partial(Field, replaces=False)
_Layer = functools.partial(Field, wire_path="layers", replaces=False)
# Some versions of Tavus's API do not return these.
_Later = functools.partial(_InPlace, write_only=True)
_LaterLayer = functools.partial(_Layer, write_only=True)
_MEETINGS = "/layers/conferencing"
_EMAIL = "conferencing_email"
_LIVEKIT = "livekit-plugins-tavus 1.8.9"


class PersonaArgs(TypedDict, total=False):
    """The inputs of a persona: what Tavus's create call takes, the layers flat, and what this package adds."""

    persona_name: Annotated[layers.Text, _InPlace("Name of the persona, by which Pipecat finds its bot in the room.")]
    system_prompt: Annotated[layers.Text, _InPlace("Who it is and how it behaves; needed where pipeline_mode is full.")]
    greeting: Annotated[layers.Text, _Later("First sentence of its calls, where a conversation has no other.", source=layers.CLI)]
    pipeline_mode: Annotated[
        layers.Text,
        _Later(
            "Whether it thinks for itself (full, which a missing one means), or only says what it is given (echo).",
            known=("full", "speech-to-speech", "echo"),
        ),
    ]
    default_replica_id: Annotated[layers.Text, _InPlace("Replica that appears where a conversation names none.", is_id=True)]
    default_replica: Annotated["Replica", instead_of("default_replica_id", "Replica of the program.")]
    document_ids: Annotated[layers.Texts, _InPlace("Documents that it may use.", is_id=True)]
    documents: Annotated[Sequence["Document"], instead_of("document_ids", "Documents of the program.")]
    document_tags: Annotated[layers.Texts, _InPlace("Tags of documents that it may use.")]
    objectives_id: Annotated[layers.Text, _Later("What it works towards.", is_id=True)]
    objectives: Annotated["Objectives", instead_of("objectives_id", "Objectives of the program.")]
    guardrails_id: Annotated[layers.Text, _Later("What it must not do, as a set.", is_id=True)]
    guardrail_ids: Annotated[
        layers.Texts,
        _Later(
            "What it must not do, guardrail by guardrail.",
            is_id=True,
            validator=validate_most(50, "guardrails"),
            source=layers.CLI,
        ),
    ]
    guardrail_tags: Annotated[layers.Texts, _Later("Tags of guardrails that it has.", source=layers.CLI)]
    guardrails: Annotated[
        "Guardrails | Sequence[Guardrail]",
        instead_of("guardrails_id", "Guardrails of the program: a list of single ones, or a set.", several="guardrail_ids"),
    ]
    tool_ids: Annotated[
        layers.Texts,
        _InPlace(
            "Tools that it can call; those that others attached stay.",
            is_id=True,
            validator=parts.validate_tools,
            source="Tavus API reference, PAL Tools",
        ),
    ]
    tools: Annotated[Sequence["Tool"], instead_of("tool_ids", "Tools of the program.")]
    skills: Annotated[
        Input[Mapping[str, layers.Object]],
        _InPlace(
            f"All skills that it has, each with its configuration or {{}}: {', '.join(parts.SKILLS)}.",
            validator=parts.validate_skills,
            warning=parts.warn_of_skills,
            source="Tavus docs, Skills",
        ),
    ]
    perception: Annotated[Input[layers.PerceptionArgs], _Layer("How it sees and hears.", warning=layers.warn_of_perception)]
    stt: Annotated[Input[layers.SttArgs], _Layer("How it understands speech.")]
    conversational_flow: Annotated[
        Input[layers.ConversationalFlowArgs], _LaterLayer("How it takes its turn.", warning=layers.warn_of_flow)
    ]
    llm: Annotated[Input[layers.LlmArgs], _Layer("What it thinks with.", warning=layers.warn_of_llm)]
    tts: Annotated[Input[layers.TtsArgs], _Layer("How it speaks.", warning=layers.warn_of_tts)]
    transport: Annotated[Input[layers.TransportArgs], _LaterLayer("Where its pictures and its sound travel.", source=_LIVEKIT)]
    knowledge_base: Annotated[Input[layers.KnowledgeBaseArgs], _LaterLayer("How it searches its documents.", source=layers.CLI)]
    capabilities: Annotated[Input[layers.CapabilitiesArgs], _LaterLayer("What else it can do.", source=layers.CLI)]
    conferencing: Annotated[
        Input[layers.ConferencingArgs],
        _LaterLayer("Identity with which it is invited to meetings; needs default_replica_id.", source="Tavus docs, Google Meet"),
    ]
    disclosure_type: Annotated[
        layers.Text,
        _Later(
            "When it discloses that it is an AI; `auto` follows the conversation's policy.",
            default="auto",
            known=("auto", "always", "off"),
            source=layers.EU_AI_ACT,
        ),
    ]
    verbal_disclosure: Annotated[layers.Text, _Later("What it says for that.", source=layers.EU_AI_ACT)]
    visual_disclosure: Annotated[layers.Text, _Later("What the call shows for that.", source=layers.EU_AI_ACT)]
    extra: Extra
    maker_draft: Annotated[
        Input[Literal["refuse", "discard"]],
        _InPlace(
            "Whether unpublished changes that somebody has in PAL Maker keep a change away, or are dropped for it.",
            wire_path=None,
            default="refuse",
            source="tavus_provider",
        ),
    ]
    existing_persona_id: Annotated[layers.Text, existing("a persona")]
    on_destroy: OnDestroy


class PersonaState:
    """Outputs of Persona."""

    persona_id: Annotated[Output[str], Out("Id of the persona.", example="p{digits}")]
    persona_name: Annotated[Output[str | None], Out("Its name.", example="{name}")]
    system_prompt: Annotated[Output[str | None], Out("Who it is and how it behaves.")]
    default_replica_id: Annotated[Output[str | None], Out("Replica that appears where a conversation names none.")]
    document_ids: Annotated[Output[Sequence[str] | None], Out("Documents that it may use.")]
    document_tags: Annotated[Output[Sequence[str] | None], Out("Tags of documents that it may use.")]
    attached_tool_ids: Annotated[
        Output[Sequence[str] | None],
        Out("Tools that it has, also those that others attached, where tool_ids is given.", needs="tool_ids"),
    ]
    conferencing_email: Annotated[Output[str | None], Out("Address by which it is invited to meetings, where Tavus tells it.")]
    created_at: Annotated[Output[str], CREATED_AT]


class PersonaLifecycle(PartsLifecycle):
    """Lifecycle of a persona."""

    args = PersonaArgs
    state = PersonaState
    name = "Persona"
    noun = "persona"
    path = "/v2/personas"
    id_field = "persona_id"
    parts = (parts.AttachedTools, parts.Skills)

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the inputs that a new persona lacks. Source: Tavus API reference, Create Persona, `system_prompt`."""
        if not given.keys() & {"system_prompt", self.existing} and given.get("pipeline_mode", "full") == "full":
            yield Failure("system_prompt", "is missing: a persona needs one, unless its pipeline_mode is echo")
        if "conferencing" in given and not given.keys() & {"default_replica_id", self.existing}:
            yield Failure("default_replica_id", "is missing: the replica appears in the meetings of conferencing")
        elif self._needs_replica(given):
            yield Failure("default_replica_id", "is missing: with tavus:naming=pal, Tavus creates no persona without one")
        llm = given.get("llm")
        if isinstance(llm, Mapping) and layers.sends_key_in_clear(llm) and not self.settings.allow_plain_http:
            remedy = "write https://, or run `pulumi config set tavus:allowPlainHttp true`"
            yield Failure("llm.base_url", f"is plain http, over which anybody can read api_key and headers: {remedy}")

    def _needs_replica(self, given: Props) -> bool:
        """Tell whether Tavus would refuse to create the persona. Source: Tavus API reference, Create PAL, `default_face_id`."""
        is_created = self.context.is_new and self.existing not in given
        return is_created and self.settings.naming == "pal" and "default_replica_id" not in given

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Patch what changed; a changed identity for meetings has another address, which only another answer has."""
        if olds.get("conferencing") == news.get("conferencing"):
            return super().update(id_, olds, news)
        outs = super().update(id_, {name: value for name, value in olds.items() if name != _EMAIL}, news)
        return self.outputs(outs, self._read_email(id_, news))

    def _read_email(self, id_: str, news: Props) -> Props:
        """Return the address as Tavus tells it now; the persona was changed by now, so this never fails."""
        try:
            return {_EMAIL: self.get(id_, "read", news).get(_EMAIL)}
        except TavusError:
            return {}  # the next refresh fills the gap

    def split_patch(self, operations: list[Operation]) -> list[list[Operation]]:
        """Return what concerns meetings on its own, as Tavus wants it. Source: Tavus docs, PAL Editing Lifecycle."""
        apart = [part for each in operations for part in _take_apart(each)]
        meetings = [each for each in apart if _is_of_meetings(each)]
        others = [each for each in apart if not _is_of_meetings(each)]
        # Meetings need a default replica: they end before it goes.
        is_last = any(each["op"] == "remove" and each["path"] == "/default_replica_id" for each in others)
        return [part for part in ((meetings, others) if is_last else (others, meetings)) if part]

    def send_patch(self, id_: str, operations: list[Operation], news: Props) -> None:
        """Send a patch, and tell what Tavus did to a draft in PAL Maker, or has left to somebody who publishes it."""
        of_meetings = all(map(_is_of_meetings, operations))
        # A change of meetings alone concerns no draft.
        force = {"force": "true"} if news.get("maker_draft") == "discard" and not of_meetings else {}
        call = self.call("PATCH", id_, "update the conferencing of" if of_meetings else "update")
        answer = self.client.send(call, operations, **force)
        if answer.get("discarded_maker_changes"):
            notify(f"{self.noun} {id_}: its unpublished changes in PAL Maker are dropped, as maker_draft says")
        if answer.get("publish_url"):
            notify(
                f"{self.noun} {id_}: the change is in the draft of PAL Maker and reaches calls only once somebody publishes it: "
                f"there, or with POST {answer['publish_url']}"
            )


def _is_of_meetings(operation: Operation) -> bool:
    path, value = operation["path"], operation.get("value")
    is_only_layer = path == "/layers" and isinstance(value, dict) and value.keys() == {"conferencing"}
    return is_only_layer or path == _MEETINGS or path.startswith(f"{_MEETINGS}/")


def _take_apart(operation: Operation) -> Iterator[Operation]:
    """Yield an operation that sets all layers as one for meetings and one for the others."""
    value: Any = operation.get("value")
    if operation["path"] != "/layers" or not isinstance(value, dict) or not {"conferencing"} < value.keys():
        yield operation
        return
    yield {**operation, "value": {name: layer for name, layer in value.items() if name != "conferencing"}}
    yield {**operation, "path": _MEETINGS, "value": value["conferencing"]}
