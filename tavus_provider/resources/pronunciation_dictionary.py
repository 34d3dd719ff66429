"""
PronunciationDictionary: how a voice says the words of a trade.

The surprising rule: deleting a dictionary also takes it out of every persona that uses it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict, Unpack

import pulumi

from ..lifecycle.tavus_object import OnDestroy, TavusObject, TavusObjectLifecycle, TavusObjectProvider, existing
from ..program.resource import Out
from ..schema.documentation import add_documentation
from ..schema.fields import Field


class PronunciationRuleArgs(TypedDict):
    """How one word is said."""

    text: Annotated[pulumi.Input[str], Field("Word or words as they are written.", max_length=200)]
    pronunciation: Annotated[pulumi.Input[str], Field("How they are said.", max_length=500)]
    type: Annotated[
        pulumi.Input[Literal["alias", "ipa"]], Field("Whether the pronunciation is other words, or phonetic (IPA) symbols.")
    ]
    case_sensitive: NotRequired[Annotated[pulumi.Input[bool], Field("Upper and lower case matter.", default=False)]]
    word_boundaries: NotRequired[Annotated[pulumi.Input[bool], Field("Only whole words are meant.", default=True)]]


def _unique_texts(rules: Sequence[Mapping[str, Any]]) -> str | None:
    """Ask for one rule for each text. Source: Tavus API reference, Update Pronunciation Dictionary, answer 400."""
    repeated = [text for text, times in Counter(rule["text"] for rule in rules).items() if times > 1]
    return f"must have one rule for each text: {', '.join(map(repr, repeated))} has several" if repeated else None


class PronunciationDictionaryArgs(TypedDict, total=False):
    """The inputs of a pronunciation dictionary."""

    name: Required[Annotated[pulumi.Input[str], Field("Name of the dictionary.", replaces=False, max_length=255)]]
    rules: Annotated[
        pulumi.Input[Sequence[pulumi.Input[PronunciationRuleArgs]]],
        Field("How words are said; each text once.", replaces=False, validator=_unique_texts),
    ]
    existing_pronunciation_dictionary_id: Annotated[pulumi.Input[str], existing("a dictionary")]
    on_destroy: OnDestroy


class PronunciationDictionaryLifecycle(TavusObjectLifecycle):
    """What a pronunciation dictionary does."""

    args = PronunciationDictionaryArgs
    name = "PronunciationDictionary"
    noun = "pronunciation dictionary"
    path = "/v2/pronunciation-dictionaries"
    id_field = "pronunciation_dictionary_id"


class PronunciationDictionaryProvider(TavusObjectProvider):
    """Serves pronunciation dictionaries to the engine; its path is stored in users' state."""

    lifecycle = PronunciationDictionaryLifecycle


@add_documentation(PronunciationDictionaryArgs, source="Tavus API reference, Create Pronunciation Dictionary")
class PronunciationDictionary(
    TavusObject, module="tavus", name="PronunciationDictionary", provider=PronunciationDictionaryProvider
):
    """
    A pronunciation dictionary: how the voice of a persona says names and terms.

    A persona names it in its tts layer. Everything about it changes in place. Deleting it takes it out of every persona.
    """

    pronunciation_dictionary_id: Annotated[pulumi.Output[str], Out("Id of the dictionary.")]
    name: Annotated[pulumi.Output[str], Out("Its name.")]
    rules: Annotated[pulumi.Output[Sequence[Mapping[str, Any]] | None], Out("Its rules.")]
    created_at: Annotated[pulumi.Output[str], Out("Time of creation, as Tavus writes it.")]

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[PronunciationDictionaryArgs]
    ) -> None:
        super().__init__(PronunciationDictionaryProvider(), resource_name, args, opts)
