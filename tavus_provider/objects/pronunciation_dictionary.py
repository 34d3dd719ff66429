"""PronunciationDictionary: how a voice says the words of a trade.

The surprising rule: deleting a dictionary also removes it from every persona that uses it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.outputs import Out


class PronunciationRuleArgs(TypedDict):
    """How one word is said."""

    text: Annotated[Input[str], Field("Word or words as they are written.", max_length=200)]
    pronunciation: Annotated[Input[str], Field("How they are said.", max_length=500)]
    type: Annotated[Input[Literal["alias", "ipa"]], Field("Whether the pronunciation is other words, or phonetic (IPA) symbols.")]
    case_sensitive: NotRequired[Annotated[Input[bool], Field("Upper and lower case matter.", default=False)]]
    word_boundaries: NotRequired[Annotated[Input[bool], Field("Only whole words are meant.", default=True)]]


def _unique_texts(rules: Sequence[Mapping[str, Any]]) -> str | None:
    """Require one rule for each text. Source: Tavus API reference, Update Pronunciation Dictionary, answer 400."""
    repeated = [text for text, times in Counter(rule["text"] for rule in rules).items() if times > 1]
    return f"must have one rule for each text: {', '.join(map(repr, repeated))} has several" if repeated else None


class PronunciationDictionaryArgs(TypedDict, total=False):
    """The inputs of a pronunciation dictionary."""

    name: Required[Annotated[Input[str], Field("Name of the dictionary.", replaces=False, max_length=255)]]
    rules: Annotated[
        Input[Sequence[Input[PronunciationRuleArgs]]],
        Field("How words are said; each text once.", replaces=False, validator=_unique_texts),
    ]
    extra: Extra
    existing_pronunciation_dictionary_id: Annotated[Input[str], existing("a dictionary")]
    on_destroy: OnDestroy


class PronunciationDictionaryState:
    """Outputs of PronunciationDictionary."""

    pronunciation_dictionary_id: Annotated[Output[str], Out("Id of the dictionary.")]
    name: Annotated[Output[str], Out("Its name.")]
    rules: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("Its rules.")]
    created_at: Annotated[Output[str], Out("Time of creation, as Tavus writes it.")]


class PronunciationDictionaryLifecycle(TavusObjectLifecycle):
    """Lifecycle of a pronunciation dictionary."""

    args = PronunciationDictionaryArgs
    state = PronunciationDictionaryState
    name = "PronunciationDictionary"
    noun = "pronunciation dictionary"
    path = "/v2/pronunciation-dictionaries"
    id_field = "pronunciation_dictionary_id"
    patches_whole_fields = True
