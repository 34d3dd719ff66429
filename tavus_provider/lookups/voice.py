"""Lookup of the voices that personas and replicas speak with.

Sources: Tavus API reference, List Voices, and since 2026 Get Voice, by which voices have an id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Unpack

import pulumi

from ..schema.fields import Field
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Document, Filters, Lookup, Query, Str, unwrap
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class VoiceResult:
    """Result of the lookup of a voice."""

    voice_id: Annotated[str | None, Out("Id of the voice, for `default_voice_id` of replicas; None where Tavus tells none.")]
    voice_name: Annotated[str, Out("Name of the voice.")]
    description: Annotated[str | None, Out("What it is like, in words.")]
    voice_type: Annotated[str | None, Out("`system` where Tavus provides it, `user` where it is the account's own.")]
    status: Annotated[str | None, Out("`started`, `completed` or `error`: whether it is ready to be used.")]
    error_message: Annotated[str | None, Out("Why it could not be created.")]
    replica_id: Annotated[str | None, Out("Replica that has it.")]
    audio_url: Annotated[str | None, Out("Sample of it.")]
    tags: Annotated[Sequence[Mapping[str, str]] | None, Out('What it is like, each as `{"tag_name": …}`.')]
    created_at: CreatedAt


class VoiceFilters(Filters, Generic[Str], total=False):
    """Filters of the list of voices."""

    search: Annotated[Str, Field("Only those with this in their name, whatever the case.")]
    tag: Annotated[Str, Field("Only those with this tag, whatever the case.")]


def _read(answer: Document) -> Document:
    """Return the voice in an answer; newer ones have tags as strings."""
    voice = unwrap(answer)
    tags = [{"tag_name": tag} if isinstance(tag, str) else tag for tag in voice.get("tags") or ()]
    return {**voice, "tags": tags}


_VOICES = Lookup(
    result=VoiceResult,
    noun="voice",
    plural="voices",
    path="/v2/voices",
    id_field="voice_id",
    name_field="voice_name",
    other_key="voice_name",
    read=_read,
    filters=VoiceFilters,
)


@add_documentation
def get_voice(**query: Unpack[Query[str]]) -> VoiceResult:
    """Look up one voice by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_VOICES.find_one, query)


@add_documentation
def get_voice_output(**query: Unpack[Query[pulumi.Input[str]]]) -> pulumi.Output[VoiceResult]:
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
