"""Voice: what a program declares; see objects/voice.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.voice import VoiceArgs, VoiceLifecycle, VoiceState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class VoiceProvider(Provider):
    """Provider that serves voices to the engine; its path is stored in users' state."""

    lifecycle = VoiceLifecycle


@add_documentation(VoiceArgs, source="Tavus API reference, Create Voice and Update Voice; Tavus docs, Voices")
class Voice(VoiceState, TavusObject, module="tavus", name="Voice", provider=VoiceProvider):
    """A voice of your own, made from a recording; personas and replicas speak with it.

    `pulumi up` waits until it can speak, which takes minutes; Ctrl-C takes effect after that. What Tavus cannot make is an error
    that says why, and is deleted again. Where wait_for_ready is too short, the next `pulumi up` waits again. Name and description
    change in place; another recording or callback is another voice, which comes before the old one goes. Tavus deletes no voice
    that a persona or replica speaks with, and never one that a replica began with: that one stays there, and a notice says so.

    Example:
        warm = tavus.Voice(
            "warm",
            voice_name="Ana",
            description="Warm, unhurried.",
            train_audio_url="https://recordings.example.com/ana.mp3",
            wait_for_ready=900,
        )
        narrator = tavus.Persona(
            "narrator",
            system_prompt="You tell stories.",
            tts={"voice": warm},
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[VoiceArgs]) -> None:
        super().__init__(VoiceProvider(), resource_name, args, opts)
