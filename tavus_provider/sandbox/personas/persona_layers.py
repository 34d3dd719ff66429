"""Layers of a persona: their fields and their defaults.

Sources: Tavus API reference, Create Persona; Tavus docs, Google Meet, Conversational Flow, Perception, Text-to-Speech and Voices;
tavus-cli 0.11.0, schemas/pal.py; livekit-plugins-tavus 1.8.9, create_pal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..api.validation import BOOLEAN, INTEGER, NUMBER, STRING, STRINGS, Schema

_LEVEL: Schema = {"enum": ["low", "medium", "high"]}
_OBJECT: Schema = {"type": "object"}
# The contract's own examples have tools with further fields.
_TOOLS: Schema = {
    "type": "array",
    "items": {**_OBJECT, "properties": {"name": STRING, "description": STRING}, "additionalProperties": True},
}


def _layer_schema(**members: Schema) -> Schema:
    return {"type": "object", "properties": members}


LAYERS_SCHEMA: Schema = _layer_schema(
    perception=_layer_schema(
        perception_model={"enum": ["raven-1", "raven-0", "off"]},
        visual_awareness_queries=STRINGS,
        visual_tool_prompt=STRING,
        visual_tools=_TOOLS,
        audio_awareness_queries=STRINGS,
        audio_tool_prompt=STRING,
        audio_tools=_TOOLS,
        perception_analysis_queries=STRINGS,
        emotion_recognition={"enum": ["auto", "full", "limited"]},
    ),
    stt=_layer_schema(
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
    conversational_flow=_layer_schema(
        turn_detection_model={"enum": ["sparrow-1", "sparrow-0", "timebased"]},
        turn_taking_patience=_LEVEL,
        turn_commitment=_LEVEL,
        replica_interruptibility=_LEVEL,
        active_listening=STRING,
        voice_isolation={"enum": ["off", "near"]},
        noise_cancellation=STRING,
        wake_phrase={"type": ["string", "null"]},
        sleep_phrase={"type": ["string", "null"]},
        idle_engagement={"enum": ["off", "patient", "eager"]},
    ),
    llm=_layer_schema(
        model=STRING,
        base_url=STRING,
        api_key=STRING,
        speculative_inference=BOOLEAN,
        tools={"type": "array"},
        headers=_OBJECT,
        extra_body=_OBJECT,
        default_query=_OBJECT,
    ),
    tts=_layer_schema(
        api_key=STRING,
        tts_engine={"enum": ["cartesia", "elevenlabs", "azure"]},
        external_voice_id=STRING,
        voice_id=STRING,
        voice_settings=_OBJECT,
        tts_emotion_control=BOOLEAN,
        tts_model_name=STRING,
        pronunciation_dictionary_id={"type": ["string", "null"]},
    ),
    transport=_layer_schema(transport_type={"enum": ["livekit"]}),
    knowledge_base=_layer_schema(
        rag_score_threshold=NUMBER,
        rag_n_chunks=INTEGER,
        rag_surrounding_chunk_radius=INTEGER,
        enable_rag_observability_app_messages=BOOLEAN,
        use_procedure_goalchain=BOOLEAN,
    ),
    capabilities=_layer_schema(
        mcp_enabled=BOOLEAN,
        search_enabled=BOOLEAN,
        activity_log_enabled=BOOLEAN,
        search_results_prompt_injection_prevention_enabled=BOOLEAN,
    ),
    conferencing=_layer_schema(username=STRING, allowlist=STRINGS, whitelabel=BOOLEAN),
)
"""Schema of all layers."""

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "perception": {"perception_model": "raven-1", "emotion_recognition": "auto"},
    "stt": {"stt_engine": "tavus-auto"},
    "conversational_flow": {
        "turn_detection_model": "sparrow-1",
        "turn_taking_patience": "medium",
        "turn_commitment": "medium",
        "replica_interruptibility": "medium",
        "voice_isolation": "near",
        "wake_phrase": None,
        "sleep_phrase": None,
        "idle_engagement": "off",
    },
    "llm": {"speculative_inference": True},
    "tts": {"tts_emotion_control": True},
}

_MASK = "********"


def with_layer_defaults(layers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the layers, each with its defaults; no layer is added, and an empty conversational flow stays empty."""
    # assumed: layer-defaults
    # An empty flow means that the feature is off; its first member turns it on with all defaults.
    return {
        name: dict(layer) if name == "conversational_flow" and not layer else {**_DEFAULTS.get(name, {}), **_store(layer)}
        for name, layer in layers.items()
    }


def _store(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layer as Tavus stores it: the username of meetings in small letters."""
    return {field: value.lower() if field == "username" else value for field, value in layer.items()}


def show_layers(layers: Mapping[str, Mapping[str, Any]], hidden: Sequence[str], mask_secrets: bool) -> dict[str, Any]:
    """Return the layers as answers show them: without the hidden layers and `layer.field`s, with api_key masked on demand."""
    shown = {name: _show_layer(name, layer, hidden) for name, layer in layers.items() if name not in hidden}
    return {name: _mask_secrets(layer) for name, layer in shown.items()} if mask_secrets else shown


def _show_layer(name: str, layer: Mapping[str, Any], hidden: Sequence[str]) -> dict[str, Any]:
    return {field: value for field, value in layer.items() if f"{name}.{field}" not in hidden}


def _mask_secrets(layer: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _MASK if field == "api_key" else value for field, value in layer.items()}
