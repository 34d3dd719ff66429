"""The layers of a persona: how it sees, hears, takes its turn, thinks and speaks.

Source: Tavus API reference, Create Persona, `layers`; what its older documents lack names another one.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ..schema.annotations import Input
from ..schema.fields import Field, instead_of
from ..schema.formats import is_exposed, validate_http_url

if TYPE_CHECKING:
    from ..resources.pronunciation_dictionary import PronunciationDictionary
    from ..resources.voice import Voice

Text = Input[str]
Texts = Input[Sequence[Input[str]]]
Flag = Input[bool]
Objects = Input[Sequence[Input[Mapping[str, Any]]]]
Object = Input[Mapping[str, Any]]
Level = Input[Literal["low", "medium", "high"]]

CLI = "tavus-cli 0.11.0"
EU_AI_ACT = "Tavus docs, EU AI Act compliance"
_FLOW = "Tavus docs, Conversational Flow"
_PERCEPTION = "Tavus docs, Perception"
_INLINE = "Tavus calls tools within a layer deprecated; a Tool is one of its own."

_STT_ENGINES = (
    "tavus-auto",
    "tavus-parakeet",
    "tavus-soniox",
    "tavus-whisper",
    "tavus-deepgram-medical",
    "tavus-advanced",
)

MODELS = (
    "tavus-gemma-4",
    "tavus-glm-4.7",
    "tavus-gpt-oss",
    "tavus-gpt-5.2",
    "tavus-gemini-2.5-flash",
    "tavus-gemini-3-flash",
    "tavus-claude-haiku-4.5",
)
"""Models that Tavus hosts. Sources: Tavus docs, Large Language Model (LLM); tavus-cli 0.11.0, its default."""

_OLD_MODELS = {
    "tavus-gpt-4.1": "tavus-gpt-5.2",
    "tavus-gpt-4o": "tavus-gpt-5.2",
    "tavus-gpt-4o-mini": "tavus-gpt-oss",
    "tavus-llama": "tavus-gpt-oss",
    "tavus-llama-4": "tavus-gpt-oss",
}
"""Models that Tavus calls deprecated or does not list any more, with the ones for the same use. Source: as of `MODELS`."""

_USERNAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]")


def validate_username(value: str) -> str | None:
    """Require what Tavus takes before the @ of a persona's address. Source: Tavus docs, Google Meet, `username`."""
    if not _USERNAME.fullmatch(value):
        return "must have at least 2 letters, digits, dots, underscores and hyphens, and begin and end with a letter or digit"
    return (
        "must not be bot with a number, which Tavus keeps for itself" if re.fullmatch(r"bot\d+", value, re.IGNORECASE) else None
    )


def _older(name: str) -> Field:
    """Return the field of a name of raven-0's for the input `name`."""
    return Field(f"Older name of {name}.", alias_of=name, deprecated=f"write {name}")


class PerceptionArgs(TypedDict, total=False):
    """How a persona perceives picture and sound, apart from speech."""

    perception_model: Annotated[Text, Field("Model that perceives.", default="raven-1", known=("raven-1", "raven-0", "off"))]
    visual_awareness_queries: Annotated[Texts, Field("Questions about the picture that it answers again and again.")]
    visual_tool_prompt: Annotated[Text, Field("When it uses its visual tools.")]
    visual_tools: Annotated[Objects, Field(f"Functions that it can call when it sees something, in OpenAI's form. {_INLINE}")]
    audio_awareness_queries: Annotated[Texts, Field("Questions about the sound that it answers again and again; raven-1 only.")]
    audio_tool_prompt: Annotated[Text, Field("When it uses its audio tools; raven-1 only.")]
    audio_tools: Annotated[Objects, Field(f"Functions that it can call when it hears something; raven-1 only. {_INLINE}")]
    perception_analysis_queries: Annotated[
        Texts, Field("Questions that it answers at the end of the call, for the analysis.", source=_PERCEPTION, write_only=True)
    ]
    emotion_recognition: Annotated[
        Text,
        Field(
            "Whether it infers emotions from face and voice; `auto` follows the conversation's policy.",
            default="auto",
            known=("auto", "full", "limited"),
            source=EU_AI_ACT,
            write_only=True,
        ),
    ]
    ambient_awareness_queries: Annotated[Texts, _older("visual_awareness_queries")]
    perception_tool_prompt: Annotated[Text, _older("visual_tool_prompt")]
    perception_tools: Annotated[Objects, _older("visual_tools")]


