"""Guardrails: what a persona must not do, as a set of rules under one id.

The surprising rule: Tavus tells the set's name only when it is created, and may show only one guardrail of several.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url
from ..schema.outputs import Out
from .item_sets import ItemSetLifecycle


def _guardrail_name(name: str) -> str | None:
    fits = re.fullmatch(r"\w+", name, re.ASCII)
    return None if fits else f"must be of letters, digits and underscores, as in no_medical_advice, not {name!r}"


class GuardrailArgs(TypedDict):
    """One guardrail."""

    guardrail_name: Annotated[Input[str], Field("Name: letters, digits and underscores.", validator=_guardrail_name)]
    guardrail_prompt: Annotated[Input[str], Field("What the persona must or must not do.")]
    modality: NotRequired[
        Annotated[Input[Literal["verbal", "visual"]], Field("Whether it is about words or sight.", default="verbal")]
    ]
    callback_url: NotRequired[
        Annotated[Input[str], Field("Receives a webhook when it is broken.", validator=validate_http_url, sensitive=True)]
    ]


class GuardrailsArgs(TypedDict, total=False):
    """The inputs of a set of guardrails."""

    name: Annotated[Input[str], Field("Name of the set.", replaces=False, write_only=True)]
    data: Annotated[Input[Sequence[Input[GuardrailArgs]]], Field("The guardrails of the set.", replaces=False)]
    extra: Extra
    existing_guardrails_id: Annotated[Input[str], existing("a set of guardrails")]
    on_destroy: OnDestroy


class GuardrailsState:
    """Outputs of Guardrails."""

    guardrails_id: Annotated[Output[str], Out("Id of the set.")]
    data: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("The guardrails of the set.")]
    created_at: Annotated[Output[str], Out("Time of creation, as Tavus writes it.")]


class GuardrailsLifecycle(ItemSetLifecycle):
    """Lifecycle of a set of guardrails."""

    args = GuardrailsArgs
    state = GuardrailsState
    name = "Guardrails"
    noun = "guardrails"
    path = "/v2/guardrails"
    id_field = "guardrails_id"
    item_name = "guardrail_name"
    itemwise = ("/data",)
