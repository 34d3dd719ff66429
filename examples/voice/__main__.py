"""Voice: `pulumi up` waits until it can speak, and a persona speaks with it in a conversation."""

import pulumi

import tavus_provider as tavus

config = pulumi.Config()

voice = tavus.Voice(
    "ana", voice_name="Ana", description="Warm, unhurried.", train_audio_url=config.require("train_audio_url"), wait_for_ready=900
)

persona = tavus.Persona("host", system_prompt="You welcome guests.", tts={"voice": voice})

call = tavus.Conversation("call", persona=persona, replica_id=config.require("replica_id"))

pulumi.export("voice_id", voice.id)
pulumi.export("conversation_url", call.conversation_url)
