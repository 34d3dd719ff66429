"""PronunciationDictionary: what a program declares; see objects/pronunciation_dictionary.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.pronunciation_dictionary import (
    PronunciationDictionaryArgs,
    PronunciationDictionaryLifecycle,
    PronunciationDictionaryState,
)
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class PronunciationDictionaryProvider(Provider):
    """Provider that serves pronunciation dictionaries to the engine; its path is stored in users' state."""

    lifecycle = PronunciationDictionaryLifecycle


@add_documentation(PronunciationDictionaryArgs, source="Tavus API reference, Create Pronunciation Dictionary")
class PronunciationDictionary(
    PronunciationDictionaryState,
    TavusObject,
    module="tavus",
    name="PronunciationDictionary",
    provider=PronunciationDictionaryProvider,
):
    """A pronunciation dictionary: how the voice of a persona says names and terms.

    A persona names it in its tts layer. Everything about it changes in place. Deleting it takes it out of every persona.

    Example:
        names = tavus.PronunciationDictionary(
            "names",
            name="Names",
            rules=[
                {
                    "text": "SQL",
                    "pronunciation": "sequel",
                    "type": "alias",
                    "case_sensitive": True,
                },
            ],
        )
        teacher = tavus.Persona(
            "teacher",
            system_prompt="You teach databases.",
            tts={"tts_engine": "cartesia", "pronunciation_dictionary": names},
        )

    """

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[PronunciationDictionaryArgs]
    ) -> None:
        super().__init__(PronunciationDictionaryProvider(), resource_name, args, opts)
