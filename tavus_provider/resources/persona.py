"""
Persona: how a replica behaves in conversations: its prompt, its knowledge, its rules and its layers.

The surprising rule: Tavus does not show all that it was told, so of pipeline_mode, objectives, guardrails and the conversational
flow nobody can see whether somebody changed them by hand.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypedDict, Unpack

import pulumi

from ..lifecycle.lifecycle import Props
from ..lifecycle.tavus_object import OnDestroy, TavusObject, TavusObjectLifecycle, TavusObjectProvider, existing
from ..objects import persona_layers as layers
from ..program.resource import Out
from ..schema.documentation import add_documentation
from ..schema.fields import Field, instead_of
from ..schema.validation import Failure
from .document import Document
from .guardrails import Guardrails
from .objectives import Objectives
from .replica import Replica

_InPlace = functools.partial(Field, replaces=False)
_Layer = functools.partial(Field, wire_path="layers", replaces=False)


class PersonaArgs(TypedDict, total=False):
    """The inputs of a persona: what Tavus's create call takes, the layers flat, and what this package adds."""

    persona_name: Annotated[layers.Text, _InPlace("Name of the persona.")]
    system_prompt: Annotated[layers.Text, _InPlace("Who it is and how it behaves; needed unless pipeline_mode is echo.")]
    pipeline_mode: Annotated[
        pulumi.Input[Literal["full", "echo"]],
        _InPlace("Whether it thinks for itself, or only says what it is given.", write_only=True),
    ]
    default_replica_id: Annotated[layers.Text, _InPlace("Replica that appears where a conversation names none.")]
    default_replica: Annotated[Replica, instead_of("default_replica_id", "Replica of the program.")]
    document_ids: Annotated[layers.Texts, _InPlace("Documents that it may use.")]
    documents: Annotated[Sequence[Document], instead_of("document_ids", "Documents of the program.")]
    document_tags: Annotated[layers.Texts, _InPlace("Tags of documents that it may use.")]
    objectives_id: Annotated[layers.Text, _InPlace("What it works towards.", write_only=True)]
    objectives: Annotated[Objectives, instead_of("objectives_id", "Objectives of the program.")]
    guardrails_id: Annotated[layers.Text, _InPlace("What it must not do.", write_only=True)]
    guardrails: Annotated[Guardrails, instead_of("guardrails_id", "Guardrails of the program.")]
    perception: Annotated[pulumi.Input[layers.PerceptionArgs], _Layer("How it sees and hears.", warning=layers.perception_advice)]
    stt: Annotated[pulumi.Input[layers.SttArgs], _Layer("How it understands speech.", warning=layers.stt_advice)]
    conversational_flow: Annotated[pulumi.Input[layers.ConversationalFlowArgs], _Layer("How it takes its turn.", write_only=True)]
    llm: Annotated[pulumi.Input[layers.LlmArgs], _Layer("What it thinks with.", warning=layers.llm_advice)]
    tts: Annotated[pulumi.Input[layers.TtsArgs], _Layer("How it speaks.", warning=layers.tts_advice)]
    existing_persona_id: Annotated[layers.Text, existing("a persona")]
    on_destroy: OnDestroy


class PersonaLifecycle(TavusObjectLifecycle):
    """What a persona does."""

    args = PersonaArgs
    name = "Persona"
    noun = "persona"
    path = "/v2/personas"
    id_field = "persona_id"

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield what is missing for a persona of its own. Source: Tavus API reference, Create Persona, `system_prompt`."""
        if not given.keys() & {"system_prompt", self.existing} and given.get("pipeline_mode") != "echo":
            yield Failure("system_prompt", "is missing: a persona needs one, unless its pipeline_mode is echo")


class PersonaProvider(TavusObjectProvider):
    """Serves personas to the engine; its path is stored in users' state."""

    lifecycle = PersonaLifecycle


@add_documentation(PersonaArgs, source="Tavus API reference, Create Persona")
class Persona(TavusObject, module="tavus", name="Persona", provider=PersonaProvider):
    """
    A persona: how a replica behaves in conversations. Tavus also calls it a PAL.

    Everything about it changes in place, so that the applications which hold its id never notice. What Tavus refuses to change
    is an error, never a replacement. Keys and headers are secrets in the state and in all that is shown, so a new key shows as an
    update without any value.
    """

    persona_id: Annotated[pulumi.Output[str], Out("Id of the persona.")]
    persona_name: Annotated[pulumi.Output[str | None], Out("Its name.")]
    system_prompt: Annotated[pulumi.Output[str | None], Out("Who it is and how it behaves.")]
    default_replica_id: Annotated[pulumi.Output[str | None], Out("Replica that appears where a conversation names none.")]
    document_ids: Annotated[pulumi.Output[Sequence[str] | None], Out("Documents that it may use.")]
    document_tags: Annotated[pulumi.Output[Sequence[str] | None], Out("Tags of documents that it may use.")]
    created_at: Annotated[pulumi.Output[str], Out("Time of creation, as Tavus writes it.")]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[PersonaArgs]) -> None:
        super().__init__(PersonaProvider(), resource_name, args, opts)
