"""Lookup of pronunciation dictionaries.

Source: Tavus API reference, Get Pronunciation Dictionary and List Pronunciation Dictionaries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Unpack

import pulumi

from ..objects.pronunciation_dictionary import PronunciationDictionaryLifecycle
from ..schema.outputs import Out
from .documentation import add_documentation
from .lookup import CreatedAt, Filters, Query, UpdatedAt, resource_lookup
from .program import look_up, look_up_output


@dataclass(frozen=True, kw_only=True)
class PronunciationDictionaryResult:
    """Result of the lookup of a pronunciation dictionary."""

    pronunciation_dictionary_id: Annotated[str, Out("Id of the dictionary.")]
    name: Annotated[str | None, Out("Its name.")]
    rules: Annotated[Sequence[Mapping[str, Any]] | None, Out("How words are said; None in a list.")]
    rules_count: Annotated[int | None, Out("How many rules it has.")]
    created_at: CreatedAt
    updated_at: UpdatedAt


_DICTIONARIES = resource_lookup(
    PronunciationDictionaryLifecycle,
    PronunciationDictionaryResult,
    plural="pronunciation dictionaries",
    name_field="name",
    first_page=0,
)


@add_documentation
def get_pronunciation_dictionary(**query: Unpack[Query[str]]) -> PronunciationDictionaryResult:
    """Look up one dictionary by its id or its name. Raises pulumi.RunError where there is none, or several of that name."""
    return look_up(_DICTIONARIES.find_one, query)


@add_documentation
def get_pronunciation_dictionary_output(
    **query: Unpack[Query[pulumi.Input[str]]],
) -> pulumi.Output[PronunciationDictionaryResult]:
    """Look up one dictionary as `get_pronunciation_dictionary` does, by values that may be known only later."""
    return look_up_output(_DICTIONARIES.find_one, query)


@add_documentation
def get_pronunciation_dictionaries(**filters: Unpack[Filters]) -> list[PronunciationDictionaryResult]:
    """Look up all dictionaries. Raises pulumi.RunError where that fails."""
    return look_up(_DICTIONARIES.list_all, filters)


@add_documentation
def get_pronunciation_dictionaries_output(**filters: Unpack[Filters]) -> pulumi.Output[list[PronunciationDictionaryResult]]:
    """Look up all dictionaries as `get_pronunciation_dictionaries` does, by values that may be known only later."""
    return look_up_output(_DICTIONARIES.list_all, filters)
