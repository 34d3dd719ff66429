"""
Guardrails: what a persona must not do, as a set of rules under one id.

The surprising rule: Tavus tells the set's name only when it is created, and may show only one guardrail of several.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, TypedDict, Unpack

import pulumi

from ..lifecycle.tavus_object import OnDestroy, TavusObject, TavusObjectProvider, existing
from ..objects.item_sets import ItemSetLifecycle
from ..program.resource import Out
from ..schema.documentation import add_documentation
from ..schema.fields import Field
from ..schema.formats import http_url


def _guardrail_name(name: str) -> str | None:
    fits = re.fullmatch(r"\w+", name, re.ASCII)
    return None if fits else f"must be of letters, digits and underscores, as in no_medical_advice, not {name!r}"


class GuardrailArgs(TypedDict):
    """One guardrail."""

    guardrail_name: Annotated[pulumi.Input[str], Field("Name: letters, digits and underscores.", validator=_guardrail_name)]
    guardrail_prompt: Annotated[pulumi.Input[str], Field("What the persona must or must not do.")]
    modality: NotRequired[
        Annotated[pulumi.Input[Literal["verbal", "visual"]], Field("Whether it is about words or sight.", default="verbal")]
    ]
    callback_url: NotRequired[
        Annotated[pulumi.Input[str], Field("Receives a webhook when it is broken.", validator=http_url, sensitive=True)]
    ]


class GuardrailsArgs(TypedDict, total=False):
    """The inputs of a set of guardrails."""

    name: Annotated[pulumi.Input[str], Field("Name of the set.", replaces=False, write_only=True)]
    data: Annotated[pulumi.Input[Sequence[pulumi.Input[GuardrailArgs]]], Field("The guardrails of the set.", replaces=False)]
    existing_guardrails_id: Annotated[pulumi.Input[str], existing("a set of guardrails")]
    on_destroy: OnDestroy


class GuardrailsLifecycle(ItemSetLifecycle):
    """What a set of guardrails does."""

    args = GuardrailsArgs
    name = "Guardrails"
    noun = "guardrails"
    path = "/v2/guardrails"
    id_field = "guardrails_id"
    item_name = "guardrail_name"
    itemwise = ("/data",)


class GuardrailsProvider(TavusObjectProvider):
    """Serves guardrails to the engine; its path is stored in users' state."""

    lifecycle = GuardrailsLifecycle


@add_documentation(GuardrailsArgs, source="Tavus API reference, Create Guardrails")
class Guardrails(TavusObject, module="tavus", name="Guardrails", provider=GuardrailsProvider):
    """
    A set of guardrails: what a persona must not do, and what it must.

    A persona takes it as `guardrails`. Each field of each guardrail changes in place, under the same id.
    """

    guardrails_id: Annotated[pulumi.Output[str], Out("Id of the set.")]
    data: Annotated[pulumi.Output[Sequence[Mapping[str, Any]] | None], Out("The guardrails of the set.")]
    created_at: Annotated[pulumi.Output[str], Out("Time of creation, as Tavus writes it.")]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[GuardrailsArgs]) -> None:
        super().__init__(GuardrailsProvider(), resource_name, args, opts)
