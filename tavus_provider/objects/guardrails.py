"""Guardrails: what a persona must not do, as a set of rules under one id.

The surprising rule: Tavus tells the set's name only when it is created, and may show only one guardrail of several. Tavus calls
such sets legacy; it still serves them. Source: Tavus API reference, Legacy guardrail sets.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypedDict

from ..lifecycle.tavus_object import Extra, OnDestroy, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url
from ..schema.outputs import CREATED_AT, Out
from .item_sets import MODALITIES, ItemSetLifecycle


def _guardrail_name(name: str) -> str | None:
    fits = re.fullmatch(r"\w+", name, re.ASCII)
    return None if fits else f"must be of letters, digits and underscores, as in no_medical_advice, not {name!r}"


def _warn_of_length(most: int) -> Callable[[str], str | None]:
    """Return a function that warns of a string longer than Tavus takes for a single guardrail; of sets it tells no limit."""
    words = f"characters, and Tavus documents at most {most} for guardrails outside of sets: it may refuse this one"
    return lambda text: f"has {len(text)} {words}" if len(text) > most else None


class GuardrailItemArgs(TypedDict):
    """One guardrail."""

    guardrail_name: Annotated[
        Input[str],
        Field("Name: letters, digits and underscores, at most 100.", validator=_guardrail_name, warning=_warn_of_length(100)),
    ]
    guardrail_prompt: Annotated[
        Input[str], Field("What the persona must or must not do, in at most 1000 characters.", warning=_warn_of_length(1000))
    ]
    modality: NotRequired[
        Annotated[Input[str], Field("Whether it is about words, sight or sound.", default="verbal", known=MODALITIES)]
    ]
    callback_url: NotRequired[
        Annotated[Input[str], Field("Receives a webhook when it is broken.", validator=validate_http_url, sensitive=True)]
    ]


class GuardrailsArgs(TypedDict, total=False):
    """The inputs of a set of guardrails."""

    name: Annotated[Input[str], Field("Name of the set.", replaces=False, write_only=True, warning=_warn_of_length(100))]
    data: Annotated[Input[Sequence[Input[GuardrailItemArgs]]], Field("The guardrails of the set.", replaces=False)]
    extra: Extra
    existing_guardrails_id: Annotated[Input[str], existing("a set of guardrails")]
    on_destroy: OnDestroy


class GuardrailsState:
    """Outputs of Guardrails."""

    guardrails_id: Annotated[Output[str], Out("Id of the set.", example="g{digits}")]
    data: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("The guardrails of the set.")]
    created_at: Annotated[Output[str], CREATED_AT]


class GuardrailsLifecycle(ItemSetLifecycle):
    """Lifecycle of a set of guardrails."""

    args = GuardrailsArgs
    state = GuardrailsState
    name = "Guardrails"
    noun = "guardrails"
    path = "/v2/guardrails"
    id_field = "guardrails_id"
    item_name = "guardrail_name"
