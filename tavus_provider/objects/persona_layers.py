"""The layers of a persona: how it sees, hears, takes its turn, thinks and speaks.

Source: Tavus API reference, Create Persona, `layers`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ..schema.annotations import Input
from ..schema.fields import Field, instead_of
from ..schema.formats import is_exposed, validate_http_url

if TYPE_CHECKING:
    from ..resources.pronunciation_dictionary import PronunciationDictionary

Text = Input[str]
Texts = Input[Sequence[Input[str]]]
Flag = Input[bool]
Objects = Input[Sequence[Input[Mapping[str, Any]]]]
Object = Input[Mapping[str, Any]]
Level = Input[Literal["low", "medium", "high"]]


class PerceptionArgs(TypedDict, total=False):
    """How a persona sees and hears what is not said."""

    perception_model: Annotated[Input[Literal["raven-1", "raven-0", "off"]], Field("Model that perceives.", default="raven-1")]
    visual_awareness_queries: Annotated[Texts, Field("What it asks itself of the picture, again and again.")]
    visual_tool_prompt: Annotated[Text, Field("When it uses its visual tools.")]
    visual_tools: Annotated[Objects, Field("Functions that what it sees can call, in OpenAI's form.")]
    audio_awareness_queries: Annotated[Texts, Field("What it asks itself of the sound; raven-1 only.")]
    audio_tool_prompt: Annotated[Text, Field("When it uses its audio tools; raven-1 only.")]
    audio_tools: Annotated[Objects, Field("Functions that what it hears can call; raven-1 only.")]


class SttArgs(TypedDict, total=False):
    """How a persona understands speech."""

    stt_engine: Annotated[
        Input[
            Literal[
                "tavus-auto",
                "tavus-parakeet",
                "tavus-soniox",
                "tavus-whisper",
                "tavus-deepgram-medical",
                "tavus-advanced",
            ]
        ],
        Field("Engine that turns speech into text.", default="tavus-auto"),
    ]
    hotwords: Annotated[Text, Field("Words that it should recognize, such as names.")]


class ConversationalFlowArgs(TypedDict, total=False):
    """How a persona takes its turn. With any of these, Tavus fills in the others, so writing out a default is a change."""

    turn_detection_model: Annotated[
        Input[Literal["sparrow-1", "sparrow-0"]], Field("Model that tells when the participant has finished.")
    ]
    turn_taking_patience: Annotated[Level, Field("How long it waits before it answers.")]
    replica_interruptibility: Annotated[Level, Field("How easily it lets itself be interrupted.")]
    voice_isolation: Annotated[Input[Literal["off", "near"]], Field("Whether it hears only people nearby; near by default.")]
    wake_phrase: Annotated[Text, Field("What has to be said before it answers.")]
    idle_engagement: Annotated[
        Input[Literal["off", "patient", "eager"]], Field("How soon it speaks up in a silence; off by default.")
    ]


class LlmArgs(TypedDict, total=False):
    """What a persona thinks with: a model of Tavus's, or one of yours behind an OpenAI-compatible address."""

    model: Annotated[Text, Field("Name of the model, such as tavus-gpt-oss, or yours.")]
    base_url: Annotated[Text, Field("Address of your model.", validator=validate_http_url, sensitive=True)]
    api_key: Annotated[Text, Field("Key for your model.", secret=True)]
    speculative_inference: Annotated[
        Flag, Field("It begins to think before the participant has finished.", default=True, write_only=True)
    ]
    tools: Annotated[Objects, Field("Functions that it can call, in OpenAI's form.")]
    headers: Annotated[Input[Mapping[str, Input[str]]], Field("Headers of calls to your model; they may hold keys.", secret=True)]
    extra_body: Annotated[Object, Field("More members for the body of calls to your model.")]


class TtsArgs(TypedDict, total=False):
    """How a persona speaks."""

    api_key: Annotated[Text, Field("Key for the engine, where the voice is yours.", secret=True)]
    tts_engine: Annotated[Input[Literal["cartesia", "elevenlabs"]], Field("Engine that speaks.")]
    external_voice_id: Annotated[Text, Field("Id of the voice at the engine.")]
    voice_settings: Annotated[Object, Field("Settings of the engine for the voice.")]
    tts_emotion_control: Annotated[Flag, Field("The voice shows emotion.", default=True)]
    tts_model_name: Annotated[Text, Field("Name of the engine's model.")]
    pronunciation_dictionary_id: Annotated[Text, Field("Dictionary for names and terms.", is_id=True)]
    pronunciation_dictionary: Annotated[
        "PronunciationDictionary", instead_of("pronunciation_dictionary_id", "Dictionary of the program.")
    ]


_BOUNDS = {"speed": (0.7, 1.2), "stability": (0, 1), "similarity_boost": (0, 1), "style": (0, 1)}
"""Of voice settings at ElevenLabs. Source: Tavus docs, Text-to-Speech (TTS)."""


def warn_of_perception(perception: Mapping[str, Any]) -> str | None:
    """Warn of what the chosen model cannot do."""
    model = perception.get("perception_model", "raven-1")
    unable = {"raven-0": ("audio_",), "off": ("audio_", "visual_")}.get(str(model), ())
    idle = [name for name, value in perception.items() if value and name.startswith(unable)]
    return f"has {', '.join(idle)}, which {model} does not use" if unable and idle else None


def warn_of_stt(stt: Mapping[str, Any]) -> str | None:
    """Warn of the engine that Tavus has deprecated."""
    old = stt.get("stt_engine") == "tavus-advanced"
    return "has the stt_engine tavus-advanced, which is deprecated: write tavus-auto" if old else None


def warn_of_llm(llm: Mapping[str, Any]) -> str | None:
    """Warn of a partly configured model of the user's own. Source: Tavus docs, Large Language Model (LLM), custom LLMs."""
    missing = [name for name in ("model", "base_url", "api_key") if not llm.get(name)]
    custom = llm.get("base_url") or llm.get("api_key")
    return (
        f"has no {' and no '.join(missing)}: a model of your own needs model, base_url and api_key"
        if custom and missing
        else None
    )


def sends_key_in_clear(llm: Mapping[str, Any]) -> bool:
    """Return whether Tavus would send the key of the user's own model to another machine without encryption."""
    url = llm.get("base_url")
    return (
        bool(llm.get("api_key") or llm.get("headers")) and isinstance(url, str) and not validate_http_url(url) and is_exposed(url)
    )


def warn_of_tts(tts: Mapping[str, Any]) -> str | None:
    """Warn of a setting that ElevenLabs does not have."""
    settings = tts.get("voice_settings")
    if tts.get("tts_engine") != "elevenlabs" or not isinstance(settings, Mapping):
        return None
    for name, (least, most) in _BOUNDS.items():
        value = settings.get(name)
        if value is not None and not (isinstance(value, int | float) and least <= value <= most):
            return f"has voice_settings.{name} {value!r}: ElevenLabs takes {least} to {most}"
    return None
