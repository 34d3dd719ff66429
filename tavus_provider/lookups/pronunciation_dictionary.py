"""
Looking up pronunciation dictionaries.

Source: Tavus API reference, Get Pronunciation Dictionary and List Pronunciation Dictionaries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..program.resource import Out
from ..resources.pronunciation_dictionary import PronunciationDictionaryLifecycle
from .documentation import add_documentation
from .lookup import Filters, Lookup, Query, as_resource
from .program import later, now


@dataclass(frozen=True, kw_only=True)
class PronunciationDictionaryResult:
    """What a lookup tells of a pronunciation dictionary."""

    pronunciation_dictionary_id: Annotated[str, Out("Id of the dictionary.")]
    name: Annotated[str | None, Out("Its name.")]
    rules: Annotated[Sequence[Mapping[str, Any]] | None, Out("How words are said; None in a list.")]
    rules_count: Annotated[int | None, Out("How many rules it has.")]
    created_at: Annotated[str | None, Out("Time of creation, as Tavus writes it.")]
    updated_at: Annotated[str | None, Out("Time of the last change, as Tavus writes it.")]


_DICTIONARIES = Lookup(
    result=PronunciationDictionaryResult,
    noun="pronunciation dictionary",
    plural="pronunciation dictionaries",
    path=PronunciationDictionaryLifecycle.path,
    id_field=PronunciationDictionaryLifecycle.id_field,
    name_field="name",
    first=0,
    read=as_resource(PronunciationDictionaryLifecycle),
)


@add_documentation
def get_pronunciation_dictionary(**query: Unpack[Query[str]]) -> PronunciationDictionaryResult:
    """Look up one dictionary by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return now(_DICTIONARIES.one, query)


@add_documentation
def get_pronunciation_dictionary_output(
    **query: Unpack[Query[pulumi.Input[str]]],
) -> pulumi.Output[PronunciationDictionaryResult]:
    """Look up one dictionary as `get_pronunciation_dictionary` does, by what may be known only later."""
    return later(_DICTIONARIES.one, query)


@add_documentation
def get_pronunciation_dictionaries(**filters: Unpack[Filters]) -> list[PronunciationDictionaryResult]:
    """Look up all dictionaries. Raises pulumi.RunError where that fails."""
    return now(_DICTIONARIES.many, filters)


@add_documentation
def get_pronunciation_dictionaries_output(**filters: Unpack[Filters]) -> pulumi.Output[list[PronunciationDictionaryResult]]:
    """Look up all dictionaries as `get_pronunciation_dictionaries` does, by what may be known only later."""
    return later(_DICTIONARIES.many, filters)