class SttArgs(TypedDict, total=False):
    """How a persona understands speech."""

    stt_engine: Annotated[
        Text,
        Field(
            "Engine that turns speech into text.",
            default="tavus-auto",
            known=_STT_ENGINES,
            superseded={"tavus-advanced": "tavus-auto"},
        ),
    ]
    hotwords: Annotated[
        Text, Field("Words that it should recognize, such as names; an older page of Tavus has them for `tavus-advanced` only.")
    ]


class ConversationalFlowArgs(TypedDict, total=False):
    """How a persona takes its turn. With any of these, Tavus fills in the others, so writing out a default is a change."""

    turn_detection_model: Annotated[
        Text,
        Field("Model that tells when the participant has finished.", known=("sparrow-1", "sparrow-0", "timebased")),
    ]
    turn_taking_patience: Annotated[Level, Field("How long it waits before it answers.")]
    turn_commitment: Annotated[
        Level, Field("How readily it begins to speak while the participant may still be speaking.", source=_FLOW)
    ]
    replica_interruptibility: Annotated[Level, Field("How easily it lets itself be interrupted.")]
    active_listening: Annotated[Text, Field("Whether it shows that it listens.", source=CLI)]
    voice_isolation: Annotated[Text, Field("Whether it hears only people nearby; near by default.", known=("off", "near"))]
    noise_cancellation: Annotated[Text, Field("Whether noise is removed from the participants' sound.", source=CLI)]
    wake_phrase: Annotated[Text, Field("Phrase that a participant has to say before it answers.")]
    sleep_phrase: Annotated[Text, Field("Phrase after which it stays silent until it hears the wake_phrase.", source=_FLOW)]
    idle_engagement: Annotated[
        Text, Field("How soon it speaks up in a silence; off by default.", known=("off", "patient", "eager"))
    ]


class LlmArgs(TypedDict, total=False):
    """What a persona thinks with: a model of Tavus's, or one of yours behind an OpenAI-compatible address."""

    model: Annotated[Text, Field(f"Name of the model: one of Tavus's ({', '.join(MODELS)}), or yours.", superseded=_OLD_MODELS)]
    base_url: Annotated[Text, Field("Address of your model.", validator=validate_http_url, sensitive=True)]
    api_key: Annotated[Text, Field("Key for your model.", secret=True)]
    speculative_inference: Annotated[
        Flag, Field("It begins to think before the participant has finished.", default=True, write_only=True)
    ]
    tools: Annotated[Objects, Field(f"Functions that it can call, in OpenAI's form. {_INLINE}")]
    headers: Annotated[Input[Mapping[str, Input[str]]], Field("Headers of calls to your model; they may hold keys.", secret=True)]
    extra_body: Annotated[Object, Field("More members for the body of calls to your model.")]
    default_query: Annotated[
        Input[Mapping[str, Input[str]]],
        Field("Query parameters of calls to your model; they may hold keys.", secret=True, source=CLI),
    ]


class TtsArgs(TypedDict, total=False):
    """How a persona speaks."""

    api_key: Annotated[Text, Field("Key for the engine, where the voice is yours.", secret=True)]
    tts_engine: Annotated[Text, Field("Engine that speaks.", known=("cartesia", "elevenlabs", "azure"))]
    external_voice_id: Annotated[Text, Field("Id of the voice at the engine.")]
    voice_id: Annotated[
        Text,
        Field("Voice that you made at Tavus, instead of an engine's.", is_id=True, source="Tavus docs, Voices", write_only=True),
    ]
    voice: Annotated["Voice", instead_of("voice_id", "Voice of the program.")]
    voice_settings: Annotated[Object, Field("Settings of the engine for the voice.")]
    tts_emotion_control: Annotated[Flag, Field("The voice shows emotion.", default=True)]
    tts_model_name: Annotated[Text, Field("Name of the engine's model.")]
    pronunciation_dictionary_id: Annotated[Text, Field("Dictionary for names and terms.", is_id=True)]
    pronunciation_dictionary: Annotated[
        "PronunciationDictionary", instead_of("pronunciation_dictionary_id", "Dictionary of the program.")
    ]


