"""The layers of a persona: what they may hold, and what Tavus fills in.

Source: Tavus API reference, Create Persona.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tavus_provider.sandbox.schemas import BOOLEAN, STRING, STRINGS, Schema

_LEVEL: Schema = {"enum": ["low", "medium", "high"]}
_OBJECT: Schema = {"type": "object"}
_TOOLS: Schema = {
    "type": "array",
    "items": {**_OBJECT, "properties": {"name": STRING, "description": STRING}, "additionalProperties": True},
}


def _layer(**members: Schema) -> Schema:
    return {"type": "object", "properties": members}


LAYERS: Schema = _layer(
    perception=_layer(
        perception_model={"enum": ["raven-1", "raven-0", "off"]},
        visual_awareness_queries=STRINGS,
        visual_tool_prompt=STRING,
        visual_tools=_TOOLS,
        audio_awareness_queries=STRINGS,
        audio_tool_prompt=STRING,
        audio_tools=_TOOLS,
    ),
    stt=_layer(
        stt_engine={
            "enum": [
                "tavus-auto",
                "tavus-parakeet",
                "tavus-soniox",
                "tavus-whisper",
                "tavus-deepgram-medical",
                "tavus-advanced",
            ]
        },
        hotwords=STRING,
    ),
    conversational_flow=_layer(
        turn_detection_model={"enum": ["sparrow-1", "sparrow-0"]},
        turn_taking_patience=_LEVEL,
        replica_interruptibility=_LEVEL,
        voice_isolation={"enum": ["off", "near"]},
        wake_phrase={"type": ["string", "null"]},
        idle_engagement={"enum": ["off", "patient", "eager"]},
    ),
    llm=_layer(
        model=STRING,
        base_url=STRING,
        api_key=STRING,
        speculative_inference=BOOLEAN,
        tools={"type": "array"},
        headers=_OBJECT,
        extra_body=_OBJECT,
    ),
    tts=_layer(
        api_key=STRING,
        tts_engine={"enum": ["cartesia", "elevenlabs"]},
        external_voice_id=STRING,
        voice_settings=_OBJECT,
        tts_emotion_control=BOOLEAN,
        tts_model_name=STRING,
        pronunciation_dictionary_id={"type": ["string", "null"]},
    ),
)
"""The schema of all layers. Tools may have other fields than those that the contract names, as they have in its examples."""

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "perception": {"perception_model": "raven-1"},
    "stt": {"stt_engine": "tavus-auto"},
    "conversational_flow": {
        "turn_detection_model": "sparrow-1",
        "turn_taking_patience": "medium",
        "replica_interruptibility": "medium",
        "voice_isolation": "near",
        "wake_phrase": None,
        "idle_engagement": "off",
    },
    "llm": {"speculative_inference": True},
    "tts": {"tts_emotion_control": True},
}

_MASK = "********"


def completed(layers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the layers with the defaults of those that are given; an empty conversational flow stays off."""
    # assumed: layer-defaults
    return {
        name: dict(layer) if name == "conversational_flow" and not layer else {**_DEFAULTS[name], **layer}
        for name, layer in layers.items()
    }


def told(layers: Mapping[str, Mapping[str, Any]], silent: Sequence[str], masked: bool) -> dict[str, Any]:
    """Return the layers as an answer tells them: without the fields that it is `silent` about, api_key maybe masked."""
    fields = {name: _told(name, layer, silent) for name, layer in layers.items() if name not in silent}
    return {name: _masked(layer) for name, layer in fields.items()} if masked else fields


def _told(name: str, layer: Mapping[str, Any], silent: Sequence[str]) -> dict[str, Any]:
    return {field: value for field, value in layer.items() if f"{name}.{field}" not in silent}


def _masked(layer: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _MASK if field == "api_key" else value for field, value in layer.items()}
