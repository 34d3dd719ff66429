"""Lookup of the voices that a replica made from an image can speak with. Their names are their ids.

Source: Tavus API reference, List Voices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Unpack

import pulumi

from ..schema.fields import Field
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import ByName, Filters, Lookup, Str
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class VoiceResult:
    """Result of the lookup of a voice."""

    voice_name: Annotated[str, Out("Name of the voice.")]
    replica_id: Annotated[str | None, Out("Replica that has it.")]
    audio_url: Annotated[str | None, Out("Sample of it.")]
    tags: Annotated[Sequence[Mapping[str, str]] | None, Out('What it is like, each as `{"tag_name": …}`.')]


class VoiceQuery(ByName[Str], Filters, Generic[Str], total=False):
    """Arguments of the lookup of one voice."""


class VoiceFilters(Filters, Generic[Str], total=False):
    """Filters of the list of voices."""

    search: Annotated[Str, Field("Only those with this in their name, whatever the case.")]
    tag: Annotated[Str, Field("Only those with this tag, whatever the case.")]


_VOICES = Lookup(
    result=VoiceResult,
    noun="voice",
    plural="voices",
    path="/v2/voices",
    id_field="voice_name",
    name_field="voice_name",
    query=VoiceQuery,
    filters=VoiceFilters,
)


@add_documentation
def get_voice(**query: Unpack[VoiceQuery[str]]) -> VoiceResult:
    """Look up one voice by its name. Raises pulumi.RunError where there is none."""
    return look_up(_VOICES.find_one, query)


@add_documentation
def get_voice_output(**query: Unpack[VoiceQuery[pulumi.Input[str]]]) -> pulumi.Output[VoiceResult]:
    """Look up one voice as `get_voice` does, by values that may be known only later."""
    return look_up_output(_VOICES.find_one, query)


@add_documentation
def get_voices(**filters: Unpack[VoiceFilters[str]]) -> list[VoiceResult]:
    """Look up all voices. Raises pulumi.RunError where that fails."""
    return look_up(_VOICES.list_all, filters)


@add_documentation
def get_voices_output(**filters: Unpack[VoiceFilters[pulumi.Input[str]]]) -> pulumi.Output[list[VoiceResult]]:
    """Look up all voices as `get_voices` does, by values that may be known only later."""
    return look_up_output(_VOICES.list_all, filters)
