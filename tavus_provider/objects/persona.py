"""Persona: how a replica behaves in conversations: its prompt, its knowledge, its rules and its layers.

The surprising rule: Tavus's document does not return pipeline_mode, objectives, guardrails and the conversational flow, and what
its service returns beyond the document differs by version. What an answer has is compared; what it lacks counts as unchanged.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypedDict

from ..lifecycle.base import Props
from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field, instead_of
from ..schema.outputs import Out
from ..schema.validation import Failure
from . import persona_layers as layers

if TYPE_CHECKING:
    from ..resources.document import Document
    from ..resources.guardrails import Guardrails
    from ..resources.objectives import Objectives
    from ..resources.replica import Replica

_InPlace = functools.partial(Field, replaces=False)
_Layer = functools.partial(Field, wire_path="layers", replaces=False)
# Some versions of Tavus's API do not return these.
_Later = functools.partial(_InPlace, write_only=True)
_LaterLayer = functools.partial(_Layer, write_only=True)
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
    guardrails_id: Annotated[layers.Text, _Later("What it must not do.", is_id=True)]
    guardrails: Annotated["Guardrails", instead_of("guardrails_id", "Guardrails of the program.")]
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
    existing_persona_id: Annotated[layers.Text, existing("a persona")]
    on_destroy: OnDestroy


class PersonaState:
    """Outputs of Persona."""

    persona_id: Annotated[Output[str], Out("Id of the persona.")]
    persona_name: Annotated[Output[str | None], Out("Its name.")]
    system_prompt: Annotated[Output[str | None], Out("Who it is and how it behaves.")]
    default_replica_id: Annotated[Output[str | None], Out("Replica that appears where a conversation names none.")]
    document_ids: Annotated[Output[Sequence[str] | None], Out("Documents that it may use.")]
    document_tags: Annotated[Output[Sequence[str] | None], Out("Tags of documents that it may use.")]
    conferencing_email: Annotated[Output[str | None], Out("Address by which it is invited to meetings, where Tavus tells it.")]
    created_at: Annotated[Output[str], Out("Time of creation, as Tavus writes it.")]


class PersonaLifecycle(TavusObjectLifecycle):
    """Lifecycle of a persona."""

    args = PersonaArgs
    state = PersonaState
    name = "Persona"
    noun = "persona"
    path = "/v2/personas"
    id_field = "persona_id"

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the inputs that a new persona lacks. Source: Tavus API reference, Create Persona, `system_prompt`."""
        if not given.keys() & {"system_prompt", self.existing} and given.get("pipeline_mode", "full") == "full":
            yield Failure("system_prompt", "is missing: a persona needs one, unless its pipeline_mode is echo")
        if "conferencing" in given and not given.keys() & {"default_replica_id", self.existing}:
            yield Failure("default_replica_id", "is missing: the replica appears in the meetings of conferencing")
        llm = given.get("llm")
        if isinstance(llm, Mapping) and layers.sends_key_in_clear(llm) and not self.settings.allow_plain_http:
            remedy = "write https://, or run `pulumi config set tavus:allowPlainHttp true`"
            yield Failure("llm.base_url", f"is plain http, over which anybody can read api_key and headers: {remedy}")