class TransportArgs(TypedDict, total=False):
    """Where pictures and sound of a persona travel."""

    transport_type: Annotated[Text, Field("Kind of the room, instead of one at Daily.", known=("livekit",))]


class KnowledgeBaseArgs(TypedDict, total=False):
    """How a persona searches its documents."""

    rag_score_threshold: Annotated[Input[float], Field("Lowest similarity at which it uses a passage.")]
    rag_n_chunks: Annotated[Input[int], Field("Maximum number of passages that it uses at once.")]
    rag_surrounding_chunk_radius: Annotated[Input[int], Field("Number of passages before and after each one that it also reads.")]
    enable_rag_observability_app_messages: Annotated[Flag, Field("Whether messages to the page tell what it found.")]
    use_procedure_goalchain: Annotated[Flag, Field("Whether it follows procedures in documents step by step.")]


class CapabilitiesArgs(TypedDict, total=False):
    """What else a persona can do."""

    mcp_enabled: Annotated[Flag, Field("Whether it uses servers of the Model Context Protocol.")]
    search_enabled: Annotated[Flag, Field("Whether it searches the web.")]
    activity_log_enabled: Annotated[Flag, Field("Whether its activity is logged.")]
    search_results_prompt_injection_prevention_enabled: Annotated[
        Flag, Field("Whether Tavus removes instructions from search results before it reads them.")
    ]


class ConferencingArgs(TypedDict, total=False):
    """Identity with which a persona is invited to meetings."""

    username: Annotated[
        Text,
        Field(
            "Part of its address before @tavusinvite.com; nobody else may have it.",
            normalize=str.lower,
            validator=validate_username,
        ),
    ]
    allowlist: Annotated[Texts, Field("Who may invite it: addresses, or regular expressions of addresses.")]
    whitelabel: Annotated[
        Flag, Field("Whether meetings show your name instead of Tavus's; Tavus grants it on request.", source=CLI)
    ]


_BOUNDS = {"speed": (0.7, 1.2), "stability": (0, 1), "similarity_boost": (0, 1), "style": (0, 1)}
"""Of voice settings at ElevenLabs. Source: Tavus docs, Text-to-Speech (TTS)."""


def warn_of_perception(perception: Mapping[str, Any]) -> str | None:
    """Warn of what the chosen model cannot do."""
    model = perception.get("perception_model", "raven-1")
    unable = {"raven-0": ("audio_",), "off": ("audio_", "visual_")}.get(str(model), ())
    idle = [name for name, value in perception.items() if value and name.startswith(unable)]
    return f"has {', '.join(idle)}, which {model} does not use" if unable and idle else None


def warn_of_flow(flow: Mapping[str, Any]) -> str | None:
    """Warn of a persona that falls silent for ever. Source: tavus-cli 0.11.0, tavus_meeting_configure."""
    is_stuck = flow.get("sleep_phrase") and not flow.get("wake_phrase")
    return "has a sleep_phrase and no wake_phrase, without which it never speaks again" if is_stuck else None


def warn_of_llm(llm: Mapping[str, Any]) -> str | None:
    """Warn of a partly configured model of the user's own, and of a name that neither Tavus nor the user seems to have.

    Source: Tavus docs, Large Language Model (LLM), custom LLMs.
    """
    if llm.get("base_url") or llm.get("api_key"):
        missing = [name for name in ("model", "base_url", "api_key") if not llm.get(name)]
        return f"has no {' and no '.join(missing)}: a model of your own needs model, base_url and api_key" if missing else None
    model = llm.get("model")
    if not isinstance(model, str) or model in MODELS or model in _OLD_MODELS:
        return None
    documented = f"which Tavus does not document ({', '.join(MODELS)})"
    return f"has the model {model!r}, {documented}; one of your own needs base_url and api_key"


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
