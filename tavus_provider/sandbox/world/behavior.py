"""Behavior of this Tavus: choices where its documents contradict each other or the service, and how long its work takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MakerDrafts = Literal["conflict", "publish"]
FlowName = Literal["pal", "face"]
SetPointers = Literal["both", "set", "item"]


@dataclass(frozen=True)
class Behavior:
    """Choices that a test may want either way; the defaults follow the contract's letter.

    sets_as_lists: GET of guardrails or objectives answers with all items, `{"data": [{…}]}`, instead of the first one,
        `{"data": {…}}`. The contract declares the latter, and yet patches `/data/0/…`.
    set_pointers: the paths that patches of guardrails and objectives have: `set` for `/data/0/…` alone, as Tavus's own client
        sends them, with Tavus's rules for the order of objectives; `item` for those of the first item's members alone; `both`
        for either, as the contract's examples have them. Sources: Tavus API reference, Patch Objective; tavus-cli 0.11.0.
    masked_secrets: `api_key` of a persona's LLM and TTS reads as `********`. The contract shows them in clear; Tavus masks
        the secrets of tools. Source: Tavus API reference, Create Tool.
    whole_personas: GET of personas shows all settings, also those that the contract does not have there: pipeline_mode,
        objectives_id, guardrails_id, conversational_flow and speculative_inference.
    keeps_unknown: objects keep and show members that the contract does not name, as a newer Tavus may; else they are ignored.
    maker_drafts: what becomes of a patch of a persona that somebody has changed in PAL Maker: `conflict`, 409 unless it has
        `force=true`; `publish`, it goes into the draft, and somebody has to publish that. Sources: Tavus docs, PAL Editing
        Lifecycle, and the older Draft vs live PALs.
    flow_name: the newer name of `replica_interruptibility`: `pal` for pal_interruptibility, `face` for face_interruptibility.
        Sources: Tavus docs, Conversational Flow; tavus-cli 0.11.0, schemas/pal.py.
    training: seconds until a replica is trained. Source: Tavus guide, Video to Face ("3 to 4 hours").
    processing: seconds until a document, a voice, a video, a transcription, a replacement or a lipsync is done. Sources: Tavus
        API reference, Create Document and Create Voice ("a few minutes").
    """

    sets_as_lists: bool = False
    set_pointers: SetPointers = "both"
    masked_secrets: bool = False
    whole_personas: bool = False
    keeps_unknown: bool = False
    maker_drafts: MakerDrafts = "conflict"
    flow_name: FlowName = "pal"
    training: float = 4 * 3600.0
    processing: float = 180.0


CONTRACT_BEHAVIOR = Behavior()
"""What the contract says."""
