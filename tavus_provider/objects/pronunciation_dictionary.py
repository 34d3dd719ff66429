"""PronunciationDictionary: how a voice says the words of a trade.

The surprising rule: deleting a dictionary also removes it from every persona that uses it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from ..lifecycle.tavus_object import Extra, OnDestroy, TavusObjectLifecycle, existing
from ..schema.annotations import Input, Output
from ..schema.fields import Field
from ..schema.outputs import CREATED_AT, Out


class PronunciationRuleArgs(TypedDict):
    """How one word is said."""

    text: Annotated[Input[str], Field("Word or words as they are written.", max_length=200)]
    pronunciation: Annotated[Input[str], Field("How they are said.", max_length=500)]
    type: Annotated[Input[Literal["alias", "ipa"]], Field("Whether the pronunciation is other words, or phonetic (IPA) symbols.")]
    alphabet: NotRequired[
        Annotated[
            Input[str],
            Field(
                "Alphabet of phonetic symbols; only where type is ipa.",
                default="ipa",
                known=("ipa",),
                write_only=True,
                source="tavus-cli 0.11.0, Tavus's own client",
            ),
        ]
    ]
    case_sensitive: NotRequired[Annotated[Input[bool], Field("Upper and lower case matter.", default=False)]]
    word_boundaries: NotRequired[Annotated[Input[bool], Field("Only whole words are meant.", default=True)]]


_MOST_RULES = 10_000


def _validate_rules(rules: Sequence[Mapping[str, Any]]) -> str | None:
    """Require one rule for each text, and 10,000 rules at most.

    Sources: Tavus API reference, Update Pronunciation Dictionary, answer 400; tavus-cli 0.11.0, schemas/pronunciation.py.
    """
    if len(rules) > _MOST_RULES:
        return f"must have at most {_MOST_RULES} rules, not {len(rules)}: make several dictionaries"
    repeated = [text for text, times in Counter(rule["text"] for rule in rules).items() if times > 1]
    return f"must have one rule for each text: {', '.join(map(repr, repeated))} has several" if repeated else None


class PronunciationDictionaryArgs(TypedDict, total=False):
    """The inputs of a pronunciation dictionary."""

    name: Required[Annotated[Input[str], Field("Name of the dictionary.", replaces=False, max_length=255)]]
    rules: Annotated[
        Input[Sequence[Input[PronunciationRuleArgs]]],
        Field("How words are said; each text once, at most 10,000.", replaces=False, validator=_validate_rules),
    ]
    extra: Extra
    existing_pronunciation_dictionary_id: Annotated[Input[str], existing("a dictionary")]
    on_destroy: OnDestroy


class PronunciationDictionaryState:
    """Outputs of PronunciationDictionary."""

    pronunciation_dictionary_id: Annotated[Output[str], Out("Id of the dictionary.", example="pd_{digits}")]
    name: Annotated[Output[str], Out("Its name.")]
    rules: Annotated[Output[Sequence[Mapping[str, Any]] | None], Out("Its rules.")]
    created_at: Annotated[Output[str], CREATED_AT]


class PronunciationDictionaryLifecycle(TavusObjectLifecycle):
    """Lifecycle of a pronunciation dictionary."""

    args = PronunciationDictionaryArgs
    state = PronunciationDictionaryState
    name = "PronunciationDictionary"
    noun = "pronunciation dictionary"
    path = "/v2/pronunciation-dictionaries"
    id_field = "pronunciation_dictionary_id"
    patches_whole_fields = True
