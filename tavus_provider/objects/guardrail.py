"""Guardrail: one thing that personas must not do, or must.

The surprising rule: Tavus serves it under the path of the older sets, and its answers call its id `uuid`.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Required, TypedDict

from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.formats import validate_http_url, validate_most
from ..schema.outputs import CREATED_AT, Out
from .item_sets import MODALITIES

_InPlace = functools.partial(Field, replaces=False)
_CLIENT = "tavus-cli 0.11.0"
_LONGEST_TAG = 64


def _validate_tags(tags: Sequence[str]) -> str | None:
    wrong = next((tag for tag in tags if not 0 < len(tag) <= _LONGEST_TAG), None)
    if wrong is not None:
        return f"must have tags of 1 to {_LONGEST_TAG} characters, not {len(wrong)}"
    return validate_most(32, "tags")(tags)


class GuardrailArgs(TypedDict, total=False):
    """The inputs of a guardrail."""

    guardrail_name: Required[Annotated[Input[str], _InPlace("Name.", max_length=100)]]
    guardrail_prompt: Required[Annotated[Input[str], _InPlace("What the persona must not do, or must.", max_length=1000)]]
    modality: Annotated[Input[str], _InPlace("Whether it is about words, sight or sound.", default="verbal", known=MODALITIES)]
    callback_url: Annotated[
        Input[str],
        _InPlace("Receives a webhook when it is broken.", validator=validate_http_url, max_length=2048, sensitive=True),
    ]
    app_message: Annotated[Input[bool], _InPlace("Whether the page gets an event when it is broken.", default=True)]
    tool_call: Annotated[
        Input[Mapping[str, Any]], _InPlace("Tool that is called when it is broken.", write_only=True, source=_CLIENT)
    ]
    tags: Annotated[
        Input[Sequence[Input[str]]],
        _InPlace("Tags by which personas take it (guardrail_tags), at most 32.", validator=_validate_tags),
    ]
    extra: Extra
    existing_guardrail_id: Annotated[Input[str], existing("a guardrail")]
    on_destroy: OnDestroy


class GuardrailState:
    """Outputs of Guardrail."""

    guardrail_id: Annotated[Output[str], Out("Id of the guardrail.", example="g{digits}")]
    created_at: Annotated[Output[str | None], CREATED_AT]


class GuardrailLifecycle(TavusObjectLifecycle):
    """Lifecycle of a guardrail. Source: Tavus API reference, Create Guardrails, Patch Guardrails."""

    args = GuardrailArgs
    state = GuardrailState
    name = "Guardrail"
    noun = "guardrail"
    path = "/v2/guardrails"
    id_field = "guardrail_id"
