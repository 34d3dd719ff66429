"""Behavior of this Tavus: choices where its documents contradict each other or the service, and how long its work takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Behavior:
    """Choices that a test may want either way; the defaults follow the contract's letter.

    sets_as_lists: GET of guardrails or objectives answers with all items, `{"data": [{…}]}`, instead of the first one,
        `{"data": {…}}`. The contract declares the latter, and yet patches `/data/0/…`.
    masked_secrets: `api_key` of a persona's LLM and TTS reads as `********`. The contract shows them in clear; Tavus masks
        the secrets of tools. Source: Tavus API reference, Create Tool.
    whole_personas: GET of personas shows all settings, also those that the contract does not have there: pipeline_mode,
        objectives_id, guardrails_id, conversational_flow and speculative_inference.
    keeps_unknown: objects keep and show members that the contract does not name, as a newer Tavus may; else they are ignored.
    training: seconds until a replica is trained. Source: Tavus guide, Video to Face ("3 to 4 hours").
    processing: seconds until a document, a video, a transcription, a replacement or a lipsync is done. Source: Tavus API
        reference, Create Document ("a few minutes").
    """

    sets_as_lists: bool = False
    masked_secrets: bool = False
    whole_personas: bool = False
    keeps_unknown: bool = False
    training: float = 4 * 3600.0
    processing: float = 180.0


CONTRACT_BEHAVIOR = Behavior()
"""What the contract says."""
